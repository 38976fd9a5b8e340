/// Adds rows and columns of zeros around images: `[batch, height, width, channels]` to
/// `[batch, top + height + bottom, left + width + right, channels]`.
public final class ZeroPadding2D: ConfigurableLayer {
    public let core: LayerCore
    public let padding: Border

    public init(_ padding: Border = 1, name: String? = nil) {
        core = LayerCore(name: name)
        self.padding = padding
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("padding", default: 1), name: configuration.name)
    }

    public var configuration: Configuration {
        ["padding": padding, "data_format": "channels_last"]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try padding.check()
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        x.padded(before: padding.before, after: padding.after)
    }
}
