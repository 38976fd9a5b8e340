import CStrata

/// The convolution (cross-correlation) of images `[n, h, w, c]` with a kernel `[r, s, c / groups, k]`.
package struct Convolution: Operation {
    package var window: Window
    package var groups = 1
    /// Set by fusion: a third input is a bias for each output channel.
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
                    + "divisible by groups. Received: \(w)")
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
            pass: STRATA_CONV_FORWARD, name: name)
        call.arguments.activation = activation.rawValue
        let packed = call.pack(inputs[1])
        var step = lowering.step(name, lowering.kernels.conv_forward, call.arguments)
        step.read(\strata_conv_args.x, inputs[0])
        step.read(\strata_conv_args.w, inputs[1])
        if let packed { step.read(\strata_conv_args.packed, packed) }
        if hasBias { step.read(\strata_conv_args.bias, inputs[2]) }
        step.write(\strata_conv_args.y, outputs[0])
        call.finish(&step, images: ([inputs[0]], [outputs[0]]), note: activation.note)
    }
}

/// The gradient of a convolution with respect to its images: dy, kernel to dx.
package struct ConvolutionInputGradient: Operation {
    package let window: Window
    package let groups: Int
    package let shape: Shape

    package var name: String { "conv2d_input_gradient" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [TensorType(shape)] }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let (dy, w, g) = (flow.inputs[0], flow.inputs[1], flow.cotangent)
        return [
            Tensor.record(Convolution(window: window, groups: groups), g, w),
            Tensor.record(
                ConvolutionKernelGradient(window: window, groups: groups, shape: w.shape), g, dy),
        ]
    }

    package func multiplyAdds(_ inputs: [Shape], _ outputs: [Shape]) -> Int {
        inputs[0].count * (inputs[1].count / inputs[1][3])
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        if lowering.isEmpty(inputs, outputs[0]) { return }
        let call = ConvolutionCall(
            lowering, window, groups, x: shape, w: lowering.shape(inputs[1]),
            pass: STRATA_CONV_INPUT_GRADIENT, name: name)
        let packed = call.pack(inputs[1])
        var step = lowering.step(name, lowering.kernels.conv_input_gradient, call.arguments)
        step.read(\strata_conv_args.y, inputs[0])
        step.read(\strata_conv_args.w, inputs[1])
        if let packed { step.read(\strata_conv_args.packed, packed) }
        step.write(\strata_conv_args.dx, outputs[0])
        call.finish(&step, images: ([inputs[0]], [outputs[0]]))
    }
}

/// The gradient of a convolution with respect to its kernel: x, dy to dw.
package struct ConvolutionKernelGradient: Operation {
    package let window: Window
    package let groups: Int
    package let shape: Shape

    package var name: String { "conv2d_kernel_gradient" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [TensorType(shape)] }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let (x, dy, g) = (flow.inputs[0], flow.inputs[1], flow.cotangent)
        return [
            Tensor.record(
                ConvolutionInputGradient(window: window, groups: groups, shape: x.shape), dy, g),
            Tensor.record(Convolution(window: window, groups: groups), x, g),
        ]
    }

    package func multiplyAdds(_ inputs: [Shape], _ outputs: [Shape]) -> Int {
        inputs[1].count * (shape.count / shape[3])
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        if lowering.isEmpty(inputs, outputs[0]) { return }
        let call = ConvolutionCall(
            lowering, window, groups, x: lowering.shape(inputs[0]), w: shape,
            pass: STRATA_CONV_KERNEL_GRADIENT, name: name)
        let plan = call.arguments.plan
        var step = lowering.step(name, lowering.kernels.conv_kernel_gradient, call.arguments)
        step.read(\strata_conv_args.x, inputs[0])
        step.read(\strata_conv_args.y, inputs[1])
        guard plan.partials > 0 else {
            step.write(\strata_conv_args.dw, outputs[0])
            call.finish(&step, images: nil)
            return
        }
        let partial = lowering.temporary(Int(plan.partials * plan.partial_size) * 4)
        step.write(\strata_conv_args.partial, partial)
        step.unitsPerPartial = Int(plan.images_per_partial)
        call.finish(&step, images: (inputs, []))
        var last = lowering.step(
            name + ".sum", lowering.kernels.conv_kernel_gradient_finish, call.arguments)
        last.read(\strata_conv_args.partial, partial)
        last.write(\strata_conv_args.dw, outputs[0])
        last.units = Int(plan.finish_units)
        last.scratch = Int(plan.scratch_size)
        lowering.emit(last)
    }
}

