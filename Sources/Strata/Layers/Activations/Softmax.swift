/// eˣ / Σ eˣ along one or more axes, the last by default. Output shape: the input's.
public final class Softmax: FunctionLayer {
    public let core: LayerCore
    /// The axes that the output sums to 1 over.
    public private(set) var axis: Axes

    /// - Parameters:
    ///   - axis: the axis, or axes, along which outputs sum to 1; the last by default. Negative
    ///     axes count from the end.
    ///   - name: the layer's name; by default one is made from the class.
    public init(axis: Axes = -1, name: String? = nil) {
        core = LayerCore(name: name)
        self.axis =
            axis
    }

    public static func prototype() -> Softmax { Softmax() }

    public static var hyperparameters: [Hyperparameter<Softmax>] { [.value("axis", \.axis)] }

    public var function: @Sendable (Tensor) -> Tensor {
        { [axes = axis.list] x in
            if axes.map({ $0 < 0 ? $0 + x.rank : $0 }) == [x.rank - 1] { return softmax(x) }
            let e = exp(x - x.max(axes: axes, keepDims: true))
            return e / e.sum(axes: axes, keepDims: true)
        }
    }
}
