/// Makes each image smaller or larger about its centre by a random factor while training.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomZoom: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of what is seen beyond the image, as a part of its height: 0.2 zooms out, so that 1.2 times
    /// the height is seen, -0.2 in. More than -1.
    public private(set) var heightFactor: ClosedRange<Float>
    /// The same for the width; nil for the number drawn for the height, which keeps proportions.
    public private(set) var widthFactor: ClosedRange<Float>?
    /// The values beyond the borders of an image.
    public private(set) var fillMode: ResamplingBorder
    /// How values between pixels are computed.
    public private(set) var interpolation: Interpolation

    /// - Parameters:
    ///   - heightFactor: the bounds of what is seen beyond the image, as a part of its height; more
    ///     than -1.
    ///   - widthFactor: the same for the width; by default the number drawn for the height, which
    ///     keeps proportions.
    ///   - fillMode: what lies beyond the borders of an image; `.reflect` by default.
    ///   - interpolation: how values between pixels are found; `.bilinear` by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        heightFactor: ClosedRange<Float>, widthFactor: ClosedRange<Float>? = nil,
        fillMode: ResamplingBorder = .reflect, interpolation: Interpolation = .bilinear,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.heightFactor = heightFactor
        self.widthFactor = widthFactor
        self.fillMode = fillMode
        self.interpolation = interpolation
    }

    /// Zooms by at most a part of the height, in and out.
    /// - Parameters:
    ///   - factor: the largest part of the height by which the view grows or shrinks.
    ///   - fillMode: what lies beyond the borders of an image; `.reflect` by default.
    ///   - interpolation: how values between pixels are found; `.bilinear` by default.
    ///   - name: the layer's name; by default one is made from the class.
    public convenience init(
        _ factor: Float, fillMode: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        self.init(
            heightFactor: .either(factor), fillMode: fillMode, interpolation: interpolation,
            name: name)
    }

    public static func prototype() -> RandomZoom { RandomZoom(0) }

    public static var hyperparameters: [Hyperparameter<RandomZoom>] {
        [
            .required("height_factor", \.heightFactor.symmetric),
            .value("width_factor", \.widthFactor.symmetric), .value("fill_mode", \.fillMode.word),
            .value("interpolation", \.interpolation), .ignored("seed"),
            .value("fill_value", \.fillMode.fill), .fixed("data_format", "channels_last"),
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        guard [heightFactor, widthFactor ?? heightFactor].allSatisfy({ $0.lowerBound > -1 }) else {
            throw StrataError(
                "factors of a zoom must be more than -1, but got \(heightFactor) and "
                    + "\(widthFactor ?? heightFactor)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        let rows = context.random(heightFactor, for: x)
        let columns = widthFactor.map { context.random($0, for: x) } ?? rows
        func axis(_ zoom: Tensor, _ size: Int) -> (start: Tensor, step: Tensor) {
            (zoom * Float(-size) / 2, zoom + 1)
        }
        return resample2D(
            x, size: [x.shape[1], x.shape[2]], rows: axis(rows, x.shape[1]),
            columns: axis(columns, x.shape[2]), interpolation: interpolation, border: fillMode)
    }
}
