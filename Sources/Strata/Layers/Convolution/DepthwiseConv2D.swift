/// A convolution of each channel with its own kernels, `depthMultiplier` of them:
/// activation(x ∗ kernel + bias).
///
/// Input `[batch, height, width, channels]`, output
/// `[batch, new height, new width, channels · depthMultiplier]`, sizes as for ``Conv2D``. Output
/// channel `c · depthMultiplier + m` is channel c convolved with its kernel m.
public final class DepthwiseConv2D: ConfigurableLayer {
    public let core: LayerCore
    public let kernelSize: [Int]
    public let strides: [Int]
    public let padding: Padding
    public let depthMultiplier: Int
    public let dilation: [Int]
    public let activation: ActivationFunction
    public let usesBias: Bool
    public let depthwiseInitializer: Initializer
    public let biasInitializer: Initializer
    public let depthwiseRegularizer: Regularizer?
    public let biasRegularizer: Regularizer?
    public let depthwiseConstraint: Constraint?
    public let biasConstraint: Constraint?

    /// `[height, width, channels, depthMultiplier]`; there once the layer has been called.
    public private(set) var kernel: Variable!
    /// `[channels · depthMultiplier]`, if the layer uses a bias.
    public private(set) var bias: Variable?

    public init(
        kernelSize: Pair, strides: Pair = 1, padding: Padding = .valid, depthMultiplier: Int = 1,
        dilation: Pair = 1, activation: ActivationFunction = .linear, usesBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        depthwiseRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, depthwiseConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        core = LayerCore(name: name, activityRegularizer: activityRegularizer)
        self.kernelSize = kernelSize.values
        self.strides = strides.values
        self.padding = padding
        self.depthMultiplier = depthMultiplier
        self.dilation = dilation.values
        self.activation = activation
        self.usesBias = usesBias
        self.depthwiseInitializer = depthwiseInitializer
        self.biasInitializer = biasInitializer
        self.depthwiseRegularizer = depthwiseRegularizer
        self.biasRegularizer = biasRegularizer
        self.depthwiseConstraint = depthwiseConstraint
        self.biasConstraint = biasConstraint
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            kernelSize: try configuration.value("kernel_size"),
            strides: try configuration.value("strides", default: 1),
            padding: try configuration.value("padding", default: .valid),
            depthMultiplier: try configuration.value("depth_multiplier", default: 1),
            dilation: try configuration.value("dilation_rate", default: 1),
            activation: try configuration.value("activation", default: .linear),
            usesBias: try configuration.value("use_bias", default: true),
            depthwiseInitializer: try configuration.value(
                "depthwise_initializer", default: .glorotUniform),
            biasInitializer: try configuration.value("bias_initializer", default: .zeros),
            depthwiseRegularizer: try configuration.optional("depthwise_regularizer"),
            biasRegularizer: try configuration.optional("bias_regularizer"),
            activityRegularizer: try configuration.optional("activity_regularizer"),
            depthwiseConstraint: try configuration.optional("depthwise_constraint"),
            biasConstraint: try configuration.optional("bias_constraint"),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "depth_multiplier": depthMultiplier, "kernel_size": kernelSize, "strides": strides,
            "padding": padding, "data_format": "channels_last", "dilation_rate": dilation,
            "activation": activation, "use_bias": usesBias,
            "depthwise_initializer": depthwiseInitializer, "bias_initializer": biasInitializer,
            "depthwise_regularizer": depthwiseRegularizer, "bias_regularizer": biasRegularizer,
            "activity_regularizer": core.activityRegularizer,
            "depthwise_constraint": depthwiseConstraint, "bias_constraint": biasConstraint,
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        let channels = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive([
            "kernelSize": kernelSize, "strides": strides, "depthMultiplier": [depthMultiplier],
            "dilation": dilation,
        ])
        try ConvolutionChecks.notBoth(strides: strides, dilation: dilation)
        kernel = addWeight(
            "kernel", shape: [kernelSize[0], kernelSize[1], channels, depthMultiplier],
            initializer: depthwiseInitializer, regularizer: depthwiseRegularizer,
            constraint: depthwiseConstraint)
        if usesBias {
            bias = addWeight(
                "bias", shape: [channels * depthMultiplier], initializer: biasInitializer,
                regularizer: biasRegularizer, constraint: biasConstraint)
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        var y = depthwiseConv2D(
            x, kernel.value, strides: strides, padding: padding, dilation: dilation)
        if let bias { y = y + bias.value }
        return activation(y)
    }
}
