/// A layer that folds its inputs, which have one shape (or broadcast to one), two at a time.
public protocol MergingLayer: ConfigurableLayer {
    init(name: String?)
    /// What two inputs give.
    func merge(_ a: Tensor, _ b: Tensor) -> Tensor
}

extension MergingLayer {
    public init(configuration: Configuration) throws { self.init(name: configuration.name) }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count > 1 else {
            return [
                Tensor(
                    error: StrataError(
                        "at least two inputs were expected. Received: \(inputs.count)"))
            ]
        }
        return [inputs.dropFirst().reduce(inputs[0], merge)]
    }
}
