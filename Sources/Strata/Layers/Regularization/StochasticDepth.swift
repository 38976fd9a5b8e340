/// Sets whole samples to zero while training and scales the rest by 1 / (1 - rate): at the end of a
/// branch, the sample skips it (Huang et al., "Deep Networks with Stochastic Depth", 2016). Output
/// shape: the input's.
public final class StochasticDepth: ConfigurableLayer {
    public let core: LayerCore
    /// The part set to zero, from 0 to less than 1.
    public let rate: Float

    public init(_ rate: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("drop_path_rate"), name: configuration.name)
    }

    public var configuration: Configuration { ["drop_path_rate": rate] }

    public func build(_ inputs: [Shape]) throws {
        guard (0..<1).contains(rate) else {
            throw StrataError("rate is from 0 to less than 1. Received: \(rate)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let ones = x.shape.dimensions.dropFirst().map { _ in 1 }
        return context.dropout(x, rate: rate, noise: Shape(x.shape.dimensions.prefix(1) + ones))
    }
}
