/// Makes each image smaller or larger about its centre by a random factor while training.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomZoom: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of what is seen beyond the image, as a part of its height: 0.2 zooms out, so that 1.2 times
    /// the height is seen, -0.2 in. More than -1.
    public let height: ClosedRange<Float>
    /// The same for the width; nil for the number drawn for the height, which keeps proportions.
    public let width: ClosedRange<Float>?
    public let border: ResamplingBorder
    public let interpolation: Interpolation

    public init(
        height: ClosedRange<Float>, width: ClosedRange<Float>? = nil,
        border: ResamplingBorder = .reflect, interpolation: Interpolation = .bilinear,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.height = height
        self.width = width
        self.border = border
        self.interpolation = interpolation
    }

    /// Zooms by at most a part of the height, in and out.
    public convenience init(
        _ factor: Float, border: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        self.init(
            height: .either(factor), border: border, interpolation: interpolation, name: name)
    }

    public convenience init(configuration: Configuration) throws {
        let hasWidth = configuration["width_factor"] ?? .null != .null
        self.init(
            height: try configuration.range("height_factor"),
            width: hasWidth ? try configuration.range("width_factor") : nil,
            border: try ResamplingBorder(configuration),
            interpolation: try configuration.value("interpolation", default: .bilinear),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "height_factor": height.factor, "width_factor": width?.factor,
            "fill_mode": border.name, "interpolation": interpolation, "seed": nil,
            "fill_value": border.fill, "data_format": "channels_last",
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        guard [height, width ?? height].allSatisfy({ $0.lowerBound > -1 }) else {
            throw StrataError(
                "factors of a zoom are more than -1. Received: \(height) and \(width ?? height)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        let rows = context.random(height, for: x)
        let columns = width.map { context.random($0, for: x) } ?? rows
        func axis(_ zoom: Tensor, _ size: Int) -> (start: Tensor, step: Tensor) {
            (zoom * Float(-size) / 2, zoom + 1)
        }
        return resample2D(
            x, size: [x.shape[1], x.shape[2]], rows: axis(rows, x.shape[1]),
            columns: axis(columns, x.shape[2]), interpolation: interpolation, border: border)
    }
}
