/// Applies an activation function to its input. Output shape: the input's.
public final class Activation: FunctionLayer {
    public let core: LayerCore
    /// What is applied.
    public let activation: ActivationFunction

    /// - Parameters:
    ///   - function: what is applied.
    ///   - name: the layer's name; by default made from its class.
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
