/// Sets a random part of its input to zero while training and scales the rest by 1 / (1 - rate), so
/// that the expected sum stays (Srivastava et al., 2014). Output shape: the input's.
public final class Dropout: ConfigurableLayer {
    public let core: LayerCore
    /// The part set to zero, from 0 to 1.
    public let rate: Float

    public init(_ rate: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
    }

    public convenience init(configuration: Configuration) throws {
        guard try configuration.optional("noise_shape") as JSON? == nil else {
            throw StrataError("noise_shape is not supported.")
        }
        self.init(try configuration.value("rate"), name: configuration.name)
    }

    public var configuration: Configuration {
        ["rate": rate, "seed": nil, "noise_shape": nil]
    }

    public func build(_ inputs: [Shape]) throws {
        guard (0...1).contains(rate) else {
            throw StrataError("rate is between 0 and 1. Received: \(rate)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        guard rate < 1 else { return x * 0 }
        let kept = context.randomUniform(x.shape) .>= Tensor(rate)
        return x * (kept * (1 / (1 - rate)))
    }
}
