/// Adds normal noise of mean 0 to its input while training. Output shape: the input's.
public final class GaussianNoise: ConfigurableLayer {
    public let core: LayerCore
    /// The standard deviation of the noise.
    public private(set) var stddev: Float

    /// - Parameters:
    ///   - stddev: the noise's standard deviation, at least 0.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ stddev: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.stddev = stddev
    }

    public static func prototype() -> GaussianNoise { GaussianNoise(0) }

    public static var hyperparameters: [Hyperparameter<GaussianNoise>] {
        [.required("stddev", \.stddev), .ignored("seed")]
    }

    public func build(_ inputs: [Shape]) throws {
        guard stddev >= 0 else {
            throw StrataError(
                "stddev must be at least 0, but got \(stddev)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, stddev > 0 else { return x }
        return x + context.randomNormal(x.shape) * stddev
    }
}