/// What the three passes of a convolution share when they are lowered.
private struct ConvolutionCall {
    let lowering: Lowering
    let name: String
    var arguments = strata_conv_args()

    init(
        _ lowering: Lowering, _ window: Window, _ groups: Int, x: Shape, w: Shape,
        pass: strata_conv_pass, name: String
    ) {
        self.lowering = lowering
        self.name = name
        // Checked when the operation was recorded.
        let (output, before, dilation) = try! window.tightened(for: x)
        arguments.shape = strata_conv_shape(
            n: Int32(x[0]), h: Int32(x[1]), w: Int32(x[2]), c: Int32(x[3]),
            oh: Int32(output[0]), ow: Int32(output[1]), k: Int32(w[3]),
            r: Int32(w[0]), s: Int32(w[1]),
            stride_h: Int32(window.strides[0]), stride_w: Int32(window.strides[1]),
            dilation_h: Int32(dilation[0]), dilation_w: Int32(dilation[1]),
            pad_top: Int32(before[0]), pad_left: Int32(before[1]), groups: Int32(groups))
        _ = lowering.kernels.conv_prepare(
            &arguments.shape, pass, lowering.options.convolution, &arguments.plan)
    }

    /// Emits the packing of the kernel, if the algorithm wants it packed.
    func pack(_ kernel: Int) -> Int? {
        let plan = arguments.plan
        guard plan.packed_size > 0 else { return nil }
        let packed = lowering.temporary(Int(plan.packed_size) * 4)
        var step = lowering.step(name + ".pack", lowering.kernels.conv_pack, arguments)
        step.read(\strata_conv_args.w, kernel)
        step.write(\strata_conv_args.packed, packed)
        step.units = Int(plan.pack_units)
        step.scratch = Int(plan.scratch_size)
        lowering.emit(step)
        return packed
    }

    /// - Parameter images: what is read and written image by image, if units can be images.
    func finish(
        _ step: inout StepDraft, images: (reads: [Int], writes: [Int])?, note: String = ""
    ) {
        let (plan, shape) = (arguments.plan, arguments.shape)
        step.units = Int(plan.units)
        step.scratch = Int(plan.scratch_size)
        if let images, plan.units == Int64(shape.n), plan.bands <= 1 {
            step.unitsAreImages(reads: images.reads, writes: images.writes)
        }
        let pixels = Int(shape.n) * Int(shape.oh) * Int(shape.ow)
        step.flops =
            2 * pixels * Int(shape.k) * Int(shape.r) * Int(shape.s) * Int(shape.c / shape.groups)
        let algorithm =
            switch strata_conv_algorithm(rawValue: UInt32(plan.algorithm)) {
            case STRATA_CONV_WINOGRAD: "winograd"
            case STRATA_CONV_POINTWISE: "pointwise"
            case STRATA_CONV_DEPTHWISE: "depthwise"
            default: "direct"
            }
        step.note = algorithm + note
        lowering.emit(step)
    }
}

/// Convolves images `[batch, height, width, channels]` with a kernel
/// `[height, width, channels / groups, filters]`, without flipping it (as Keras and every deep
/// learning library: a cross-correlation).
/// - Returns: `[batch, new height, new width, filters]`.
public func conv2D(
    _ x: Tensor, _ kernel: Tensor, strides: [Int] = [1, 1], padding: Padding = .valid,
    dilation: [Int] = [1, 1], groups: Int = 1
) -> Tensor {
    let size = kernel.rank == 4 ? [kernel.shape[0], kernel.shape[1]] : [1, 1]
    let window = Window(size: size, strides: strides, dilation: dilation, padding: padding)
    return Tensor.record(Convolution(window: window, groups: groups), x, kernel)
}
