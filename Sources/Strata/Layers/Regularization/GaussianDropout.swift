/// Multiplies its input by normal noise of mean 1 and the variance of dropout, rate / (1 - rate), while
/// training (Srivastava et al., 2014). Output shape: the input's.
public final class GaussianDropout: ConfigurableLayer {
    public let core: LayerCore
    /// From 0 to less than 1.
    public private(set) var rate: Float

    /// - Parameters:
    ///   - rate: the dropout rate whose variance the noise has, from 0 to less than 1.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ rate: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
    }

    public static func prototype() -> GaussianDropout { GaussianDropout(0) }

    public static var hyperparameters: [Hyperparameter<GaussianDropout>] {
        [.required("rate", \.rate), .ignored("seed")]
    }

    public func build(_ inputs: [Shape]) throws {
        guard rate >= 0, rate < 1 else {
            throw StrataError("rate must be at least 0 and less than 1, but got \(rate)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        let deviation = (rate / (1 - rate)).squareRoot()
        return x * (context.randomNormal(x.shape) * deviation + 1)
    }
}
