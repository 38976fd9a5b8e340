/// Shifts each image by random parts of its height and width while training.
///
/// Input and output `[batch, height, width, channels]`. For shifts by whole pixels, as in the usual
/// augmentation of CIFAR-10, take `.nearest` and a `.constant` border:
///
/// ```swift
/// RandomTranslation(heightFactor: 4 / 32, widthFactor: 4 / 32, fillMode: .constant(0), interpolation: .nearest)
/// ```
public final class RandomTranslation: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of the shifts as parts of the size; positive shifts go down and to the right.
    public private(set) var heightFactor: ClosedRange<Float>
    /// The range of horizontal shifts, as fractions of the width.
    public private(set) var widthFactor: ClosedRange<Float>
    /// The values beyond the borders of an image.
    public private(set) var fillMode: ResamplingBorder
    /// How values between pixels are computed.
    public private(set) var interpolation: Interpolation

    /// - Parameters:
    ///   - heightFactor: the bounds of the shifts, or their largest size, as parts of the height;
    ///     positive shifts go down.
    ///   - widthFactor: the same for the width; positive shifts go to the right.
    ///   - fillMode: what lies beyond the borders of an image; `.reflect` by default.
    ///   - interpolation: how values between pixels are found; `.bilinear` by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        heightFactor: ClosedRange<Float>, widthFactor: ClosedRange<Float>,
        fillMode: ResamplingBorder = .reflect, interpolation: Interpolation = .bilinear,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.heightFactor = heightFactor
        self.widthFactor = widthFactor
        self.fillMode = fillMode
        self.interpolation = interpolation
    }

    /// Shifts by at most a part of the size in either direction.
    /// - Parameters:
    ///   - heightFactor: the bounds of the shifts, or their largest size, as parts of the height;
    ///     positive shifts go down.
    ///   - widthFactor: the same for the width; positive shifts go to the right.
    ///   - fillMode: what lies beyond the borders of an image; `.reflect` by default.
    ///   - interpolation: how values between pixels are found; `.bilinear` by default.
    ///   - name: the layer's name; by default one is made from the class.
    public convenience init(
        heightFactor: Float, widthFactor: Float, fillMode: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        self.init(
            heightFactor: .either(heightFactor), widthFactor: .either(widthFactor),
            fillMode: fillMode,
            interpolation: interpolation, name: name)
    }

    public static func prototype() -> RandomTranslation {
        RandomTranslation(heightFactor: 0, widthFactor: 0)
    }

    public static var hyperparameters: [Hyperparameter<RandomTranslation>] {
        [
            .fixed("data_format", "channels_last"),
            .required("height_factor", \.heightFactor.symmetric),
            .required("width_factor", \.widthFactor.symmetric),
            .value("fill_mode", \.fillMode.word), .value("interpolation", \.interpolation),
            .ignored("seed"), .value("fill_value", \.fillMode.fill),
        ]
    }

    public func build(_ inputs: [Shape]) throws { _ = try ConvolutionChecks.channels(inputs) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        func axis(_ range: ClosedRange<Float>, _ size: Int) -> (start: Tensor, step: Tensor) {
            (context.random(range, for: x) * Float(-size), Tensor(1))
        }
        return resample2D(
            x, size: [x.shape[1], x.shape[2]], rows: axis(heightFactor, x.shape[1]),
            columns: axis(widthFactor, x.shape[2]), interpolation: interpolation, border: fillMode)
    }
}
