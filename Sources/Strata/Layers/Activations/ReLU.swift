/// max(x, 0), or with its parameters: the maximum value above it, x from the threshold on, and
/// slope · (x - threshold) below. Output shape: the input's.
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
            var y: Tensor
            if threshold == 0 {
                y = negativeSlope == 0 ? relu(x) : leakyReLU(x, negativeSlope: negativeSlope)
            } else {
                y = select(x .>= Tensor(threshold), x, (x - threshold) * negativeSlope)
            }
            if let maximumValue { y = minimum(y, Tensor(maximumValue)) }
            return y
        }
    }
}
