/// A convolution of images with a kernel for each filter: activation(x ∗ kernel + bias).
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, filters]`. With
/// `.same` padding the new height is `ceil(height / stride)`, with `.valid` padding
/// `floor((height - dilation · (kernel - 1) - 1) / stride) + 1`. Weights: `kernel`,
/// `[kernel height, kernel width, channels / groups, filters]`, and `bias`, `[filters]`.
public final class Conv2D: ConvolutionLayer<Pair>, ConfigurableLayer {
    /// - Parameters:
    ///   - filters: the number of output channels.
    ///   - kernelSize: the height and width of the window; one number stands for both.
    ///   - strides: the window's steps down and to the right; 1 by default.
    ///   - padding: how the borders are padded with zeros; `.valid`, not at all, by default.
    ///   - dilationRate: the distance between neighbouring cells of the window; 1 by default. Either
    ///     this or `strides` is 1.
    ///   - groups: the number of groups the channels are cut into, each convolved with its own
    ///     filters; 1 by default. It divides the numbers of input and output channels.
    ///   - activation: the function applied to the output; none (`.linear`) by default.
    ///   - useBias: whether a bias is added to each output channel; true by default.
    ///   - kernelInitializer: draws the first kernel; Glorot's uniform distribution by default.
    ///   - biasInitializer: draws the first bias; zeros by default.
    ///   - kernelRegularizer: a penalty on the kernel, added to the loss; none by default.
    ///   - biasRegularizer: a penalty on the bias; none by default.
    ///   - activityRegularizer: a penalty on the output, averaged over the batch; none by default.
    ///   - kernelConstraint: what the kernel is brought back to after each step; no bounds by default.
    ///   - biasConstraint: what the bias is brought back to after each step; no bounds by default.
    ///   - trainable: whether training changes the weights; true by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ filters: Int, kernelSize: Pair, strides: Pair = 1, padding: Padding = .valid,
        dilationRate: Pair = 1, groups: Int = 1, activation: ActivationFunction = .linear,
        useBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, kernelRegularizer: Regularizer? = nil,
        biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil, biasConstraint: Constraint? = nil,
        trainable: Bool = true, name: String? = nil
    ) {
        super.init(
            LayerCore(name: name, trainable: trainable, activityRegularizer: activityRegularizer),
            filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernel: WeightOptions(kernelInitializer, kernelRegularizer, kernelConstraint),
            bias: WeightOptions(biasInitializer, biasRegularizer, biasConstraint))
    }

    public static func prototype() -> Conv2D { Conv2D(0, kernelSize: 0) }

    public static var hyperparameters: [Hyperparameter<Conv2D>] {
        convolution(
            [.required("filters", \.filters), .value("groups", \.groups)],
            kernels: [("kernel", \.kernelOptions)])
    }

    public func build(_ inputs: [Shape]) throws {
        let channels = try checkedChannels(inputs)
        guard channels % groups == 0, filters % groups == 0 else {
            throw StrataError(
                "the \(channels) input channels and the \(filters) filters must both be divisible by "
                    + "groups, but groups is \(groups)")
        }
        addWeights(channels / groups, filters)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        finished(
            conv2D(
                x, kernel.value, strides: strides.values, padding: padding,
                dilation: dilationRate.values, groups: groups))
    }
}
