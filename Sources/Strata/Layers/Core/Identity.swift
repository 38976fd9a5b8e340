/// Passes its input on.
public final class Identity: ConfigurableLayer {
    public let core: LayerCore

    public init(name: String? = nil) { core = LayerCore(name: name) }

    public convenience init(configuration: Configuration) throws {
        self.init(name: configuration.name)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x }
}
