/// Joins all axes but the batch: `[batch, …]` to `[batch, features]`.
public final class Flatten: Layer {
    public let core: LayerCore

    public init(name: String? = nil) { core = LayerCore(name: name) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        x.reshaped(to: [x.shape[0], x.shape.withoutBatch.count])
    }
}
