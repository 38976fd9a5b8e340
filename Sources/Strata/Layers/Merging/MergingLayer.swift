/// A layer that folds its inputs, which have one shape (or broadcast to one), two at a time.
public protocol MergingLayer: ConfigurableLayer {
    /// - Parameter name: the layer's name; nil for one made from the class.
    init(name: String?)
    /// Combines two inputs.
    func merge(_ a: Tensor, _ b: Tensor) -> Tensor
}

extension MergingLayer {
    public static func prototype() -> Self { Self(name: nil) }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count > 1 else {
            return [
                Tensor(
                    error: StrataError(
                        "at least two inputs were expected, but got \(inputs.count)"))
            ]
        }
        return [inputs.dropFirst().reduce(inputs[0], merge)]
    }
}
