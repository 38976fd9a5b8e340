import CStrata

/// The maximum of each window of `[n, h, w, c]`, and the winner's place in its window.
package struct MaxPooling: Operation {
    package let window: Window

    package var name: String { "max_pool" }
    package var outputCount: Int { 2 }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        let shape = try pooled(inputs[0].shape, window)
        return [TensorType(shape), TensorType(shape, .uint16)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        guard let g = flow.cotangents[0] else { return [nil] }
        let operation = MaxPoolingGradient(window: window, shape: flow.inputs[0].shape)
        return [Tensor.record(operation, g, flow.outputs[1])]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = poolStep(
            lowering, name, lowering.kernels.max_pool, window, lowering.shape(inputs[0]),
            lowering.shape(outputs[0]), forward: true)
        step.read(\strata_pool_args.x, inputs[0])
        step.write(\strata_pool_args.y, outputs[0])
        if lowering.isUsed(outputs[1]) { step.write(\strata_pool_args.argument, outputs[1]) }
        if step.units == lowering.shape(inputs[0])[0] {
            step.unitsAreImages(reads: inputs, writes: outputs)
        }
        lowering.emit(step)
    }
}

/// dy and the winners to dx.
package struct MaxPoolingGradient: Operation {
    package let window: Window
    package let shape: Shape

    package var name: String { "max_pool_gradient" }
    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [TensorType(shape)] }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        [
            Tensor(
                error: StrataError(
                    "The gradient of max pooling's gradient is not available: second derivatives "
                        + "through max_pool were asked for.")), nil,
        ]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = poolStep(
            lowering, name, lowering.kernels.max_pool_gradient, window, shape,
            lowering.shape(inputs[0]), forward: false)
        step.read(\strata_pool_args.dy, inputs[0])
        step.read(\strata_pool_args.argument, inputs[1])
        step.write(\strata_pool_args.dx, outputs[0])
        step.unitsAreImages(reads: inputs, writes: outputs)
        lowering.emit(step)
    }
}

/// The average of each window of `[n, h, w, c]`; padding does not count.
package struct AveragePooling: Operation {
    package let window: Window

    package var name: String { "average_pool" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        [TensorType(try pooled(inputs[0].shape, window))]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let operation = AveragePoolingGradient(window: window, shape: flow.inputs[0].shape)
        return [Tensor.record(operation, flow.cotangent)]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = poolStep(
            lowering, name, lowering.kernels.average_pool, window, lowering.shape(inputs[0]),
            lowering.shape(outputs[0]), forward: true)
        step.read(\strata_pool_args.x, inputs[0])
        step.write(\strata_pool_args.y, outputs[0])
        if step.units == lowering.shape(inputs[0])[0] {
            step.unitsAreImages(reads: inputs, writes: outputs)
        }
        lowering.emit(step)
    }
}

package struct AveragePoolingGradient: Operation {
    package let window: Window
    package let shape: Shape

    package var name: String { "average_pool_gradient" }
    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [TensorType(shape)] }

    /// Linear: its gradient is the pooling itself.
    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        [Tensor.record(AveragePooling(window: window), flow.cotangent)]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = poolStep(
            lowering, name, lowering.kernels.average_pool_gradient, window, shape,
            lowering.shape(inputs[0]), forward: false)
        step.read(\strata_pool_args.dy, inputs[0])
        step.write(\strata_pool_args.dx, outputs[0])
        step.unitsAreImages(reads: inputs, writes: outputs)
        lowering.emit(step)
    }
}

private func pooled(_ x: Shape, _ window: Window) throws -> Shape {
    let output = try window.resolve(x).output
    guard window.size[0] * window.size[1] <= 65536 else {
        throw StrataError("A pooling window has at most 65536 cells. Received: \(window.size)")
    }
    return [x[0], output[0], output[1], x[3]]
}

private func poolStep(
    _ lowering: Lowering, _ name: String, _ kernel: strata_kernel, _ window: Window, _ x: Shape,
    _ y: Shape, forward: Bool
) -> StepDraft {
    // Checked when the operation was recorded.
    let before = try! window.resolve(x).before
    // Few images are cut into bands so that every thread has work.
    let bands = forward && x[0] < 4 ? min(y[1], max(1, y.count / max(1, x[0]) / 16384)) : 1
    var arguments = strata_pool_args()
    arguments.n = Int32(x[0])
    arguments.h = Int32(x[1])
    arguments.w = Int32(x[2])
    arguments.c = Int32(x[3])
    arguments.oh = Int32(y[1])
    arguments.ow = Int32(y[2])
    arguments.r = Int32(window.size[0])
    arguments.s = Int32(window.size[1])
    arguments.stride_h = Int32(window.strides[0])
    arguments.stride_w = Int32(window.strides[1])
    arguments.pad_top = Int32(before[0])
    arguments.pad_left = Int32(before[1])
    arguments.bands = Int32(bands)
    var step = lowering.step(name, kernel, arguments)
    step.units = x[0] * bands
    step.flops = y.count * window.size[0] * window.size[1]
    return step
}

/// The maximum of each window of images `[batch, height, width, channels]`.
public func maxPool2D(
    _ x: Tensor, size: [Int], strides: [Int]? = nil, padding: Padding = .valid
) -> Tensor {
    let window = Window(size: size, strides: strides ?? size, padding: padding)
    return Tensor.record(MaxPooling(window: window), [x])[0]
}

/// The average of each window of images `[batch, height, width, channels]`; cells of the padding
/// are not counted.
public func averagePool2D(
    _ x: Tensor, size: [Int], strides: [Int]? = nil, padding: Padding = .valid
) -> Tensor {
    let window = Window(size: size, strides: strides ?? size, padding: padding)
    return Tensor.record(AveragePooling(window: window), x)
}
