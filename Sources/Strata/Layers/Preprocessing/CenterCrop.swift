/// Cuts the middle out of images, in training and inference alike: `[batch, height, width, channels]` to
/// `[batch, new height, new width, channels]`. Where an image is smaller than that, it is the largest
/// centred part of the new proportions, resized.
public final class CenterCrop: ConfigurableLayer {
    public let core: LayerCore
    public let height: Int
    public let width: Int

    public init(height: Int, width: Int, name: String? = nil) {
        core = LayerCore(name: name)
        self.height = height
        self.width = width
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            height: try configuration.value("height"), width: try configuration.value("width"),
            name: configuration.name)
    }

    public var configuration: Configuration {
        ["height": height, "width": width, "data_format": "channels_last"]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive(["height": [height], "width": [width]])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let size = [height, width]
        if x.shape[1] >= height, x.shape[2] >= width { return centre(x, size: size) }
        return resized(centredPart(x, proportions: size), to: size)
    }
}
