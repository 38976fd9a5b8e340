/// A fully connected layer: activation(x · kernel + bias).
///
/// Input `[batch, …, features]`, output `[batch, …, units]`.
public final class Dense: ConfigurableLayer {
    public let core: LayerCore
    /// The number of output features.
    public private(set) var units: Int
    /// The function applied to the output.
    public private(set) var activation: ActivationFunction
    /// Whether a bias is added to each output feature.
    public private(set) var useBias: Bool
    /// Initializer, regularizer and constraint of the kernel.
    public private(set) var kernelOptions: WeightOptions
    /// Initializer, regularizer and constraint of the bias.
    public private(set) var biasOptions: WeightOptions

    /// `[features, units]`; there once the layer has been called.
    public private(set) var kernel: Variable!
    /// `[units]`, if the layer uses a bias.
    public private(set) var bias: Variable?

    /// - Parameters:
    ///   - units: the number of output features.
    ///   - activation: the function applied to the output; none (`.linear`) by default.
    ///   - useBias: whether a bias is added to each output feature; true by default.
    ///   - kernelInitializer: draws the first kernel; Glorot's uniform distribution by default.
    ///   - biasInitializer: draws the first bias; zeros by default.
    ///   - kernelRegularizer: a penalty on the kernel, added to the loss; none by default.
    ///   - biasRegularizer: a penalty on the bias; none by default.
    ///   - activityRegularizer: a penalty on the output, averaged over the batch; none by default.
    ///   - kernelConstraint: what the kernel is brought back to after each step; no bounds by
    ///     default.
    ///   - biasConstraint: what the bias is brought back to after each step; no bounds by default.
    ///   - trainable: whether training changes the weights; true by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ units: Int, activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, trainable: Bool = true, name: String? = nil
    ) {
        core = LayerCore(
            name: name, trainable: trainable, activityRegularizer: activityRegularizer)
        self.units = units
        self.activation = activation
        self.useBias = useBias
        kernelOptions = WeightOptions(kernelInitializer, kernelRegularizer, kernelConstraint)
        biasOptions = WeightOptions(biasInitializer, biasRegularizer, biasConstraint)
    }

    public static func prototype() -> Dense { Dense(0) }

    public static var hyperparameters: [Hyperparameter<Dense>] {
        // Keras leaves the activity regularizer out where there is none.
        [
            .required("units", \.units), .value("activation", \.activation),
            .value("use_bias", \.useBias),
        ] + .weights([("kernel", \.kernelOptions), ("bias", \.biasOptions)])
            + [.optional("activity_regularizer", \.core.activityRegularizer)]
    }

    public func build(_ inputs: [Shape]) throws {
        guard units > 0 else { throw StrataError("units must be at least 1, but got \(units)") }
        guard let features = inputs.first?.dimensions.last, inputs[0].rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, features] was expected, but got \(inputs[0])")
        }
        kernel = core.addWeight("kernel", shape: [features, units], kernelOptions)
        if useBias { bias = core.addWeight("bias", shape: [units], biasOptions) }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard x.shape.rank >= 2, x.shape[-1] == kernel.shape[0] else {
            return Tensor(
                error: StrataError(
                    "inputs with \(kernel.shape[0]) features were expected, but got \(x.shape)"))
        }
        let rows = x.reshaped(to: [x.shape.dimensions.dropLast().reduce(1, *), x.shape[-1]])
        var y = matmul(rows, kernel.value)
        if let bias { y = y + bias.value }
        let shape = Shape(x.shape.dimensions.dropLast() + [units])
        return activation(y.reshaped(to: shape))
    }
}
