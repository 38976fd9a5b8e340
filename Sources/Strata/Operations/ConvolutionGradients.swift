import CStrata

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
            pass: STRATA_CONV_INPUT_GRADIENT, name: name, kernel: inputs[1])
        let packed = call.pack(inputs[1], source: inputs[0], \strata_conv_args.y)
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
