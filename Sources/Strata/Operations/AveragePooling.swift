import CStrata

/// Averages each window of images `[batch, height, width, channels]`. Padding does not count.
/// - Parameters:
///   - x: the images.
///   - size: the height and width of the window.
///   - strides: the steps of the window down and to the right; the size of the window by default.
///   - padding: how the borders are padded; not at all (`.valid`) by default.
/// - Returns: `[batch, new height, new width, channels]`.
public func averagePool2D(
    _ x: Tensor, size: [Int], strides: [Int]? = nil, padding: Padding = .valid
) -> Tensor {
    let window = Window(size: size, strides: strides ?? size, padding: padding)
    return Tensor.record(AveragePooling(window: window), x)
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

    /// Linear, so its gradient is the pooling itself.
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
