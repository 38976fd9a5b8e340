/// Joins its inputs along one axis, the last by default: `[batch, h, w, c1]` and
/// `[batch, h, w, c2]` to `[batch, h, w, c1 + c2]`. Their shapes are equal elsewhere.
public final class Concatenate: ConfigurableLayer {
    public let core: LayerCore
    public private(set) var axis: Int

    /// - Parameters:
    ///   - axis: the axis along which inputs are joined; the last by default. Negative axes count
    ///     from the end.
    ///   - name: the layer's name; by default one is made from the class.
    public init(axis: Int = -1, name: String? = nil) {
        core = LayerCore(name: name)
        self.axis =
            axis
    }

    public static func prototype() -> Concatenate { Concatenate() }

    public static var hyperparameters: [Hyperparameter<Concatenate>] { [.value("axis", \.axis)] }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        [Tensor.concatenate(inputs, axis: axis)]
    }
}
