import Foundation

/// Turns each image about its centre by a random angle while training.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomRotation: ConfigurableLayer {
    public let core: LayerCore
    /// Bounds of the angles as parts of a full turn; positive angles turn counterclockwise.
    public let factor: ClosedRange<Float>
    public let border: ResamplingBorder
    public let interpolation: Interpolation

    public init(
        _ factor: ClosedRange<Float>, border: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.factor = factor
        self.border = border
        self.interpolation = interpolation
    }

    /// Turns by at most a part of a full turn in either direction.
    public convenience init(
        _ factor: Float, border: ResamplingBorder = .reflect,
        interpolation: Interpolation = .bilinear, name: String? = nil
    ) {
        self.init(.either(factor), border: border, interpolation: interpolation, name: name)
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.range("factor"),
            border: try ResamplingBorder(configuration),
            interpolation: try configuration.value("interpolation", default: .bilinear),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "factor": factor.bounds, "data_format": "channels_last", "fill_mode": border.name,
            "fill_value": border.fill, "interpolation": interpolation, "seed": nil,
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
            interpolation: interpolation, border: border)
    }
}
