/// Sets a random part of its input to zero while training and scales the rest by 1 / (1 - rate), so
/// that the expected sum stays (Srivastava et al., 2014). Output shape: the input's.
public final class Dropout: ConfigurableLayer {
    public let core: LayerCore
    /// The part set to zero, from 0 to 1.
    public private(set) var rate: Float
    /// For each axis of the input, the batch's too, its size or nil; or 1, where what is along it is
    /// kept or set to zero as a whole. Nil for none of these.
    public private(set) var noiseShape: [Int?]?

    /// - Parameters:
    ///   - rate: the part of the input that is set to zero, from 0 to 1.
    ///   - noiseShape: for each axis of the input, the batch's too, its size or nil; or 1 for an
    ///     axis that is dropped or kept as a unit. By default each number is.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ rate: Float, noiseShape: [Int?]? = nil, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    public static func prototype() -> Dropout { Dropout(0) }

    public static var hyperparameters: [Hyperparameter<Dropout>] {
        [.required("rate", \.rate), .ignored("seed"), .value("noise_shape", \.noiseShape)]
    }

    public func build(_ inputs: [Shape]) throws {
        guard (0...1).contains(rate) else {
            throw StrataError("rate must be between 0 and 1, but got \(rate)")
        }
        try NoiseShape.check(noiseShape, for: inputs[0])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        context.dropout(x, rate: rate, noise: NoiseShape.resolved(noiseShape, for: x.shape))
    }
}
