/// The transpose of a convolution, which makes images larger: activation(xᵀ∗ kernel + bias).
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, filters]`. With
/// `.same` padding the new height is `height · stride`, with `.valid` padding
/// `height · stride + max(kernel - stride, 0)`; with an output padding it is
/// `(height - 1) · stride + kernel - 2 · padding + outputPadding`, where padding is 0 for `.valid`
/// and `floor(kernel / 2)` for `.same`, and kernel counts its dilation. Weights: `kernel`,
/// `[kernel height, kernel width, filters, channels]`, and `bias`, `[filters]`.
public final class Conv2DTranspose: ConvolutionLayer<Pair>, ConfigurableLayer {
    /// Rows and columns added at the bottom and to the right; nil for as many as `padding` says.
    public private(set) var outputPadding: Pair?

    /// - Parameters:
    ///   - filters: the number of output channels.
    ///   - kernelSize: the height and width of the window; one number stands for both.
    ///   - strides: the steps, in the output, from one window to the next; 1 by default.
    ///   - padding: what is cut from the borders of the output; `.valid`, nothing, by default.
    ///   - outputPadding: rows and columns added at the bottom and to the right, fewer than the strides; by
    ///     default the sizes are those above.
    ///   - dilationRate: the distance between neighbouring cells of the window; 1 by default. Either
    ///     this or `strides` is 1.
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
        outputPadding: Pair? = nil, dilationRate: Pair = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, trainable: Bool = true, name: String? = nil
    ) {
        self.outputPadding = outputPadding
        super.init(
            LayerCore(name: name, trainable: trainable, activityRegularizer: activityRegularizer),
            filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
            dilationRate: dilationRate, activation: activation, useBias: useBias,
            kernel: WeightOptions(kernelInitializer, kernelRegularizer, kernelConstraint),
            bias: WeightOptions(biasInitializer, biasRegularizer, biasConstraint))
    }

    public static func prototype() -> Conv2DTranspose { Conv2DTranspose(0, kernelSize: 0) }

    public static var hyperparameters: [Hyperparameter<Conv2DTranspose>] {
        convolution(
            [.required("filters", \.filters), .value("output_padding", \.outputPadding)],
            kernels: [("kernel", \.kernelOptions)])
    }

    public func build(_ inputs: [Shape]) throws {
        addWeights(filters, try checkedChannels(inputs))
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        finished(
            conv2DTranspose(
                x, kernel.value, strides: strides.values, padding: padding,
                outputPadding: outputPadding?.values, dilation: dilationRate.values))
    }
}
