/// Applies an activation function to its input. Output shape: the input's.
public final class Activation: FunctionLayer {
    public let core: LayerCore
    /// What is applied.
    public private(set) var activation: ActivationFunction

    /// - Parameters:
    ///   - function: the function that is applied.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ function: ActivationFunction, name: String? = nil) {
        core = LayerCore(name: name)
        activation = function
    }

    public static func prototype() -> Activation { Activation(.linear) }

    public static var hyperparameters: [Hyperparameter<Activation>] {
        [.required("activation", \.activation)]
    }

    public var function: @Sendable (Tensor) -> Tensor { { [activation] in activation($0) } }
}
