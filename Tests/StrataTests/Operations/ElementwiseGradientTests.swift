import Strata
import Testing

struct ElementwiseGradientTests {
    /// Where each operation of one operand is smooth, and how often it may be differentiated there.
    static let unary: [(code: Elementwise.Code, range: ClosedRange<Float>)] = [
        (.copy, -2...2), (.negate, -2...2), (.abs, 0.1...3), (.abs, -3...(-0.1)),
        (.sign, 0.1...2), (.exp, -3...3), (.expm1, -1...1), (.log, 0.2...4), (.log1p, -0.5...2),
        (.sqrt, 0.2...4), (.rsqrt, 0.2...4), (.square, -2...2), (.reciprocal, 0.3...3),
        (.reciprocal, -3...(-0.3)), (.floor, 0.1...0.9), (.round, 0.6...1.4), (.sin, -4...4),
        (.cos, -4...4), (.erf, -2...2), (.relu, 0.01...2), (.relu, -2...(-0.01)),
        (.sigmoid, -4...4), (.tanh, -2...2), (.softplus, -4...4), (.isFinite, -1...1),
    ]

    @Test(arguments: unary.indices)
    func unaryOperations(_ row: Int) {
        let (code, range) = Self.unary[row]
        for shape in [[], [1], [17], [3, 5], [2, 1, 3, 1]] as [Shape] {
            var random = TestRandom(UInt64(row + shape.count))
            checkGradients("\(code) of \(shape)", at: [random.tensor(shape, range)], order: 2) {
                Tensor.record(Elementwise(code), $0)[0]
            }
        }
    }

    static let binary: [(code: Elementwise.Code, a: ClosedRange<Float>, b: ClosedRange<Float>)] = [
        (.add, -2...2, -2...2), (.subtract, -2...2, -2...2), (.multiply, -2...2, -2...2),
        (.divide, -2...2, 0.5...2), (.maximum, -2...2, 3...4), (.maximum, 3...4, -2...2),
        (.minimum, -2...2, 3...4), (.minimum, 3...4, -2...2), (.power, 0.3...2, -2...2),
        (.equal, -2...2, 3...4), (.greater, -2...2, 3...4), (.greaterEqual, 3...4, -2...2),
        (.reluGradient, -2...2, 0.1...2), (.reluGradient, -2...2, -2...(-0.1)),
        (.sigmoidGradient, -2...2, 0.1...0.9), (.tanhGradient, -2...2, -0.9...0.9),
    ]
    static let broadcasts: [(Shape, Shape)] = [
        ([7], [7]), ([], [5]), ([4], []), ([3, 4], [4]), ([4], [3, 4]), ([3, 1], [1, 4]),
        ([2, 1, 3], [5, 1]), ([1], [1, 1]), ([2, 3, 1, 2], [3, 4, 1]), ([1, 17], [2, 1]),
    ]

    @Test(arguments: binary.indices)
    func binaryOperations(_ row: Int) {
        let (code, a, b) = Self.binary[row]
        for (index, (first, second)) in Self.broadcasts.enumerated() {
            var random = TestRandom(UInt64(100 * row + index))
            let operands = [random.tensor(first, a), random.tensor(second, b)]
            checkGradients("\(code) of \(first), \(second)", at: operands, order: 2) {
                Tensor.record(Elementwise(code), $0)[0]
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

    @Test(arguments: [0, 1, 2, 3])
    func threeOperands(_ variant: Int) {
        var random = TestRandom(UInt64(variant))
        let shapes: [[Shape]] = [
            [[5], [5], [5]], [[3, 1], [4], []], [[], [2, 3], [3]], [[2, 1, 2], [3, 1], [1, 1]],
        ]
        let operands = shapes[variant].map { random.tensor($0) }
        checkGradients("multiply-add", at: operands, order: 2) {
            Tensor.record(Elementwise(.multiplyAdd), $0)[0]
        }
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
            Tensor.record(Elementwise(.multiplyAdd), [x[0], x[0], x[0]])[0] + maximum(x[0], 0)
        }
        checkGradients(
            "a residual", at: [random.tensor([2, 3]), random.tensor([3, 3])], order: 2
        ) {
            let once = tanh(matmul($0[0], $0[1])) + $0[0]
            return tanh(matmul(once, $0[1])) + once
        }
    }
}
