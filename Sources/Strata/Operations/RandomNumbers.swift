/// Random numbers, uniform in [0, 1) or standard normal, determined by key and position.
package struct RandomNumbers: Operation {
    package let shape: Shape
    package let normal: Bool

    package var name: String { normal ? "randomNormal" : "randomUniform" }
    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [TensorType(shape)] }
    package func gradients(_ flow: GradientFlow) -> [Tensor?] { [nil] }
    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        fatalError("Elementwise operations are lowered by fusion.")
    }
}
