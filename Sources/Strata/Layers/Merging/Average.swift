/// The mean of its inputs at each place; they have one shape (or broadcast to one).
public final class Average: ConfigurableLayer {
    public let core: LayerCore

    /// - Parameter name: the layer's name; by default one is made from the class.
    public init(name: String? = nil) { core = LayerCore(name: name) }

    public static func prototype() -> Average { Average() }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count > 1 else {
            return [
                Tensor(
                    error: StrataError(
                        "at least two inputs were expected, but got \(inputs.count)"))
            ]
        }
        return [inputs.dropFirst().reduce(inputs[0], +) / Float(inputs.count)]
    }
}
