/// x · scale + offset, in training and inference alike. Output shape: the input's.
public final class Rescaling: Layer {
    public let core: LayerCore
    public let scale: Float
    public let offset: Float

    public init(_ scale: Float, offset: Float = 0, name: String? = nil) {
        core = LayerCore(name: name)
        self.scale = scale
        self.offset = offset
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x * scale + offset }
}
