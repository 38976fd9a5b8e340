/// Applies an activation function to its input. Output shape: the input's.
public final class Activation: FunctionLayer {
    public let core: LayerCore
    public let activation: ActivationFunction

    public init(_ function: ActivationFunction, name: String? = nil) {
        core = LayerCore(name: name)
        activation = function
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("activation"), name: configuration.name)
    }

    public var configuration: Configuration { ["activation": activation] }

    public var function: @Sendable (Tensor) -> Tensor { { [activation] in activation($0) } }
}
