/// A fully connected layer: activation(x · kernel + bias).
///
/// Input `[batch, …, features]`, output `[batch, …, units]`.
public final class Dense: Layer {
    public let core: LayerCore
    public let units: Int
    public let activation: ActivationFunction
    public let usesBias: Bool
    public let kernelInitializer: Initializer
    public let biasInitializer: Initializer

    /// `[features, units]`; there once the layer has been called.
    public private(set) var kernel: Variable!
    /// `[units]`, if the layer uses a bias.
    public private(set) var bias: Variable?

    public init(
        _ units: Int, activation: ActivationFunction = .linear, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.units = units
        self.activation = activation
        self.usesBias = usesBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
    }

    public func build(_ inputs: [Shape]) throws {
        guard units > 0 else { throw StrataError("units is at least 1. Received: \(units)") }
        guard let features = inputs.first?.dimensions.last, inputs[0].rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, features] was expected. Received: \(inputs[0])")
        }
        kernel = addWeight("kernel", shape: [features, units], initializer: kernelInitializer)
        if usesBias { bias = addWeight("bias", shape: [units], initializer: biasInitializer) }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard x.shape.rank >= 2, x.shape[-1] == kernel.shape[0] else {
            return Tensor(
                error: StrataError(
                    "inputs with \(kernel.shape[0]) features were expected. Received: \(x.shape)"))
        }
        let rows = x.reshaped(to: [x.shape.dimensions.dropLast().reduce(1, *), x.shape[-1]])
        var y = matmul(rows, kernel.value)
        if let bias { y = y + bias.value }
        let shape = Shape(x.shape.dimensions.dropLast() + [units])
        return activation(y.reshaped(to: shape))
    }
}
