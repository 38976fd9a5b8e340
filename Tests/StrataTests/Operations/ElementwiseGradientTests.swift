import Strata
import TestSupport
import Testing

struct ElementwiseGradientTests {
    static let shapes: [Int: [[Shape]]] = [
        1: [[[]], [[1]], [[17]], [[3, 5]], [[2, 1, 3, 1]]],
        2: [
            [[7], [7]], [[], [5]], [[4], []], [[3, 4], [4]], [[4], [3, 4]], [[3, 1], [1, 4]],
            [[2, 1, 3], [5, 1]], [[1], [1, 1]], [[2, 3, 1, 2], [3, 4, 1]], [[1, 17], [2, 1]],
        ],
        3: threeShapes,
    ]
    static let threeShapes: [[Shape]] = [
        [[5], [5], [5]], [[3, 1], [4], []], [[], [2, 3], [3]], [[2, 1, 2], [3, 1], [1, 1]],
    ]

    @Test(arguments: ElementwiseCase.all)
    func everyOperation(_ operation: ElementwiseCase) {
        for (row, ranges) in operation.smooth.enumerated() {
            for (index, shapes) in Self.shapes[ranges.count]!.enumerated() {
                var random = TestRandom(UInt64(100 * row + index))
                let operands = zip(shapes, ranges).map { random.tensor($0, $1) }
                checkGradients("\(operation) of \(shapes)", at: operands, order: 2) {
                    Tensor.record(Elementwise(operation.code), $0)[0]
                }
            }
        }
    }

    @Test func powersOfNegativeNumbers() {
        var random = TestRandom(3)
        for exponent in [Float(-2), 2, 3] {
            checkGradients("power", at: [random.tensor([5], -2...(-0.5))], order: 2) {
                pow($0[0], Tensor(exponent))
            }
        }
    }

    @Test(arguments: threeShapes.indices)
    func conditions(_ variant: Int) {
        var random = TestRandom(UInt64(variant))
        let operands = Self.threeShapes[variant].map { random.tensor($0) }
        checkGradients("select", at: operands, order: 2, differentiable: [1, 2]) {
            select($0[0] .> 0, $0[1], $0[2])
        }
    }

    /// A tie gives the whole gradient to the first, as TensorFlow does.
    @Test func ties() {
        let (a, b) = (Tensor([1, 2, 3]), Tensor([1, 5, 0]))
        let most = gradient(of: maximum(a, b), wrt: [a, b])
        #expect(most[0].scalars == [1, 0, 1] && most[1].scalars == [0, 1, 0])
        let least = gradient(of: minimum(a, b), wrt: [a, b])
        #expect(least[0].scalars == [1, 1, 0] && least[1].scalars == [0, 0, 1])
        let zero = Tensor([0, -0.0])
        #expect(gradient(of: relu(zero), wrt: zero).scalars == [0, 0])
        #expect(gradient(of: abs(zero), wrt: zero).scalars == [0, 0])
    }

    @Test func valuesUsedTwice() {
        var random = TestRandom(9)
        checkGradients("x·x + sin x", at: [random.tensor([3, 3])], order: 2) {
            $0[0] * $0[0] + sin($0[0])
        }
        checkGradients("x / x²", at: [random.tensor([6], 1...2)], order: 2) {
            $0[0] / ($0[0] * $0[0])
        }
        checkGradients("both operands of everything", at: [random.tensor([4], 1...2)]) { x in
            x[0] * x[0] + x[0] + maximum(x[0], x[0])
        }
        checkGradients(
            "a residual", at: [random.tensor([2, 3]), random.tensor([3, 3])], order: 2
        ) {
            let once = tanh(matmul($0[0], $0[1])) + $0[0]
            return tanh(matmul(once, $0[1])) + once
        }
    }
}
