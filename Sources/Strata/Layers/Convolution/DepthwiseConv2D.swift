/// A convolution of each channel with its own kernels, `depthMultiplier` of them:
/// activation(x ∗ kernel + bias).
///
/// Input `[batch, height, width, channels]`, output
/// `[batch, new height, new width, channels · depthMultiplier]`, sizes as for ``Conv2D``. Output
/// channel `c · depthMultiplier + m` is channel c convolved with its kernel m. Weights: `kernel`,
/// `[kernel height, kernel width, channels, depthMultiplier]`, and `bias`,
/// `[channels · depthMultiplier]`.
public final class DepthwiseConv2D: ConvolutionLayer<Pair>, ConfigurableLayer {
    /// The number of kernels, and of output channels, for each channel.
    public private(set) var depthMultiplier: Int

    /// - Parameters:
    ///   - kernelSize: the height and width of the window; one number stands for both.
    ///   - strides: the window's steps down and to the right; 1 by default.
    ///   - padding: how the borders are padded with zeros; `.valid`, not at all, by default.
    ///   - depthMultiplier: the number of kernels, and of output channels, for each channel; 1 by default.
    ///   - dilationRate: the distance between neighbouring cells of the window; 1 by default. Either
    ///     this or `strides` is 1.
    ///   - activation: the function applied to the output; none (`.linear`) by default.
    ///   - useBias: whether a bias is added to each output channel; true by default.
    ///   - depthwiseInitializer: draws the first kernel; Glorot's uniform distribution by default.
    ///   - biasInitializer: draws the first bias; zeros by default.
    ///   - depthwiseRegularizer: a penalty on the kernel, added to the loss; none by default.
    ///   - biasRegularizer: a penalty on the bias; none by default.
    ///   - activityRegularizer: a penalty on the output, averaged over the batch; none by default.
    ///   - depthwiseConstraint: what the kernel is brought back to after each step; no bounds by default.
    ///   - biasConstraint: what the bias is brought back to after each step; no bounds by default.
    ///   - trainable: whether training changes the weights; true by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        kernelSize: Pair, strides: Pair = 1, padding: Padding = .valid, depthMultiplier: Int = 1,
        dilationRate: Pair = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        depthwiseRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, depthwiseConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, trainable: Bool = true, name: String? = nil
    ) {
        self.depthMultiplier = depthMultiplier
        super.init(
            LayerCore(name: name, trainable: trainable, activityRegularizer: activityRegularizer),
            filters: 1, kernelSize: kernelSize, strides: strides, padding: padding,
            dilationRate: dilationRate, activation: activation, useBias: useBias,
            kernel: WeightOptions(depthwiseInitializer, depthwiseRegularizer, depthwiseConstraint),
            bias: WeightOptions(biasInitializer, biasRegularizer, biasConstraint))
    }

    public static func prototype() -> DepthwiseConv2D { DepthwiseConv2D(kernelSize: 0) }

    public static var hyperparameters: [Hyperparameter<DepthwiseConv2D>] {
        convolution(
            [.value("depth_multiplier", \.depthMultiplier)],
            kernels: [("depthwise", \.kernelOptions)])
    }

    public func build(_ inputs: [Shape]) throws {
        let channels = try checkedChannels(inputs, ["depthMultiplier": [depthMultiplier]])
        (filters, groups) = (channels * depthMultiplier, channels)
        addWeights(channels, depthMultiplier)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        finished(
            depthwiseConv2D(
                x, kernel.value, strides: strides.values, padding: padding,
                dilation: dilationRate.values))
    }
}
