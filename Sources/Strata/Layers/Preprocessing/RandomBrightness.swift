/// Adds a random number to each image while training, and keeps its numbers within the range of values.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomBrightness: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of the numbers as parts of the range of values, from -1 to 1.
    public let factor: ClosedRange<Float>
    public let valueRange: ClosedRange<Float>

    public init(
        _ factor: ClosedRange<Float>, valueRange: ClosedRange<Float> = 0...255,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.factor = factor
        self.valueRange = valueRange
    }

    /// Adds at most a part of the range of values, or takes it away.
    public convenience init(
        _ factor: Float, valueRange: ClosedRange<Float> = 0...255, name: String? = nil
    ) {
        self.init(.either(factor), valueRange: valueRange, name: name)
    }

    public convenience init(configuration: Configuration) throws {
        var valueRange: ClosedRange<Float> = 0...255
        if configuration["value_range"] ?? .null != .null {
            valueRange = try configuration.range("value_range")
        }
        self.init(
            try configuration.range("factor"), valueRange: valueRange, name: configuration.name)
    }

    public var configuration: Configuration {
        ["factor": factor.bounds, "value_range": valueRange.bounds, "seed": nil]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        guard factor.lowerBound >= -1, factor.upperBound <= 1 else {
            throw StrataError("factors are between -1 and 1. Received: \(factor)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        let added =
            context.random(factor, for: x) * (valueRange.upperBound - valueRange.lowerBound)
        return clip(
            x + added.reshaped(to: [x.shape[0], 1, 1, 1]), from: valueRange.lowerBound,
            to: valueRange.upperBound)
    }
}
