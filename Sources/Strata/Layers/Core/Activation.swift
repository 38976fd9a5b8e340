/// A function applied to a layer's output, by the name Keras gives it.
public enum ActivationFunction: String, Hashable, Sendable, CaseIterable {
    case linear, relu, relu6, sigmoid, softmax, softplus, tanh

    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .linear: x
        case .relu: Strata.relu(x)
        case .relu6: minimum(Strata.relu(x), 6)
        case .sigmoid: Strata.sigmoid(x)
        case .softmax: Strata.softmax(x)
        case .softplus: Strata.softplus(x)
        case .tanh: Strata.tanh(x)
        }
    }
}

/// Applies an activation function to its input. Output shape: the input's.
public final class Activation: Layer {
    public let core: LayerCore
    public let function: ActivationFunction

    public init(_ function: ActivationFunction, name: String? = nil) {
        core = LayerCore(name: name)
        self.function = function
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { function(x) }
}
