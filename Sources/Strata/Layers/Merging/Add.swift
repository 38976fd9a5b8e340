/// The sum of its inputs, which have one shape (or broadcast to one): a residual connection.
public final class Add: MergingLayer {
    public let core: LayerCore

    /// - Parameter name: the layer's name; by default one is made from the class.
    public init(name: String? = nil) { core = LayerCore(name: name) }

    public func merge(_ a: Tensor, _ b: Tensor) -> Tensor { a + b }
}
