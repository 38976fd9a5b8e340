/// A depthwise convolution followed by a 1×1 convolution, which mixes the channels (Chollet, 2017):
/// activation((x ∗ depthwise) · pointwise + bias).
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, filters]`, sizes
/// as for ``Conv2D``. Weights: `depthwise_kernel`,
/// `[kernel height, kernel width, channels, depthMultiplier]`, `pointwise_kernel`,
/// `[1, 1, channels · depthMultiplier, filters]`, and `bias`, `[filters]`.
public final class SeparableConv2D: ConvolutionLayer<Pair>, ConfigurableLayer {
    /// The number of depthwise kernels for each channel.
    public private(set) var depthMultiplier: Int
    /// Initializer, regularizer and constraint of the pointwise kernel; those of the depthwise one are
    /// the ``ConvolutionLayer/kernelOptions``.
    public private(set) var pointwiseOptions: WeightOptions

    /// `[1, 1, channels · depthMultiplier, filters]`; there once the layer has been called.
    public private(set) var pointwiseKernel: Variable!

    /// - Parameters:
    ///   - filters: the number of output channels.
    ///   - kernelSize: the height and width of the window; one number stands for both.
    ///   - strides: the window's steps down and to the right; 1 by default.
    ///   - padding: how the borders are padded with zeros; `.valid`, not at all, by default.
    ///   - dilationRate: the distance between neighbouring cells of the window; 1 by default. Either
    ///     this or `strides` is 1.
    ///   - depthMultiplier: the number of depthwise kernels for each channel; 1 by default.
    ///   - activation: the function applied to the output; none (`.linear`) by default.
    ///   - useBias: whether a bias is added to each output channel; true by default.
    ///   - depthwiseInitializer: draws the first depthwise kernel; Glorot's uniform distribution by default.
    ///   - pointwiseInitializer: draws the first pointwise kernel; Glorot's uniform distribution by
    ///     default.
    ///   - biasInitializer: draws the first bias; zeros by default.
    ///   - depthwiseRegularizer: a penalty on the depthwise kernel, added to the loss; none by default.
    ///   - pointwiseRegularizer: a penalty on the pointwise kernel; none by default.
    ///   - biasRegularizer: a penalty on the bias; none by default.
    ///   - activityRegularizer: a penalty on the output, averaged over the batch; none by default.
    ///   - depthwiseConstraint: what the depthwise kernel is brought back to after each step; no bounds by
    ///     default.
    ///   - pointwiseConstraint: what the pointwise kernel is brought back to after each step; no bounds by
    ///     default.
    ///   - biasConstraint: what the bias is brought back to after each step; no bounds by default.
    ///   - trainable: whether training changes the weights; true by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ filters: Int, kernelSize: Pair, strides: Pair = 1, padding: Padding = .valid,
        dilationRate: Pair = 1, depthMultiplier: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform,
        pointwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        depthwiseRegularizer: Regularizer? = nil, pointwiseRegularizer: Regularizer? = nil,
        biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        depthwiseConstraint: Constraint? = nil, pointwiseConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, trainable: Bool = true, name: String? = nil
    ) {
        self.depthMultiplier = depthMultiplier
        pointwiseOptions = WeightOptions(
            pointwiseInitializer, pointwiseRegularizer, pointwiseConstraint)
        super.init(
            LayerCore(name: name, trainable: trainable, activityRegularizer: activityRegularizer),
            filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
            dilationRate: dilationRate, activation: activation, useBias: useBias,
            kernel: WeightOptions(depthwiseInitializer, depthwiseRegularizer, depthwiseConstraint),
            bias: WeightOptions(biasInitializer, biasRegularizer, biasConstraint))
    }

    public static func prototype() -> SeparableConv2D { SeparableConv2D(0, kernelSize: 0) }

    public static var hyperparameters: [Hyperparameter<SeparableConv2D>] {
        convolution(
            [
                .value("depth_multiplier", \.depthMultiplier), .required("filters", \.filters),
            ],
            kernels: [("depthwise", \.kernelOptions), ("pointwise", \.pointwiseOptions)])
    }

    public func build(_ inputs: [Shape]) throws {
        let channels = try checkedChannels(inputs, ["depthMultiplier": [depthMultiplier]])
        kernel = core.addWeight(
            "depthwise_kernel", shape: Shape(kernelSize.values + [channels, depthMultiplier]),
            kernelOptions)
        pointwiseKernel = core.addWeight(
            "pointwise_kernel", shape: [1, 1, channels * depthMultiplier, filters],
            pointwiseOptions)
        addBias()
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let channels = depthwiseConv2D(
            x, kernel.value, strides: strides.values, padding: padding,
            dilation: dilationRate.values)
        return finished(conv2D(channels, pointwiseKernel.value))
    }
}
