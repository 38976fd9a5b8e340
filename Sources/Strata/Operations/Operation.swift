/// One kind of step of a graph: its shape rule, its gradient rule and its kernel.
package protocol Operation: Hashable, Sendable {
    /// For messages and plans: `conv2d`.
    var name: String { get }
    var outputCount: Int { get }

    /// The types of the outputs; throws a sentence that says what does not fit.
    func infer(_ inputs: [TensorType]) throws -> [TensorType]

    /// The gradient with respect to each input, nil where there is none.
    func gradients(_ flow: GradientFlow) -> [Tensor?]

    /// The multiply-adds of an operation that consists of them, such as a convolution; 0 for others.
    func multiplyAdds(_ inputs: [Shape], _ outputs: [Shape]) -> Int

    /// Emits prepared kernel calls.
    func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int])
}

extension Operation {
    package var outputCount: Int { 1 }
    package func multiplyAdds(_ inputs: [Shape], _ outputs: [Shape]) -> Int { 0 }
}

/// What a gradient rule sees of its operation.
package struct GradientFlow {
    package let inputs: [Tensor]
    package let outputs: [Tensor]
    /// The gradient of the result with respect to each output; nil where it does not depend on it.
    package let cotangents: [Tensor?]

    /// The cotangent of the only output.
    package var cotangent: Tensor { cotangents[0]! }
}
