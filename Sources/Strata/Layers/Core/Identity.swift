/// Passes its input on.
public final class Identity: ConfigurableLayer {
    public let core: LayerCore

    /// - Parameter name: the layer's name; by default one is made from the class.
    public init(name: String? = nil) { core = LayerCore(name: name) }

    public static func prototype() -> Identity { Identity() }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x }
}
