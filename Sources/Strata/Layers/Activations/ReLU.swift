/// max(x, 0), or with its parameters: the maximum value above it, x above the threshold, and
/// slope · (x - threshold) up to there. Output shape: the input's.
public final class ReLU: FunctionLayer {
    public let core: LayerCore
    /// The upper bound of the output; nil if there is none.
    public private(set) var maxValue: Float?
    /// The slope below the threshold.
    public private(set) var negativeSlope: Float
    /// The threshold below which the output is 0, or has the negative slope.
    public private(set) var threshold: Float

    /// - Parameters:
    ///   - maxValue: the largest output; unlimited by default.
    ///   - negativeSlope: the slope below the threshold; 0 by default.
    ///   - threshold: the number below which the slope applies; 0 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        maxValue: Float? = nil, negativeSlope: Float = 0, threshold: Float = 0,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.maxValue = maxValue
        self.negativeSlope = negativeSlope
        self.threshold = threshold
    }

    public static func prototype() -> ReLU { ReLU() }

    public static var hyperparameters: [Hyperparameter<ReLU>] {
        [
            .value("max_value", \.maxValue), .value("negative_slope", \.negativeSlope),
            .value("threshold", \.threshold),
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        guard negativeSlope >= 0, threshold >= 0, maxValue ?? 0 >= 0 else {
            throw StrataError(
                "maxValue, negativeSlope and threshold must be at least 0, but got "
                    + "\(maxValue.map { "\($0)" } ?? "nil"), \(negativeSlope) and \(threshold)")
        }
    }

    public var function: @Sendable (Tensor) -> Tensor {
        { [maxValue, negativeSlope, threshold] x in
            if threshold == 0, maxValue == nil, negativeSlope != 0 {
                return leakyReLU(x, negativeSlope: negativeSlope)
            }
            // Keras's parts, which have its derivatives where they meet.
            var y = threshold == 0 ? relu(x) : select(x .> threshold, x, 0)
            if let maxValue {
                y = maxValue == 6 && threshold == 0 ? relu6(x) : minimum(y, maxValue)
            }
            if negativeSlope != 0 { y = y - relu(threshold - x) * negativeSlope }
            return y
        }
    }
}
