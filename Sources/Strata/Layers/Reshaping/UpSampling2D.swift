/// Makes images larger by whole factors: `[batch, height, width, channels]` to
/// `[batch, height · factor, width · factor, channels]`.
///
/// Nearest repeats rows and columns; bilinear blends between the centres of pixels, and repeats the
/// outermost ones beyond theirs.
public final class UpSampling2D: ConfigurableLayer {
    public let core: LayerCore
    public private(set) var size: Pair
    public private(set) var interpolation: Interpolation

    /// - Parameters:
    ///   - size: the factors of height and width; one number stands for both; 2 by default.
    ///   - interpolation: `.nearest` (the default) repeats rows and columns, `.bilinear` blends
    ///     between the centres of pixels.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ size: Pair = 2, interpolation: Interpolation = .nearest, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.size = size
        self.interpolation = interpolation
    }

    public static func prototype() -> UpSampling2D { UpSampling2D() }

    public static var hyperparameters: [Hyperparameter<UpSampling2D>] {
        [
            .value("size", \.size), .fixed("data_format", "channels_last"),
            .value("interpolation", \.interpolation),
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive([("size", size.values)])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        resized(
            x, to: [x.shape[1] * size.height, x.shape[2] * size.width], interpolation: interpolation
        )
    }
}
