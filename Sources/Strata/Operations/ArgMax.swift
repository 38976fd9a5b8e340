import CStrata

/// The index of the largest value along the last axis, or the first of several equal ones.
public func argmax(_ x: Tensor) -> Tensor { Tensor.record(ArgMax(), x) }

/// The index of the largest value of the last axis, the first of equals, as a number.
package struct ArgMax: Operation {
    package var name: String { "argmax" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        guard inputs[0].shape.rank > 0 else {
            throw StrataError("argmax takes a tensor with at least one axis, but got a scalar")
        }
        return [TensorType(Shape(Array(inputs[0].shape.dimensions.dropLast())))]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] { [nil] }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        var step = rowStep(lowering, name, lowering.kernels.argmax, lowering.shape(inputs[0]))
        step.read(\strata_rows_args.x, inputs[0])
        step.write(\strata_rows_args.result, outputs[0])
        lowering.emit(step)
    }
}
