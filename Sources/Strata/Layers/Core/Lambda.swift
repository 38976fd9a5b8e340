/// Applies a function of tensors, given as a closure. It has no weights, and files cannot keep it.
///
/// ```swift
/// let scaled = Lambda { $0 / 127.5 - 1 }(Input(shape: [32, 32, 3]))
/// ```
public final class Lambda: Layer {
    public let core: LayerCore
    private let function: (Tensor) -> Tensor

    /// - Parameters:
    ///   - name: the name of the layer; by default one is made from the class.
    ///   - function: maps the input to the output.
    public init(name: String? = nil, _ function: @escaping (Tensor) -> Tensor) {
        core = LayerCore(name: name)
        self.function = function
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { function(x) }
}
