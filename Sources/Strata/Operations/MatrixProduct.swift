import CStrata

/// The product of two matrices, each optionally transposed. The compiler fuses bias and activation into it.
package struct MatrixProduct: Operation {
    package var transposeA = false
    package var transposeB = false
    /// Set by fusion: whether a third input is a bias for each column.
    package var hasBias = false
    package var activation = FusedActivation.none

    package var name: String { "matmul" }

    private func sizes(_ a: Shape, _ b: Shape) -> (m: Int, n: Int, k: Int, kb: Int) {
        (
            a[transposeA ? 1 : 0], b[transposeB ? 0 : 1], a[transposeA ? 0 : 1],
            b[transposeB ? 1 : 0]
        )
    }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        let (a, b) = (inputs[0].shape, inputs[1].shape)
        guard a.rank == 2, b.rank == 2 else {
            throw StrataError("A matrix product takes two matrices, but got shapes \(a) and \(b)")
        }
        let size = sizes(a, b)
        guard size.k == size.kb else {
            throw StrataError(
                "The inner sizes of a matrix product must be equal, but got shapes \(a) and \(b)")
        }
        return [TensorType([size.m, size.n])]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let (a, b, g) = (flow.inputs[0], flow.inputs[1], flow.cotangent)
        // C = A·B: dA = dC·Bᵀ, dB = Aᵀ·dC; a transposed operand gets the transposed gradient.
        return [
            transposeA
                ? matmul(b, g, transposeA: transposeB, transposeB: true)
                : matmul(g, b, transposeB: !transposeB),
            transposeB
                ? matmul(g, a, transposeA: true, transposeB: transposeA)
                : matmul(a, g, transposeA: !transposeA),
        ]
    }

    package func multiplyAdds(_ inputs: [Shape], _ outputs: [Shape]) -> Int {
        let size = sizes(inputs[0], inputs[1])
        return size.m * size.n * size.k
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        if lowering.isEmpty(inputs, outputs[0]) { return }
        let size = sizes(lowering.shape(inputs[0]), lowering.shape(inputs[1]))
        var arguments = strata_gemm_args()
        arguments.m = Int64(size.m)
        arguments.n = Int64(size.n)
        arguments.k = Int64(size.k)
        arguments.transpose_a = transposeA ? 1 : 0
        arguments.transpose_b = transposeB ? 1 : 0
        arguments.activation = activation.rawValue
        lowering.kernels.gemm_prepare(&arguments, false, Int32(Runtime.threadCount))
        var step = lowering.step(name, lowering.kernels.gemm, arguments)
        step.read(\strata_gemm_args.a, inputs[0])
        step.read(\strata_gemm_args.b, inputs[1])
        if hasBias { step.read(\strata_gemm_args.bias, inputs[2]) }
        step.write(\strata_gemm_args.c, outputs[0])
        step.units = Int(arguments.units)
        step.scratch = Int(arguments.scratch_size)
        step.flops = 2 * size.m * size.n * size.k
        step.note = activation.note
        lowering.emit(step)
    }
}

/// The activations that matrix products and convolutions can apply to their results.
package enum FusedActivation: Int32, Sendable {
    case none = 0
    case relu = 1
    case relu6 = 2

    var note: String { self == .none ? "" : "+\(self)" }
}

/// The product of two matrices.
/// - Parameters:
///   - a: the left matrix.
///   - b: the right matrix.
///   - transposeA: whether to transpose `a` first; false by default.
///   - transposeB: whether to transpose `b` first; false by default.
public func matmul(
    _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor {
    Tensor.record(MatrixProduct(transposeA: transposeA, transposeB: transposeB), a, b)
}
