/// Sets a random part of its input to what a SELU has for the least while training, and scales and shifts
/// all so that mean 0 and variance 1 stay (Klambauer et al., 2017). Output shape: the input's.
public final class AlphaDropout: ConfigurableLayer {
    public let core: LayerCore
    /// The part that is set, from 0 to less than 1.
    public private(set) var rate: Float
    /// For each axis of the input, the batch's too, its size or nil; or 1, where what is along it is
    /// kept or set as a whole. Nil for none of these.
    public private(set) var noiseShape: [Int?]?

    /// - Parameters:
    ///   - rate: the part of the input that is set, from 0 to less than 1.
    ///   - noiseShape: for each axis of the input, the batch's too, its size or nil; or 1 for an
    ///     axis that is dropped or kept as a unit. By default each number is.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ rate: Float, noiseShape: [Int?]? = nil, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    public static func prototype() -> AlphaDropout { AlphaDropout(0) }

    public static var hyperparameters: [Hyperparameter<AlphaDropout>] {
        [.required("rate", \.rate), .ignored("seed"), .value("noise_shape", \.noiseShape)]
    }

    public func build(_ inputs: [Shape]) throws {
        guard rate >= 0, rate < 1 else {
            throw StrataError("rate must be at least 0 and less than 1, but got \(rate)")
        }
        try NoiseShape.check(noiseShape, for: inputs[0])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        // -α · scale of the SELU.
        let least: Float = -1.6732632423543772 * 1.0507009873554805
        let scale = 1 / ((1 - rate) * (1 + rate * least * least)).squareRoot()
        let noise = NoiseShape.resolved(noiseShape, for: x.shape)
        let kept = context.randomUniform(noise) .>= rate
        return (x * kept + (1 - kept) * least - least * rate) * scale
    }
}
