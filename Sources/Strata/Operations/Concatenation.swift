extension Tensor {
    /// Joins tensors along an axis.
    /// - Parameters:
    ///   - tensors: at least one tensor. The shapes must be equal except along the axis.
    ///   - axis: the axis, which counts from the end if negative; the last by default.
    public static func concatenate(_ tensors: [Tensor], axis: Int = -1) -> Tensor {
        guard let first = tensors.first else {
            return Tensor(error: StrataError("There must be at least one tensor to concatenate."))
        }
        guard let resolved = first.shape.axis(axis) else {
            return Tensor(
                error: first.error
                    ?? StrataError("Concatenation: shape \(first.shape) has no axis \(axis)."))
        }
        return record(Concatenation(axis: resolved), tensors)[0]
    }
}

/// Joins tensors along one axis.
package struct Concatenation: Operation {
    package let axis: Int

    package var name: String { "concatenate" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        var result = inputs[0].shape
        for input in inputs.dropFirst() {
            var other = input.shape
            guard other.rank == result.rank, axis < result.rank else {
                throw StrataError(mismatch(inputs))
            }
            other[axis] = result[axis]
            guard other == result else { throw StrataError(mismatch(inputs)) }
            result[axis] += input.shape[axis]
        }
        return [TensorType(result)]
    }

    private func mismatch(_ inputs: [TensorType]) -> String {
        "Concatenation along axis \(axis) needs shapes that are equal elsewhere, but got "
            + inputs.map(\.shape.description).joined(separator: " and ")
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        var start = [Int](repeating: 0, count: flow.cotangent.rank)
        return flow.inputs.map { input in
            let slice = flow.cotangent.sliced(from: start, size: input.shape.dimensions)
            start[axis] += input.shape[axis]
            return slice
        }
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        let to = lowering.shape(outputs[0]).strides
        var offset = 0
        for input in inputs {
            let shape = lowering.shape(input)
            lowering.copy(
                input, 0, shape.strides, outputs[0], offset, to, shape.dimensions, name: name)
            offset += shape[axis] * to[axis]
        }
    }
}
