/// Makes images larger by whole factors: `[batch, height, width, channels]` to
/// `[batch, height · factor, width · factor, channels]`.
///
/// Nearest repeats rows and columns; bilinear blends between the centres of pixels, and repeats the
/// outermost ones beyond theirs.
public final class UpSampling2D: ConfigurableLayer {
    public let core: LayerCore
    public let factors: [Int]
    public let interpolation: Interpolation

    public init(
        _ factors: Pair = 2, interpolation: Interpolation = .nearest, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.factors = factors.values
        self.interpolation = interpolation
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("size", default: 2),
            interpolation: try configuration.value("interpolation", default: .nearest),
            name: configuration.name)
    }

    public var configuration: Configuration {
        ["size": factors, "data_format": "channels_last", "interpolation": interpolation]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive(["factors": factors])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        resized(
            x, to: [x.shape[1] * factors[0], x.shape[2] * factors[1]], interpolation: interpolation)
    }
}
