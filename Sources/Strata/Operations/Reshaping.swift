extension Tensor {
    /// The same elements in row-major order with another shape.
    public func reshaped(to shape: Shape) -> Tensor {
        self.shape == shape ? self : Tensor.record(Reshaping(shape: shape), self)
    }
}

/// The same numbers in the same order with another shape. It costs nothing: a plan shares the memory.
package struct Reshaping: Operation {
    package let shape: Shape

    package init(shape: Shape) { self.shape = shape }

    package var name: String { "reshape" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        guard inputs[0].shape.count == shape.count, shape.dimensions.allSatisfy({ $0 >= 0 }) else {
            throw StrataError(
                "A tensor of shape \(inputs[0].shape), of \(inputs[0].shape.count) elements, "
                    + "cannot be reshaped to \(shape).")
        }
        return [TensorType(shape, inputs[0].dtype)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        [flow.cotangent.reshaped(to: flow.inputs[0].shape)]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        fatalError("A reshape is an alias.")
    }
}
