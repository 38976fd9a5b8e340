/// x · scale + offset, in training and inference alike. Output shape: the input's.
public final class Rescaling: ConfigurableLayer {
    public let core: LayerCore
    public let scale: Float
    public let offset: Float

    public init(_ scale: Float, offset: Float = 0, name: String? = nil) {
        core = LayerCore(name: name)
        self.scale = scale
        self.offset = offset
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("scale"),
            offset: try configuration.value("offset", default: 0), name: configuration.name)
    }

    public var configuration: Configuration { ["scale": scale, "offset": offset] }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x * scale + offset }
}
