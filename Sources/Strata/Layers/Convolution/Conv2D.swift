/// A convolution of images with a kernel per filter: activation(x ∗ kernel + bias).
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, filters]`. With
/// `.same` padding the new height is `ceil(height / stride)`, with `.valid` padding
/// `floor((height - dilation · (kernel - 1) - 1) / stride) + 1`.
public final class Conv2D: ConfigurableLayer {
    public let core: LayerCore
    public let filters: Int
    public let kernelSize: [Int]
    public let strides: [Int]
    public let padding: Padding
    public let dilation: [Int]
    public let groups: Int
    public let activation: ActivationFunction
    public let usesBias: Bool
    public let kernelInitializer: Initializer
    public let biasInitializer: Initializer
    public let kernelRegularizer: Regularizer?
    public let biasRegularizer: Regularizer?
    public let kernelConstraint: Constraint?
    public let biasConstraint: Constraint?

    /// `[height, width, channels / groups, filters]`; there once the layer has been called.
    public private(set) var kernel: Variable!
    /// `[filters]`, if the layer uses a bias.
    public private(set) var bias: Variable?

    /// - Parameters:
    ///   - filters: the number of output channels.
    ///   - kernelSize: height and width of the window; one number for both.
    ///   - strides: the window's steps down and to the right, 1 by default.
    ///   - padding: `.valid` (none) by default.
    ///   - dilation: distances between the window's cells, 1 by default.
    ///   - groups: how many groups the channels are cut into, each convolved with its own filters.
    public init(
        _ filters: Int, kernelSize: Pair, strides: Pair = 1, padding: Padding = .valid,
        dilation: Pair = 1, groups: Int = 1, activation: ActivationFunction = .linear,
        usesBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, kernelRegularizer: Regularizer? = nil,
        biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil, biasConstraint: Constraint? = nil,
        name: String? = nil
    ) {
        core = LayerCore(name: name, activityRegularizer: activityRegularizer)
        self.filters = filters
        self.kernelSize = kernelSize.values
        self.strides = strides.values
        self.padding = padding
        self.dilation = dilation.values
        self.groups = groups
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
            try configuration.value("filters"),
            kernelSize: try configuration.value("kernel_size"),
            strides: try configuration.value("strides", default: 1),
            padding: try configuration.value("padding", default: .valid),
            dilation: try configuration.value("dilation_rate", default: 1),
            groups: try configuration.value("groups", default: 1),
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
        [
            "filters": filters, "kernel_size": kernelSize, "strides": strides, "padding": padding,
            "data_format": "channels_last", "dilation_rate": dilation, "groups": groups,
            "activation": activation, "use_bias": usesBias,
            "kernel_initializer": kernelInitializer, "bias_initializer": biasInitializer,
            "kernel_regularizer": kernelRegularizer, "bias_regularizer": biasRegularizer,
            "activity_regularizer": core.activityRegularizer,
            "kernel_constraint": kernelConstraint, "bias_constraint": biasConstraint,
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        let channels = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive([
            "filters": [filters], "kernelSize": kernelSize, "strides": strides,
            "dilation": dilation, "groups": [groups],
        ])
        try ConvolutionChecks.notBoth(strides: strides, dilation: dilation)
        guard channels % groups == 0, filters % groups == 0 else {
            throw StrataError(
                "the \(channels) input channels and the \(filters) filters must both be divisible by "
                    + "groups. Received: groups \(groups)")
        }
        kernel = addWeight(
            "kernel", shape: [kernelSize[0], kernelSize[1], channels / groups, filters],
            initializer: kernelInitializer, regularizer: kernelRegularizer,
            constraint: kernelConstraint)
        if usesBias {
            bias = addWeight(
                "bias", shape: [filters], initializer: biasInitializer,
                regularizer: biasRegularizer, constraint: biasConstraint)
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        var y = conv2D(
            x, kernel.value, strides: strides, padding: padding, dilation: dilation, groups: groups)
        if let bias { y = y + bias.value }
        return activation(y)
    }
}
