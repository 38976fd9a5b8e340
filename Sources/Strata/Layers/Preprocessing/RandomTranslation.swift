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
            height: -Swift.abs(height)...Swift.abs(height),
            width: -Swift.abs(width)...Swift.abs(width), border: border,
            interpolation: interpolation, name: name)
    }

    public convenience init(configuration: Configuration) throws {
        func range(_ name: String) throws -> ClosedRange<Float> {
            let bounds: [Float] = try configuration.value(name)
            guard let first = bounds.first, let last = bounds.last, bounds.count <= 2,
                bounds.allSatisfy(\.isFinite), first <= last
            else { throw StrataError("\(name) is a number or two bounds. Received: \(bounds)") }
            return bounds.count == 1 ? -Swift.abs(first)...Swift.abs(first) : first...last
        }
        self.init(
            height: try range("height_factor"), width: try range("width_factor"),
            border: try ResamplingBorder(
                name: try configuration.value("fill_mode", default: "reflect"),
                fill: try configuration.value("fill_value", default: 0)),
            interpolation: try configuration.value("interpolation", default: .bilinear),
            name: configuration.name)
    }

    public var configuration: Configuration {
        func written(_ range: ClosedRange<Float>) -> JSON {
            range.lowerBound == -range.upperBound
                ? JSON(range.upperBound) : [JSON(range.lowerBound), JSON(range.upperBound)]
        }
        return [
            "data_format": "channels_last", "height_factor": written(height),
            "width_factor": written(width), "fill_mode": border.name,
            "interpolation": interpolation, "seed": nil, "fill_value": border.fill,
        ]
    }

    public func build(_ inputs: [Shape]) throws { _ = try ConvolutionChecks.channels(inputs) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        func axis(_ range: ClosedRange<Float>, _ size: Int) -> (start: Tensor, step: Tensor) {
            let part = context.randomUniform([x.shape[0], 1])
            let spread = range.upperBound - range.lowerBound
            return ((part * spread + range.lowerBound) * Float(-size), 1)
        }
        return resample2D(
            x, size: [x.shape[1], x.shape[2]], rows: axis(height, x.shape[1]),
            columns: axis(width, x.shape[2]), interpolation: interpolation, border: border)
    }
}
