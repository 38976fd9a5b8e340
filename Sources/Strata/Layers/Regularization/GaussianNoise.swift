/// Adds normal noise of mean 0 to its input while training. Output shape: the input's.
public final class GaussianNoise: ConfigurableLayer {
    public let core: LayerCore
    public let standardDeviation: Float

    public init(_ standardDeviation: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.standardDeviation = standardDeviation
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("stddev"), name: configuration.name)
    }

    public var configuration: Configuration { ["stddev": standardDeviation, "seed": nil] }

    public func build(_ inputs: [Shape]) throws {
        guard standardDeviation >= 0 else {
            throw StrataError(
                "standardDeviation is at least 0. Received: \(standardDeviation)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, standardDeviation > 0 else { return x }
        return x + context.randomNormal(x.shape) * standardDeviation
    }
}
