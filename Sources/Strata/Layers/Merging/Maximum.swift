/// The largest of its inputs at each place; they have one shape (or broadcast to one).
public final class Maximum: MergingLayer {
    public let core: LayerCore

    /// - Parameter name: the layer's name; by default one is made from the class.
    public init(name: String? = nil) { core = LayerCore(name: name) }

    public func merge(_ a: Tensor, _ b: Tensor) -> Tensor { maximum(a, b) }
}
