/// The sum of its inputs, which have one shape (or broadcast to one): a residual connection.
public final class Add: Layer {
    public let core: LayerCore

    public init(name: String? = nil) { core = LayerCore(name: name) }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count > 1 else {
            return [Tensor(error: StrataError("at least two inputs were expected. Received: 1"))]
        }
        return [inputs.dropFirst().reduce(inputs[0], +)]
    }
}
