/// The maximum of each channel over the whole image: `[batch, height, width, channels]` to
/// `[batch, channels]`, or `[batch, 1, 1, channels]` if dimensions are kept.
public final class GlobalMaxPooling2D: ConfigurableLayer {
    public let core: LayerCore
    public let keepsDimensions: Bool

    public init(keepsDimensions: Bool = false, name: String? = nil) {
        core = LayerCore(name: name)
        self.keepsDimensions = keepsDimensions
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            keepsDimensions: try configuration.value("keepdims", default: false),
            name: configuration.name)
    }

    public var configuration: Configuration {
        ["data_format": "channels_last", "keepdims": keepsDimensions]
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard x.rank == 4 else { return .notImages(x) }
        return x.max(axes: [1, 2], keepingDimensions: keepsDimensions)
    }
}
