/// The first of its two inputs less the second; they have one shape (or broadcast to one).
public final class Subtract: MergingLayer {
    public let core: LayerCore

    /// - Parameter name: the layer's name; by default one is made from the class.
    public init(name: String? = nil) { core = LayerCore(name: name) }

    public func merge(_ a: Tensor, _ b: Tensor) -> Tensor { a - b }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count == 2 else {
            return [
                Tensor(
                    error: StrataError("two inputs were expected, but got \(inputs.count)"))
            ]
        }
        return [merge(inputs[0], inputs[1])]
    }
}
