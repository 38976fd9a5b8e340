/// max(x, 0), or with its parameters: the maximum value above it, x above the threshold, and
/// slope · (x - threshold) up to there. Output shape: the input's.
public final class ReLU: FunctionLayer {
    public let core: LayerCore
    public let maximumValue: Float?
    public let negativeSlope: Float
    public let threshold: Float

    public init(
        maximumValue: Float? = nil, negativeSlope: Float = 0, threshold: Float = 0,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.maximumValue = maximumValue
        self.negativeSlope = negativeSlope
        self.threshold = threshold
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            maximumValue: try configuration.optional("max_value"),
            negativeSlope: try configuration.value("negative_slope", default: 0),
            threshold: try configuration.value("threshold", default: 0), name: configuration.name)
    }

    public var configuration: Configuration {
        ["max_value": maximumValue, "negative_slope": negativeSlope, "threshold": threshold]
    }

    public func build(_ inputs: [Shape]) throws {
        guard negativeSlope >= 0, threshold >= 0, maximumValue ?? 0 >= 0 else {
            throw StrataError(
                "maximumValue, negativeSlope and threshold are at least 0. Received: "
                    + "\(maximumValue.map { "\($0)" } ?? "nil"), \(negativeSlope) and \(threshold)")
        }
    }

    public var function: @Sendable (Tensor) -> Tensor {
        { [maximumValue, negativeSlope, threshold] x in
            if threshold == 0, maximumValue == nil, negativeSlope != 0 {
                return leakyReLU(x, negativeSlope: negativeSlope)
            }
            // Keras's parts, which have its derivatives where they meet.
            var y = threshold == 0 ? relu(x) : select(x .> Tensor(threshold), x, 0)
            if let maximumValue {
                y =
                    maximumValue == 6 && threshold == 0
                    ? relu6(x) : minimum(y, Tensor(maximumValue))
            }
            if negativeSlope != 0 { y = y - relu(threshold - x) * negativeSlope }
            return y
        }
    }
}
