/// A depthwise convolution followed by a 1x1 one, which mixes channels (Chollet, 2017):
/// activation((x ∗ depthwise) · pointwise + bias).
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, filters]`, sizes
/// as for ``Conv2D``.
public final class SeparableConv2D: ConfigurableLayer {
    public let core: LayerCore
    public let filters: Int
    public let kernelSize: [Int]
    public let strides: [Int]
    public let padding: Padding
    public let dilation: [Int]
    public let depthMultiplier: Int
    public let activation: ActivationFunction
    public let usesBias: Bool
    public let depthwiseInitializer: Initializer
    public let pointwiseInitializer: Initializer
    public let biasInitializer: Initializer
    public let depthwiseRegularizer: Regularizer?
    public let pointwiseRegularizer: Regularizer?
    public let biasRegularizer: Regularizer?
    public let depthwiseConstraint: Constraint?
    public let pointwiseConstraint: Constraint?
    public let biasConstraint: Constraint?

    /// `[height, width, channels, depthMultiplier]`; there once the layer has been called.
    public private(set) var depthwiseKernel: Variable!
    /// `[1, 1, channels · depthMultiplier, filters]`.
    public private(set) var pointwiseKernel: Variable!
    /// `[filters]`, if the layer uses a bias.
    public private(set) var bias: Variable?

    public init(
        _ filters: Int, kernelSize: Pair, strides: Pair = 1, padding: Padding = .valid,
        dilation: Pair = 1, depthMultiplier: Int = 1, activation: ActivationFunction = .linear,
        usesBias: Bool = true, depthwiseInitializer: Initializer = .glorotUniform,
        pointwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        depthwiseRegularizer: Regularizer? = nil, pointwiseRegularizer: Regularizer? = nil,
        biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        depthwiseConstraint: Constraint? = nil, pointwiseConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        core = LayerCore(name: name, activityRegularizer: activityRegularizer)
        self.filters = filters
        self.kernelSize = kernelSize.values
        self.strides = strides.values
        self.padding = padding
        self.dilation = dilation.values
        self.depthMultiplier = depthMultiplier
        self.activation = activation
        self.usesBias = usesBias
        self.depthwiseInitializer = depthwiseInitializer
        self.pointwiseInitializer = pointwiseInitializer
        self.biasInitializer = biasInitializer
        self.depthwiseRegularizer = depthwiseRegularizer
        self.pointwiseRegularizer = pointwiseRegularizer
        self.biasRegularizer = biasRegularizer
        self.depthwiseConstraint = depthwiseConstraint
        self.pointwiseConstraint = pointwiseConstraint
        self.biasConstraint = biasConstraint
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("filters"),
            kernelSize: try configuration.value("kernel_size"),
            strides: try configuration.value("strides", default: 1),
            padding: try configuration.value("padding", default: .valid),
            dilation: try configuration.value("dilation_rate", default: 1),
            depthMultiplier: try configuration.value("depth_multiplier", default: 1),
            activation: try configuration.value("activation", default: .linear),
            usesBias: try configuration.value("use_bias", default: true),
            depthwiseInitializer: try configuration.value(
                "depthwise_initializer", default: .glorotUniform),
            pointwiseInitializer: try configuration.value(
                "pointwise_initializer", default: .glorotUniform),
            biasInitializer: try configuration.value("bias_initializer", default: .zeros),
            depthwiseRegularizer: try configuration.optional("depthwise_regularizer"),
            pointwiseRegularizer: try configuration.optional("pointwise_regularizer"),
            biasRegularizer: try configuration.optional("bias_regularizer"),
            activityRegularizer: try configuration.optional("activity_regularizer"),
            depthwiseConstraint: try configuration.optional("depthwise_constraint"),
            pointwiseConstraint: try configuration.optional("pointwise_constraint"),
            biasConstraint: try configuration.optional("bias_constraint"),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "depth_multiplier": depthMultiplier, "filters": filters, "kernel_size": kernelSize,
            "strides": strides, "padding": padding, "data_format": "channels_last",
            "dilation_rate": dilation, "activation": activation, "use_bias": usesBias,
            "depthwise_initializer": depthwiseInitializer,
            "pointwise_initializer": pointwiseInitializer, "bias_initializer": biasInitializer,
            "depthwise_regularizer": depthwiseRegularizer,
            "pointwise_regularizer": pointwiseRegularizer, "bias_regularizer": biasRegularizer,
            "activity_regularizer": core.activityRegularizer,
            "depthwise_constraint": depthwiseConstraint,
            "pointwise_constraint": pointwiseConstraint, "bias_constraint": biasConstraint,
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        let channels = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive([
            "filters": [filters], "kernelSize": kernelSize, "strides": strides,
            "dilation": dilation, "depthMultiplier": [depthMultiplier],
        ])
        try ConvolutionChecks.notBoth(strides: strides, dilation: dilation)
        depthwiseKernel = addWeight(
            "depthwise_kernel", shape: [kernelSize[0], kernelSize[1], channels, depthMultiplier],
            initializer: depthwiseInitializer, regularizer: depthwiseRegularizer,
            constraint: depthwiseConstraint)
        pointwiseKernel = addWeight(
            "pointwise_kernel", shape: [1, 1, channels * depthMultiplier, filters],
            initializer: pointwiseInitializer, regularizer: pointwiseRegularizer,
            constraint: pointwiseConstraint)
        if usesBias {
            bias = addWeight(
                "bias", shape: [filters], initializer: biasInitializer,
                regularizer: biasRegularizer, constraint: biasConstraint)
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let channels = depthwiseConv2D(
            x, depthwiseKernel.value, strides: strides, padding: padding, dilation: dilation)
        var y = conv2D(channels, pointwiseKernel.value)
        if let bias { y = y + bias.value }
        return activation(y)
    }
}
