/// Moves each image's numbers away from the mean of their channel, or towards it, by a random factor
/// while training: (x - mean) · factor + mean, kept within the range of values.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomContrast: ConfigurableLayer {
    public let core: LayerCore
    /// Factors are drawn from 1 - lower to 1 + upper.
    public let lower: Float
    public let upper: Float
    public let valueRange: ClosedRange<Float>

    public init(
        lower: Float, upper: Float, valueRange: ClosedRange<Float> = 0...255, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.lower = lower
        self.upper = upper
        self.valueRange = valueRange
    }

    public convenience init(
        _ factor: Float, valueRange: ClosedRange<Float> = 0...255, name: String? = nil
    ) {
        self.init(lower: factor, upper: factor, valueRange: valueRange, name: name)
    }

    public convenience init(configuration: Configuration) throws {
        let factors: [Float] = try configuration.value("factor")
        let range: [Float] = try configuration.value("value_range", default: [0, 255])
        guard (1...2).contains(factors.count), range.count == 2, range[0] <= range[1] else {
            throw StrataError(
                "factor is one or two numbers, value_range two. Received: \(factors) and \(range)")
        }
        self.init(
            lower: factors[0], upper: factors[factors.count - 1], valueRange: range[0]...range[1],
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "data_format": "channels_last", "factor": [lower, upper],
            "value_range": [valueRange.lowerBound, valueRange.upperBound], "seed": nil,
        ]
    }

    public func build(_ inputs: [Shape]) throws { _ = try ConvolutionChecks.channels(inputs) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        let factor = context.randomUniform([x.shape[0], 1, 1, 1]) * (lower + upper) + (1 - lower)
        let mean = x.mean(axes: [1, 2], keepingDimensions: true)
        let changed = (x - mean) * factor + mean
        return clip(changed, from: valueRange.lowerBound, to: valueRange.upperBound)
    }
}
