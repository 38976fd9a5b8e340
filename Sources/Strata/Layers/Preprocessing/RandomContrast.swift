/// Moves each image's numbers away from the mean of their channel, or towards it, by a random factor
/// while training: (x - mean) · factor + mean, kept within the range of values.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomContrast: ConfigurableLayer {
    public let core: LayerCore
    /// Factors are drawn from 1 - lower to 1 + upper.
    public private(set) var lower: Float
    /// The upper bound of the factor, relative to 1.
    public private(set) var upper: Float
    /// The range of pixel values.
    public private(set) var valueRange: ClosedRange<Float>

    /// - Parameters:
    ///   - lower: factors are drawn from 1 - lower on.
    ///   - upper: factors are drawn up to 1 + upper.
    ///   - valueRange: the range of the images' values; 0 to 255 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        lower: Float, upper: Float, valueRange: ClosedRange<Float> = 0...255, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.lower = lower
        self.upper = upper
        self.valueRange = valueRange
    }

    /// - Parameters:
    ///   - factor: factors are drawn from 1 - factor to 1 + factor.
    ///   - valueRange: the range of the images' values; 0 to 255 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public convenience init(
        _ factor: Float, valueRange: ClosedRange<Float> = 0...255, name: String? = nil
    ) {
        self.init(lower: factor, upper: factor, valueRange: valueRange, name: name)
    }

    public static func prototype() -> RandomContrast { RandomContrast(0) }

    public static var hyperparameters: [Hyperparameter<RandomContrast>] {
        [
            .fixed("data_format", "channels_last"), .required("factor", \.factor),
            .value("value_range", \.valueRange), .ignored("seed"),
        ]
    }

    /// As files have it: lower and upper, or one number for both.
    private struct Factors: ConfigurationValue {
        let lower: Float
        let upper: Float

        var json: JSON { [JSON(lower), JSON(upper)] }
        init(_ lower: Float, _ upper: Float) { (self.lower, self.upper) = (lower, upper) }
        init(json: JSON) throws {
            let factors = try [Float](json: json)
            guard (1...2).contains(factors.count) else { throw json.mismatch("one or two numbers") }
            self.init(factors[0], factors[factors.count - 1])
        }
    }

    private var factor: Factors {
        get { Factors(lower, upper) }
        set { (lower, upper) = (newValue.lower, newValue.upper) }
    }

    public func build(_ inputs: [Shape]) throws { _ = try ConvolutionChecks.channels(inputs) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        let factor = context.randomUniform([x.shape[0], 1, 1, 1]) * (lower + upper) + (1 - lower)
        let mean = x.mean(axes: [1, 2], keepDims: true)
        let changed = (x - mean) * factor + mean
        return clip(changed, from: valueRange.lowerBound, to: valueRange.upperBound)
    }
}
