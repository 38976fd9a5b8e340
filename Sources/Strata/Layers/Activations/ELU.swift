/// x where positive, otherwise α · (eˣ - 1) (Clevert et al., 2016). Output shape: the input's.
public final class ELU: FunctionLayer {
    public let core: LayerCore
    public let alpha: Float

    public init(alpha: Float = 1, name: String? = nil) {
        core = LayerCore(name: name)
        self.alpha = alpha
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            alpha: try configuration.value("alpha", default: 1), name: configuration.name)
    }

    public var configuration: Configuration { ["alpha": alpha] }

    public var function: @Sendable (Tensor) -> Tensor { { [alpha] in elu($0, alpha: alpha) } }
}
