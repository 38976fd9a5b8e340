import CStrata

/// Resamples images on a regular grid: shifts, mirrors, crops or resizes them.
///
/// The centre of output row i is read at `rows.start + (i + 1/2) · rows.step`, and columns likewise.
/// - Parameters:
///   - x: the images, `[batch, height, width, channels]`.
///   - size: the height and width of the output.
///   - rows: where rows are read, in pixels from the upper edge. Scalars, or `[batch, 1]` for a different
///     place in each image.
///   - columns: where columns are read, in pixels from the left edge.
///   - interpolation: how values between pixels are computed; bilinear by default.
///   - border: the values beyond the borders; the nearest pixels by default.
/// - Returns: `[batch] + size + [channels]`.
public func resample2D(
    _ x: Tensor, size: [Int], rows: (start: Tensor, step: Tensor),
    columns: (start: Tensor, step: Tensor), interpolation: Interpolation = .bilinear,
    border: ResamplingBorder = .nearest
) -> Tensor {
    resample2D(
        x, size: size, rows: (rows.start, down: rows.step, across: Tensor(0)),
        columns: (columns.start, down: Tensor(0), across: columns.step),
        interpolation: interpolation,
        border: border)
}

/// Resamples images with an affine map, which can also rotate and shear them.
///
/// The centre of the output pixel in row i and column j is read at row
/// `rows.start + (i + 1/2) · rows.down + (j + 1/2) · rows.across`, and at a column likewise.
/// - Parameters:
///   - x: the images, `[batch, height, width, channels]`.
///   - size: the height and width of the output.
///   - rows: where rows are read, in pixels from the upper edge. Scalars, or `[batch, 1]` for a different
///     place in each image.
///   - columns: where columns are read, in pixels from the left edge.
///   - interpolation: how values between pixels are computed; bilinear by default.
///   - border: the values beyond the borders; the nearest pixels by default.
/// - Returns: `[batch] + size + [channels]`.
public func resample2D(
    _ x: Tensor, size: [Int], rows: (start: Tensor, down: Tensor, across: Tensor),
    columns: (start: Tensor, down: Tensor, across: Tensor),
    interpolation: Interpolation = .bilinear, border: ResamplingBorder = .nearest
) -> Tensor {
    let parts = [
        rows.start, rows.down, rows.across, columns.start, columns.down, columns.across,
    ]
    let count = parts.contains { $0.rank > 0 } ? x.shape.dimensions.first ?? 1 : 1
    let map = Tensor.concatenate(parts.map { $0.broadcast(to: [count, 1]) }, axis: 1)
    let operation = Resampling(size: size, interpolation: interpolation, border: border)
    return Tensor.record(operation, x, map)
}

/// Resamples images `[n, h, w, c]` by an affine map `[n, 6]` or `[1, 6]`: for the row to read, its start and
/// its growth down and across the output, and the same for the column.
package struct Resampling: Operation {
    let size: [Int]
    package let interpolation: Interpolation
    package let border: ResamplingBorder

    package var name: String { "resample" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        let (x, map) = (inputs[0].shape, inputs[1].shape)
        try x.checkIsImages()
        let result: Shape = [x[0], size[0], size[1], x[3]]
        try result.checkIsImages()
        guard x.count > 0, size.allSatisfy({ $0 > 0 }), map.rank == 2, map[1] == 6,
            map[0] == 1 || map[0] == x[0]
        else {
            throw StrataError(
                "Resampling makes larger or smaller images of images, by a map of six numbers for "
                    + "each, but got \(x), to become \(result), and a map of shape \(map)")
        }
        return [TensorType(result)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let gradient = ResamplingGradient(forward: self, shape: flow.inputs[0].shape)
        return [Tensor.record(gradient, flow.cotangent, flow.inputs[1]), nil]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = step(
            lowering, name, lowering.kernels.resample, lowering.shape(inputs[0]),
            lowering.shape(inputs[1]))
        step.read(\strata_resample_args.x, inputs[0])
        step.read(\strata_resample_args.map, inputs[1])
        step.write(\strata_resample_args.y, outputs[0])
        lowering.emit(step)
    }

    fileprivate func step(
        _ lowering: Lowering, _ name: String, _ kernel: strata_kernel, _ x: Shape, _ map: Shape
    ) -> StepDraft {
        var arguments = strata_resample_args()
        arguments.h = Int32(x[1])
        arguments.w = Int32(x[2])
        arguments.c = Int32(x[3])
        arguments.oh = Int32(size[0])
        arguments.ow = Int32(size[1])
        arguments.border = Int32(border.code.rawValue)
        arguments.bilinear = interpolation == .bilinear ? 1 : 0
        arguments.fill = border.fill
        arguments.map_stride = map[0] == 1 ? 0 : 6
        var step = lowering.step(name, kernel, arguments)
        step.units = x[0]
        step.scratch = 2 * size[1] * MemoryLayout<strata_resample_tap>.stride
        step.flops = x[0] * size[0] * size[1] * x[3] * (interpolation == .bilinear ? 7 : 1)
        return step
    }
}

/// Maps dy and the map to dx.
package struct ResamplingGradient: Operation {
    package let forward: Resampling
    let shape: Shape

    package var name: String { "resample_gradient" }
    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [TensorType(shape)] }

    /// Linear, so its gradient is the resampling itself, with zeros beyond the borders.
    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        var border = forward.border
        if case .constant = border { border = .constant(0) }
        let operation = Resampling(
            size: forward.size, interpolation: forward.interpolation, border: border)
        return [Tensor.record(operation, flow.cotangent, flow.inputs[1]), nil]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = forward.step(
            lowering, name, lowering.kernels.resample_gradient, shape, lowering.shape(inputs[1]))
        step.read(\strata_resample_args.dy, inputs[0])
        step.read(\strata_resample_args.map, inputs[1])
        step.write(\strata_resample_args.dx, outputs[0])
        lowering.emit(step)
    }
}
