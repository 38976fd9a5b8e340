/// An elementwise operation, with NumPy's broadcasting.
package struct Elementwise: Operation {
    package let code: Code

    package init(_ code: Code) { self.code = code }

    package var name: String { "\(code)" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        var shape = inputs[0].shape
        for input in inputs.dropFirst() {
            guard let joined = shape.broadcast(with: input.shape) else {
                throw StrataError(
                    "\(name) needs shapes that broadcast, but got "
                        + inputs.map(\.shape.description).joined(separator: " and "))
            }
            shape = joined
        }
        return [TensorType(shape)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        guard let derivatives = Elementwise.row(code).derivatives else {
            return flow.inputs.map { _ in nil }
        }
        return zip(flow.inputs, derivatives(flow.cotangent, flow.inputs, flow.outputs[0])).map {
            input, gradient in gradient?.summed(to: input.shape)
        }
    }

    /// Elementwise operations are lowered together, as programs, by `Fusion`.
    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        fatalError("Elementwise operations are lowered by fusion.")
    }
}

extension Tensor {
    /// Records an elementwise operation.
    static func elementwise(_ code: Elementwise.Code, _ inputs: Tensor...) -> Tensor {
        record(Elementwise(code), inputs)[0]
    }

    /// Sums over the dimensions that broadcasting from `target` to this shape repeated.
    func summed(to target: Shape) -> Tensor {
        if shape == target { return self }
        let leading = rank - target.rank
        let repeated = shape.dimensions.indices.filter { axis in
            axis < leading || (target[axis - leading] == 1 && shape[axis] != 1)
        }
        return sum(axes: repeated).reshaped(to: target)
    }
}
