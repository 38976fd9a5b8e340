import CStrata

/// Convolves images with a kernel, without flipping it (a cross-correlation, as in Keras).
/// - Parameters:
///   - x: the images, `[batch, height, width, channels]`.
///   - kernel: the kernel, `[height, width, channels / groups, filters]`.
///   - strides: the steps of the window down and to the right; 1 by default.
///   - padding: how the borders are padded; not at all (`.valid`) by default.
///   - dilation: the distances between the cells of the window; 1 by default.
///   - groups: the number of groups into which channels and filters are divided; 1 by default.
/// - Returns: `[batch, new height, new width, filters]`.
public func conv2D(
    _ x: Tensor, _ kernel: Tensor, strides: [Int] = [1, 1], padding: Padding = .valid,
    dilation: [Int] = [1, 1], groups: Int = 1
) -> Tensor {
    let size = kernel.rank == 4 ? [kernel.shape[0], kernel.shape[1]] : [1, 1]
    let window = Window(size: size, strides: strides, dilation: dilation, padding: padding)
    return Tensor.record(Convolution(window: window, groups: groups), x, kernel)
}

/// The convolution (cross-correlation) of images `[n, h, w, c]` with a kernel `[r, s, c / groups, k]`.
package struct Convolution: Operation {
    package var window: Window
    package var groups = 1
    /// Set by fusion: whether a third input is a bias for each output channel.
    package var hasBias = false
    package var activation = FusedActivation.none

    package var name: String { "conv2d" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        let (x, w) = (inputs[0].shape, inputs[1].shape)
        try x.checkIsImages()
        guard w.rank == 4, groups > 0, x[3] % groups == 0, w[2] == x[3] / groups,
            w[3] % groups == 0
        else {
            throw StrataError(
                "A convolution of \(x[3]) channels in \(groups) group\(groups == 1 ? "" : "s") needs a "
                    + "kernel of shape [height, width, channels / groups, filters], with filters "
                    + "divisible by groups, but got \(w)")
        }
        let output = try window.resolve(x).output
        let y: Shape = [x[0], output[0], output[1], w[3]]
        try y.checkIsImages()
        return [TensorType(y)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let (x, w) = (flow.inputs[0], flow.inputs[1])
        return [
            Tensor.record(
                ConvolutionInputGradient(window: window, groups: groups, shape: x.shape),
                flow.cotangent, w),
            Tensor.record(
                ConvolutionKernelGradient(window: window, groups: groups, shape: w.shape), x,
                flow.cotangent),
        ]
    }

    package func multiplyAdds(_ inputs: [Shape], _ outputs: [Shape]) -> Int {
        outputs[0].count * (inputs[1].count / inputs[1][3])
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        if lowering.isEmpty(inputs, outputs[0]) { return }
        var call = ConvolutionCall(
            lowering, window, groups, x: lowering.shape(inputs[0]), w: lowering.shape(inputs[1]),
            pass: STRATA_CONV_FORWARD, name: name, kernel: inputs[1])
        call.arguments.activation = activation.rawValue
        let packed = call.pack(inputs[1], source: inputs[0], \strata_conv_args.x)
        var step = lowering.step(name, lowering.kernels.conv_forward, call.arguments)
        step.read(\strata_conv_args.x, inputs[0])
        step.read(\strata_conv_args.w, inputs[1])
        if let packed { step.read(\strata_conv_args.packed, packed) }
        if hasBias { step.read(\strata_conv_args.bias, inputs[2]) }
        step.write(\strata_conv_args.y, outputs[0])
        call.finish(&step, images: ([inputs[0]], [outputs[0]]), note: activation.note)
    }
}
