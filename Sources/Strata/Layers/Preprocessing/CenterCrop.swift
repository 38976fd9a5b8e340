/// Cuts the middle out of images, in training and inference alike: `[batch, height, width, channels]` to
/// `[batch, new height, new width, channels]`. Where an image is smaller than that, it is the largest
/// centred part of the new proportions, resized.
public final class CenterCrop: ConfigurableLayer {
    public let core: LayerCore
    public private(set) var height: Int
    public private(set) var width: Int

    /// - Parameters:
    ///   - height: the new height, in pixels.
    ///   - width: the new width, in pixels.
    ///   - name: the layer's name; by default one is made from the class.
    public init(height: Int, width: Int, name: String? = nil) {
        core = LayerCore(name: name)
        self.height = height
        self.width = width
    }

    public static func prototype() -> CenterCrop { CenterCrop(height: 0, width: 0) }

    public static var hyperparameters: [Hyperparameter<CenterCrop>] {
        [
            .required("height", \.height), .required("width", \.width),
            .fixed("data_format", "channels_last"),
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive([("height", [height]), ("width", [width])])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let size = [height, width]
        if x.shape[1] >= height, x.shape[2] >= width { return centre(x, size: size) }
        return resized(centredPart(x, proportions: size), to: size)
    }
}
