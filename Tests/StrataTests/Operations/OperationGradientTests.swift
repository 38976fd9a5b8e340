import Strata
import TestSupport
import Testing

/// Reductions, movements, products, rows and moments.
struct OperationGradientTests {
    @Test func reductions() {
        var random = TestRandom(1)
        let shapes: [(Shape, [Int]?)] = [
            ([7], nil), ([3, 4], [0]), ([3, 4], [1]), ([3, 4], [-1]), ([2, 3, 4], [1]),
            ([2, 3, 4], [0, 2]), ([2, 3, 4], [0, 1]), ([2, 1, 3, 2], [1, 3]), ([1, 1], nil),
            ([2, 2, 3, 2, 2], [0, 2, 4]), ([], nil), ([5], []),
        ]
        for (shape, axes) in shapes {
            for keeps in [false, true] {
                let x = random.tensor(shape)
                checkGradients("sum \(shape) \(axes ?? [])", at: [x], order: 2) {
                    square($0[0]).sum(axes: axes, keepDims: keeps)
                }
                checkGradients("mean \(shape)", at: [x], order: 2) {
                    square($0[0].mean(axes: axes, keepDims: keeps))
                }
                checkGradients("max \(shape)", at: [x]) {
                    $0[0].max(axes: axes, keepDims: keeps)
                }
                checkGradients("min \(shape)", at: [x]) {
                    $0[0].min(axes: axes, keepDims: keeps)
                }
            }
        }
    }

    /// Equals share the gradient of a maximum, as TensorFlow has it.
    @Test func tiesOfReductions() {
        let x = Tensor(shape: [2, 3], scalars: [1, 3, 3, -1, -1, -1])
        let most = gradient(of: x.max(axes: [1]) * Tensor([2, 6]), wrt: x)
        #expect(most.scalars == [0, 1, 1, 2, 2, 2])
        #expect(gradient(of: x.min(), wrt: x).scalars.map { $0 * 3 } == [0, 0, 0, 1, 1, 1])
    }

    @Test func movements() {
        var random = TestRandom(2)
        let x = random.tensor([2, 3, 4])
        checkGradients("transpose", at: [x], order: 2) { square($0[0].transposed([2, 0, 1])) }
        checkGradients("reverse", at: [x]) { $0[0].transposed() }
        checkGradients("slice", at: [x], order: 2) {
            square($0[0].sliced(from: [1, 0, 2], size: [1, 2, 2]))
        }
        checkGradients("pad", at: [x], order: 2) {
            square($0[0].padded(before: [0, 2, 1], after: [3, 0, 1]))
        }
        checkGradients("reshape", at: [x], order: 2) { square($0[0].reshaped(to: [6, 4])) }
        checkGradients("broadcast", at: [random.tensor([3, 1])], order: 2) {
            square($0[0].broadcast(to: [2, 3, 4]))
        }
        checkGradients("one to many", at: [random.tensor([])]) { $0[0].broadcast(to: [2, 5]) }
        checkGradients("concatenate", at: [x, random.tensor([2, 1, 4])], order: 2) {
            square(Tensor.concatenate([$0[0], $0[1], $0[0]], axis: 1))
        }
        checkGradients("concatenate first", at: [x, random.tensor([1, 3, 4])]) {
            Tensor.concatenate([$0[0], $0[1]], axis: 0)
        }
        checkGradients("concatenate last", at: [x, random.tensor([2, 3, 1])]) {
            Tensor.concatenate([$0[1], $0[0]])
        }
        let six = random.tensor([2, 1, 2, 3, 1, 2])
        checkGradients("six dimensions", at: [six, random.tensor([2, 1, 1, 2, 1])], order: 2) {
            ($0[0] * $0[1]).transposed([5, 1, 3, 4, 0, 2]).sum(axes: [1, 3])
        }
    }

    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func matrixProducts(_ transposed: (a: Bool, b: Bool)) {
        for (m, n, k) in [(1, 1, 1), (2, 3, 4), (1, 17, 5), (5, 1, 7), (17, 3, 1), (6, 33, 9)] {
            var random = TestRandom(UInt64(m * n * k))
            let a = random.tensor(transposed.a ? [k, m] : [m, k])
            let b = random.tensor(transposed.b ? [n, k] : [k, n])
            checkGradients("\(m)x\(n)x\(k)", at: [a, b], order: m * n < 60 ? 2 : 1) {
                matmul($0[0], $0[1], transposeA: transposed.a, transposeB: transposed.b)
            }
        }
        var random = TestRandom(5)
        checkGradients("a matrix by itself", at: [random.tensor([3, 3])], order: 2) {
            matmul($0[0], $0[0], transposeA: transposed.a, transposeB: transposed.b)
        }
    }

    @Test(arguments: [[1], [3], [2, 5], [1, 17], [4, 1], [2, 2, 3]] as [Shape])
    func rows(_ shape: Shape) {
        var random = TestRandom(UInt64(shape.count))
        let x = random.tensor(shape)
        checkGradients("softmax", at: [x], order: 3) { softmax($0[0]) }
        checkGradients("log-softmax", at: [x], order: 3) { logSoftmax($0[0]) }
        let batch = Shape(Array(shape.dimensions.dropLast()))
        let labels = Tensor(
            shape: batch, scalars: (0..<batch.count).map { Float($0 % shape[-1]) })
        checkGradients("sparse cross-entropy", at: [x, labels], order: 3, differentiable: [0]) {
            Tensor.record(SoftmaxCrossEntropy(sparse: true), $0)[0]
        }
        let targets = random.tensor(shape, 0...1)
        checkGradients("cross-entropy", at: [x, targets], order: 2) {
            Tensor.record(SoftmaxCrossEntropy(sparse: false), $0)[0]
        }
        checkGradients("argmax", at: [x]) { argmax($0[0]) }
        checkGradients("loss and softmax", at: [x, labels], order: 2, differentiable: [0]) {
            let both = Tensor.record(SoftmaxCrossEntropy(sparse: true), $0)
            return both[0] + square(both[1]).sum(axes: [-1])
        }
    }

    @Test(arguments: [[1], [5, 1], [1, 3], [2, 3, 17], [2, 3, 2, 3]] as [Shape])
    func channelMoments(_ shape: Shape) {
        var random = TestRandom(UInt64(shape.count))
        let x = random.tensor(shape)
        checkGradients("mean", at: [x], order: 2) { square(moments($0[0]).mean) }
        checkGradients("variance", at: [x], order: 2) { moments($0[0]).variance }
        let (gamma, beta) = (random.tensor([shape[-1]], 0.5...2), random.tensor([shape[-1]]))
        checkGradients("batch normalization", at: [x, gamma, beta], order: 2) {
            let (mean, variance) = moments($0[0])
            return ($0[0] - mean) * (rsqrt(variance + 0.5) * $0[1]) + $0[2]
        }
    }

    @Test func gather() {
        let bytes = Storage(byteCount: 12)
        for index in 0..<12 {
            bytes.pointer.storeBytes(of: UInt8(index * 20), toByteOffset: index, as: UInt8.self)
        }
        let x = Tensor(bytes, TensorType([4, 3], .uint8))
        #expect(cast(x).scalars == (0..<12).map { Float($0 * 20) })
        #expect((cast(x) * 0.5).scalars == (0..<12).map { Float($0 * 10) })
    }
}
