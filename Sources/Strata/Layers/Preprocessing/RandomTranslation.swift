/// Shifts each image by random parts of its height and width while training.
///
/// Input and output `[batch, height, width, channels]`. For shifts by whole pixels, as in the usual
/// augmentation of CIFAR-10, take `.nearest` and a `.constant` border:
///
/// ```swift
/// RandomTranslation(height: 4 / 32, width: 4 / 32, border: .constant(0), interpolation: .nearest)
/// ```
public final class RandomTranslation: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of the shifts as parts of the size; positive shifts go down and to the right.
    public let height: ClosedRange<Float>
    public let width: ClosedRange<Float>
    public let border: ResamplingBorder
    public let interpolation: Interpolation

    public init(
        height: ClosedRange<Float>, width: ClosedRange<Float>,
        border: ResamplingBorder = .reflect, interpolation: Interpolation = .bilinear,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.height = height
        self.width = width
        self.border = border
        self.interpolation = interpolation
    }

    /// Shifts by at most a part of the size in either direction.
    public convenience init(
        height: Float, width: Float, border: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        self.init(
            height: .either(height), width: .either(width), border: border,
            interpolation: interpolation, name: name)
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            height: try configuration.range("height_factor"),
            width: try configuration.range("width_factor"),
            border: try ResamplingBorder(configuration),
            interpolation: try configuration.value("interpolation", default: .bilinear),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "data_format": "channels_last", "height_factor": height.factor,
            "width_factor": width.factor, "fill_mode": border.name,
            "interpolation": interpolation, "seed": nil, "fill_value": border.fill,
        ]
    }

    public func build(_ inputs: [Shape]) throws { _ = try ConvolutionChecks.channels(inputs) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        func axis(_ range: ClosedRange<Float>, _ size: Int) -> (start: Tensor, step: Tensor) {
            (context.random(range, for: x) * Float(-size), 1)
        }
        return resample2D(
            x, size: [x.shape[1], x.shape[2]], rows: axis(height, x.shape[1]),
            columns: axis(width, x.shape[2]), interpolation: interpolation, border: border)
    }
}
