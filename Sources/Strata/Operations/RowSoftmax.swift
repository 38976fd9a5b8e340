import CStrata

/// The softmax over the last axis: eˣ / Σ eˣ.
public func softmax(_ x: Tensor) -> Tensor { Tensor.record(RowSoftmax(), x) }

/// The logarithm of the softmax over the last axis, computed as x - ln Σ eˣ.
public func logSoftmax(_ x: Tensor) -> Tensor { Tensor.record(RowSoftmax(logarithm: true), x) }

/// The softmax, or its logarithm, over the last axis.
package struct RowSoftmax: Operation {
    package var logarithm = false

    package var name: String { logarithm ? "log_softmax" : "softmax" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        guard inputs[0].shape.rank > 0 else {
            throw StrataError("\(name) takes a tensor with at least one axis, but got a scalar")
        }
        return inputs
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let operation = SoftmaxGradient(logarithm: logarithm)
        return [Tensor.record(operation, flow.cotangent, flow.outputs[0])]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = rowStep(lowering, name, lowering.kernels.softmax, lowering.shape(inputs[0])) {
            $0.logarithm = logarithm ? 1 : 0
        }
        step.read(\strata_rows_args.x, inputs[0])
        step.write(\strata_rows_args.result, outputs[0])
        lowering.emit(step)
    }
}

/// Maps dy and the softmax (or its logarithm) to dx.
package struct SoftmaxGradient: Operation {
    package let logarithm: Bool

    package var name: String { logarithm ? "log_softmax_gradient" : "softmax_gradient" }
    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [inputs[1]] }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let (g, y, c) = (flow.inputs[0], flow.inputs[1], flow.cotangent)
        func rows(_ x: Tensor) -> Tensor { x.sum(axes: [-1], keepDims: true) }
        if logarithm {
            // dx = g - eʸ·Σg
            return [c - rows(c * exp(y)), -(c * exp(y) * rows(g))]
        }
        // dx = y·(g - Σ g·y)
        return [y * (c - rows(c * y)), c * (g - rows(g * y)) - g * rows(c * y)]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        let shape = lowering.shape(inputs[1])
        var step = rowStep(lowering, name, lowering.kernels.softmax_gradient, shape) {
            $0.logarithm = logarithm ? 1 : 0
        }
        step.read(\strata_rows_args.dy, inputs[0])
        step.read(\strata_rows_args.y, inputs[1])
        step.write(\strata_rows_args.result, outputs[0])
        lowering.emit(step)
    }
}
