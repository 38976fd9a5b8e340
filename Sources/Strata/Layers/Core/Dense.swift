/// A fully connected layer: activation(x · kernel + bias).
///
/// Input `[batch, …, features]`, output `[batch, …, units]`.
public final class Dense: ConfigurableLayer {
    public let core: LayerCore
    public let units: Int
    public let activation: ActivationFunction
    public let usesBias: Bool
    public let kernelInitializer: Initializer
    public let biasInitializer: Initializer
    public let kernelRegularizer: Regularizer?
    public let biasRegularizer: Regularizer?
    public let kernelConstraint: Constraint?
    public let biasConstraint: Constraint?

    /// `[features, units]`; there once the layer has been called.
    public private(set) var kernel: Variable!
    /// `[units]`, if the layer uses a bias.
    public private(set) var bias: Variable?

    public init(
        _ units: Int, activation: ActivationFunction = .linear, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        core = LayerCore(name: name, activityRegularizer: activityRegularizer)
        self.units = units
        self.activation = activation
        self.usesBias = usesBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
        self.kernelRegularizer = kernelRegularizer
        self.biasRegularizer = biasRegularizer
        self.kernelConstraint = kernelConstraint
        self.biasConstraint = biasConstraint
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("units"),
            activation: try configuration.value("activation", default: .linear),
            usesBias: try configuration.value("use_bias", default: true),
            kernelInitializer: try configuration.value(
                "kernel_initializer", default: .glorotUniform),
            biasInitializer: try configuration.value("bias_initializer", default: .zeros),
            kernelRegularizer: try configuration.optional("kernel_regularizer"),
            biasRegularizer: try configuration.optional("bias_regularizer"),
            activityRegularizer: try configuration.optional("activity_regularizer"),
            kernelConstraint: try configuration.optional("kernel_constraint"),
            biasConstraint: try configuration.optional("bias_constraint"),
            name: configuration.name)
    }

    public var configuration: Configuration {
        let all: Configuration = [
            "units": units, "activation": activation, "use_bias": usesBias,
            "kernel_initializer": kernelInitializer, "bias_initializer": biasInitializer,
            "kernel_regularizer": kernelRegularizer, "bias_regularizer": biasRegularizer,
            "kernel_constraint": kernelConstraint, "bias_constraint": biasConstraint,
        ]
        // Keras leaves this one out where there is none.
        return core.activityRegularizer.map { all + ["activity_regularizer": $0] } ?? all
    }

    public func build(_ inputs: [Shape]) throws {
        guard units > 0 else { throw StrataError("units is at least 1. Received: \(units)") }
        guard let features = inputs.first?.dimensions.last, inputs[0].rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, features] was expected. Received: \(inputs[0])")
        }
        kernel = addWeight(
            "kernel", shape: [features, units], initializer: kernelInitializer,
            regularizer: kernelRegularizer, constraint: kernelConstraint)
        if usesBias {
            bias = addWeight(
                "bias", shape: [units], initializer: biasInitializer,
                regularizer: biasRegularizer, constraint: biasConstraint)
        }
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
