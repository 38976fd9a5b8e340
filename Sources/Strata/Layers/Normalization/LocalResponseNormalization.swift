/// Divides each number by a power of the squares around it, in the neighbouring channels:
/// x / (bias + α · Σ x²)^β (Krizhevsky, Sutskever and Hinton, 2012, section 3.3).
///
/// The sum goes over the channels at most `depthRadius` away. Output shape: the input's. The defaults
/// are the paper's.
public final class LocalResponseNormalization: ConfigurableLayer {
    public let core: LayerCore
    /// The number of channels on each side that are summed.
    public private(set) var depthRadius: Int
    /// The offset k.
    public private(set) var bias: Float
    /// The factor α.
    public private(set) var alpha: Float
    /// The exponent β.
    public private(set) var beta: Float

    /// - Parameters:
    ///   - depthRadius: how far away the channels are that are summed over; 2 by default.
    ///   - bias: the constant in the divisor; 2 by default.
    ///   - alpha: the factor of the sum; 1e-4 by default.
    ///   - beta: the divisor's exponent; 0.75 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        depthRadius: Int = 2, bias: Float = 2, alpha: Float = 1e-4, beta: Float = 0.75,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.depthRadius = depthRadius
        self.bias = bias
        self.alpha = alpha
        self.beta = beta
    }

    public static func prototype() -> LocalResponseNormalization { LocalResponseNormalization() }

    public static var hyperparameters: [Hyperparameter<LocalResponseNormalization>] {
        [
            .value("depth_radius", \.depthRadius), .value("bias", \.bias), .value("alpha", \.alpha),
            .value("beta", \.beta),
        ]
    }

    /// The matrix of so many channels by as many takes 64 MiB.
    private static let channelLimit = 4096

    public func build(_ inputs: [Shape]) throws {
        guard depthRadius >= 0, inputs[0].rank >= 2, inputs[0][-1] <= Self.channelLimit else {
            throw StrataError(
                "a depthRadius of at least 0 and an input of shape [batch, …, channels], at most "
                    + "\(Self.channelLimit) channels, were expected, but got \(depthRadius) and "
                    + "\(inputs[0])")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        // The sums are a product with a band matrix: channels × channels, 1 near the diagonal.
        let channels = x.shape[-1]
        let band = (0..<channels * channels).map { place in
            Swift.abs(place / channels - place % channels) <= depthRadius ? Float(1) : 0
        }
        let squares = square(x).reshaped(to: [x.shape.count / channels, channels])
        let sums = matmul(squares, Tensor(shape: [channels, channels], scalars: band))
        return x * pow(sums.reshaped(to: x.shape) * alpha + bias, -beta)
    }
}
