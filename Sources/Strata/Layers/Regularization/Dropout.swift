/// Sets a random part of its input to zero while training and scales the rest by 1 / (1 - rate), so
/// that the expected sum stays (Srivastava et al., 2014). Output shape: the input's.
public final class Dropout: ConfigurableLayer {
    public let core: LayerCore
    /// The part set to zero, from 0 to 1.
    public let rate: Float
    /// For each axis of the input, the batch's too, its size or nil; or 1, where what is along it is
    /// kept or set to zero as a whole. Nil for none of these.
    public let noiseShape: [Int?]?

    public init(_ rate: Float, noiseShape: [Int?]? = nil, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("rate"), noiseShape: try NoiseShape.read(configuration),
            name: configuration.name)
    }

    public var configuration: Configuration {
        ["rate": rate, "seed": nil, "noise_shape": NoiseShape.json(noiseShape)]
    }

    public func build(_ inputs: [Shape]) throws {
        guard (0...1).contains(rate) else {
            throw StrataError("rate is between 0 and 1. Received: \(rate)")
        }
        try NoiseShape.check(noiseShape, for: inputs[0])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        context.dropout(x, rate: rate, noise: NoiseShape.resolved(noiseShape, for: x.shape))
    }
}
