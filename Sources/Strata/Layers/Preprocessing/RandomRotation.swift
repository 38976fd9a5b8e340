import Foundation

/// Turns each image about its centre by a random angle while training.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomRotation: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of the angles as parts of a full turn; positive angles turn counterclockwise.
    public private(set) var factor: ClosedRange<Float>
    /// The values beyond the borders of an image.
    public private(set) var fillMode: ResamplingBorder
    /// How values between pixels are computed.
    public private(set) var interpolation: Interpolation

    /// - Parameters:
    ///   - factor: the bounds of the angles, or their largest size, as parts of a full turn;
    ///     positive angles turn counterclockwise.
    ///   - fillMode: what lies beyond the borders of an image; `.reflect` by default.
    ///   - interpolation: how values between pixels are found; `.bilinear` by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ factor: ClosedRange<Float>, fillMode: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.factor = factor
        self.fillMode = fillMode
        self.interpolation = interpolation
    }

    /// Turns by at most a part of a full turn in either direction.
    /// - Parameters:
    ///   - factor: the bounds of the angles, or their largest size, as parts of a full turn;
    ///     positive angles turn counterclockwise.
    ///   - fillMode: what lies beyond the borders of an image; `.reflect` by default.
    ///   - interpolation: how values between pixels are found; `.bilinear` by default.
    ///   - name: the layer's name; by default one is made from the class.
    public convenience init(
        _ factor: Float, fillMode: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        self.init(.either(factor), fillMode: fillMode, interpolation: interpolation, name: name)
    }

    public static func prototype() -> RandomRotation { RandomRotation(0) }

    public static var hyperparameters: [Hyperparameter<RandomRotation>] {
        [
            .required("factor", \.factor), .fixed("data_format", "channels_last"),
            .value("fill_mode", \.fillMode.word), .value("fill_value", \.fillMode.fill),
            .value("interpolation", \.interpolation), .ignored("seed"),
        ]
    }

    public func build(_ inputs: [Shape]) throws { _ = try ConvolutionChecks.channels(inputs) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        let angle = context.random(factor, for: x) * (2 * Float.pi)
        let (cosine, sine) = (cos(angle), sin(angle))
        let y: Float = Float(x.shape[1]) / 2
        let x0: Float = Float(x.shape[2]) / 2
        // The centre stays where it is.
        return resample2D(
            x, size: [x.shape[1], x.shape[2]],
            rows: (start: y - cosine * y - sine * x0, down: cosine, across: sine),
            columns: (start: x0 + sine * y - cosine * x0, down: -sine, across: cosine),
            interpolation: interpolation, border: fillMode)
    }
}
