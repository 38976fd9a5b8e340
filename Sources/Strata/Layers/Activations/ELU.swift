/// x where positive, otherwise α · (eˣ - 1) (Clevert et al., 2016). Output shape: the input's.
public final class ELU: FunctionLayer {
    public let core: LayerCore
    public private(set) var alpha: Float

    /// - Parameters:
    ///   - alpha: the negative saturation value; 1 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(alpha: Float = 1, name: String? = nil) {
        core = LayerCore(name: name)
        self.alpha =
            alpha
    }

    public static func prototype() -> ELU { ELU() }

    public static var hyperparameters: [Hyperparameter<ELU>] { [.value("alpha", \.alpha)] }

    public var function: @Sendable (Tensor) -> Tensor { { [alpha] in elu($0, alpha: alpha) } }
}
