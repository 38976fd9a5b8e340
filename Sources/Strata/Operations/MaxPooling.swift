import CStrata

/// The maximum of each window of images `[batch, height, width, channels]`.
/// - Parameters:
///   - x: the images.
///   - size: the height and width of the window.
///   - strides: the steps of the window down and to the right; the size of the window by default.
///   - padding: how the borders are padded; not at all (`.valid`) by default.
/// - Returns: `[batch, new height, new width, channels]`.
public func maxPool2D(
    _ x: Tensor, size: [Int], strides: [Int]? = nil, padding: Padding = .valid
) -> Tensor {
    let window = Window(size: size, strides: strides ?? size, padding: padding)
    return Tensor.record(MaxPooling(window: window), [x])[0]
}

/// The maximum of each window of `[n, h, w, c]`, and its position in the window.
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

/// Maps dy and the positions of the maxima to dx.
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
