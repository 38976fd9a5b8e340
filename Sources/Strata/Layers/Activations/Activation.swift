/// Applies an activation function to its input. Output shape: the input's.
public final class Activation: ConfigurableLayer {
    public let core: LayerCore
    public let function: ActivationFunction

    public init(_ function: ActivationFunction, name: String? = nil) {
        core = LayerCore(name: name)
        self.function = function
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("activation"), name: configuration.name)
    }

    public var configuration: Configuration { ["activation": function] }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { function(x) }
}
