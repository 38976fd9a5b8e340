/// Sets whole samples to zero while training and scales the rest by 1 / (1 - rate): at the end of a
/// branch, the sample skips it (Huang et al., "Deep Networks with Stochastic Depth", 2016). Output
/// shape: the input's.
public final class StochasticDepth: ConfigurableLayer {
    public let core: LayerCore
    /// The part set to zero, from 0 to less than 1.
    public private(set) var rate: Float

    /// - Parameters:
    ///   - rate: the part of the samples that is set to zero, from 0 to less than 1.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ rate: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
    }

    public static func prototype() -> StochasticDepth { StochasticDepth(0) }

    public static var hyperparameters: [Hyperparameter<StochasticDepth>] {
        [.required("drop_path_rate", \.rate)]
    }

    public func build(_ inputs: [Shape]) throws {
        guard (0..<1).contains(rate) else {
            throw StrataError("rate must be from 0 to less than 1, but got \(rate)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let ones = x.shape.dimensions.dropFirst().map { _ in 1 }
        return context.dropout(x, rate: rate, noise: Shape(x.shape.dimensions.prefix(1) + ones))
    }
}
