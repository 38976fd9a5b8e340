/// Adds a random number to each image while training, and keeps its numbers within the range of values.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomBrightness: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of the numbers as parts of the range of values, from -1 to 1.
    public private(set) var factor: ClosedRange<Float>
    /// The range of pixel values.
    public private(set) var valueRange: ClosedRange<Float>

    /// - Parameters:
    ///   - factor: the bounds of what is added, or its largest size, as parts of the range of
    ///     values, from -1 to 1.
    ///   - valueRange: the range of the images' values; 0 to 255 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ factor: ClosedRange<Float>, valueRange: ClosedRange<Float> = 0...255,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.factor = factor
        self.valueRange = valueRange
    }

    /// Adds at most a part of the range of values, or takes it away.
    /// - Parameters:
    ///   - factor: the bounds of what is added, or its largest size, as parts of the range of
    ///     values, from -1 to 1.
    ///   - valueRange: the range of the images' values; 0 to 255 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public convenience init(
        _ factor: Float, valueRange: ClosedRange<Float> = 0...255, name: String? = nil
    ) {
        self.init(.either(factor), valueRange: valueRange, name: name)
    }

    public static func prototype() -> RandomBrightness { RandomBrightness(0) }

    public static var hyperparameters: [Hyperparameter<RandomBrightness>] {
        [.required("factor", \.factor), .value("value_range", \.valueRange), .ignored("seed")]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        guard factor.lowerBound >= -1, factor.upperBound <= 1 else {
            throw StrataError("factors must be between -1 and 1, but got \(factor)")
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
