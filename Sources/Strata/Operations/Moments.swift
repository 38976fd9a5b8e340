import CStrata

/// Mean and biased variance over all axes but the last: `[…, c]` to `[c]` and `[c]`.
package struct Moments: Operation {
    package var name: String { "moments" }
    package var outputCount: Int { 2 }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        guard inputs[0].shape.rank > 0 else {
            throw StrataError("moments takes a tensor with at least one axis, but got a scalar")
        }
        let channels = TensorType([inputs[0].shape[-1]])
        return [channels, channels]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        // dmean/dx = 1/n, dvar/dx = 2 (x - mean) / n
        let x = flow.inputs[0]
        let scale = Float(x.shape[-1]) / Float(x.shape.count)
        var gradient: Tensor?
        if let g = flow.cotangents[1] { gradient = (x - flow.outputs[0]) * (g * (2 * scale)) }
        if let g = flow.cotangents[0] {
            let share = g * scale
            gradient = gradient.map { $0 + share } ?? share.broadcast(to: x.shape)
        }
        return [gradient]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        let shape = lowering.shape(inputs[0])
        let columns = max(1, shape[-1])
        let rows = shape.count / columns
        // At most 16 partial results, each over at least about 16,000 numbers.
        let unitRows = max((rows + 15) / 16, (16383 + columns) / columns, 1)
        let units = (rows + unitRows - 1) / unitRows
        let partial = lowering.temporary(units * 2 * columns * 4)
        var arguments = strata_moments_args()
        arguments.rows = Int64(rows)
        arguments.columns = Int64(columns)
        arguments.unit_rows = Int64(unitRows)
        var step = lowering.step(name, lowering.kernels.moments, arguments)
        step.read(\strata_moments_args.x, inputs[0])
        step.write(\strata_moments_args.partial, partial)
        step.units = units
        step.flops = 4 * shape.count
        lowering.emit(step)
        var last = lowering.step(name + ".merge", lowering.kernels.moments_finish, arguments)
        last.read(\strata_moments_args.partial, partial)
        last.write(\strata_moments_args.mean, outputs[0])
        last.write(\strata_moments_args.variance, outputs[1])
        last.units = 1
        lowering.emit(last)
    }
}

/// The mean and biased variance over all axes but the last: `[…, channels]` to `[channels]`.
public func moments(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
    let outputs = Tensor.record(Moments(), [x])
    return (outputs[0], outputs[1])
}
