/// max(x, 0). Output shape: the input's.
public final class ReLU: Layer {
    public let core: LayerCore

    public init(name: String? = nil) { core = LayerCore(name: name) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { relu(x) }
}
