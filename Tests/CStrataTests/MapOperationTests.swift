import CStrata
import Foundation
import Testing

/// An operation, what it computes in Double, and how many units in the last place it may be off.
struct OperationCase: Sendable, CustomTestStringConvertible {
    let name: String
    let op: strata_op
    let arity: Int
    let ulps: Double
    let exact: @Sendable (Double, Double, Double) -> Double

    var testDescription: String { name }

    init(
        _ name: String, _ op: strata_op, _ arity: Int, ulps: Double = 0,
        _ exact: @escaping @Sendable (Double, Double, Double) -> Double
    ) {
        (self.name, self.op, self.arity, self.ulps, self.exact) = (name, op, arity, ulps, exact)
    }
}

func largest(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : max(a, b) }
func smallest(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : min(a, b) }

let operationCases: [OperationCase] = [
    .init("copy", STRATA_OP_copy, 1) { a, _, _ in a },
    .init("negate", STRATA_OP_negate, 1) { a, _, _ in -a },
    .init("abs", STRATA_OP_abs, 1) { a, _, _ in Swift.abs(a) },
    .init("sign", STRATA_OP_sign, 1) { a, _, _ in a.isNaN ? a : a > 0 ? 1 : a < 0 ? -1 : 0 },
    .init("exp", STRATA_OP_exp, 1, ulps: 2) { a, _, _ in Foundation.exp(a) },
    .init("expm1", STRATA_OP_expm1, 1, ulps: 3) { a, _, _ in Foundation.expm1(a) },
    .init("log", STRATA_OP_log, 1, ulps: 2) { a, _, _ in Foundation.log(a) },
    .init("log1p", STRATA_OP_log1p, 1, ulps: 3) { a, _, _ in Foundation.log1p(a) },
    .init("sqrt", STRATA_OP_sqrt, 1, ulps: 0.501) { a, _, _ in a.squareRoot() },
    .init("rsqrt", STRATA_OP_rsqrt, 1, ulps: 2) { a, _, _ in 1 / a.squareRoot() },
    .init("square", STRATA_OP_square, 1, ulps: 0.501) { a, _, _ in a * a },
    .init("reciprocal", STRATA_OP_reciprocal, 1, ulps: 0.501) { a, _, _ in 1 / a },
    .init("floor", STRATA_OP_floor, 1) { a, _, _ in a.rounded(.down) },
    .init("round", STRATA_OP_round, 1) { a, _, _ in a.rounded(.toNearestOrEven) },
    .init("sin", STRATA_OP_sin, 1, ulps: 2) { a, _, _ in Foundation.sin(a) },
    .init("cos", STRATA_OP_cos, 1, ulps: 2) { a, _, _ in Foundation.cos(a) },
    .init("erf", STRATA_OP_erf, 1, ulps: 3) { a, _, _ in Foundation.erf(a) },
    .init("relu", STRATA_OP_relu, 1) { a, _, _ in largest(a, 0) },
    .init("sigmoid", STRATA_OP_sigmoid, 1, ulps: 4) { a, _, _ in 1 / (1 + Foundation.exp(-a)) },
    .init("tanh", STRATA_OP_tanh, 1, ulps: 4) { a, _, _ in Foundation.tanh(a) },
    .init("softplus", STRATA_OP_softplus, 1, ulps: 4) { a, _, _ in
        a.isNaN ? a : max(a, 0) + Foundation.log1p(Foundation.exp(-Swift.abs(a)))
    },
    .init("is_finite", STRATA_OP_is_finite, 1) { a, _, _ in a.isFinite ? 1 : 0 },
    .init("add", STRATA_OP_add, 2, ulps: 0.501) { a, b, _ in a + b },
    .init("subtract", STRATA_OP_subtract, 2, ulps: 0.501) { a, b, _ in a - b },
    .init("multiply", STRATA_OP_multiply, 2, ulps: 0.501) { a, b, _ in a * b },
    .init("divide", STRATA_OP_divide, 2, ulps: 0.501) { a, b, _ in a / b },
    .init("maximum", STRATA_OP_maximum, 2) { a, b, _ in largest(a, b) },
    .init("minimum", STRATA_OP_minimum, 2) { a, b, _ in smallest(a, b) },
    .init("power", STRATA_OP_power, 2, ulps: 1) { a, b, _ in Foundation.pow(a, b) },
    .init("equal", STRATA_OP_equal, 2) { a, b, _ in a == b ? 1 : 0 },
    .init("greater", STRATA_OP_greater, 2) { a, b, _ in a > b ? 1 : 0 },
    .init("greater_equal", STRATA_OP_greater_equal, 2) { a, b, _ in a >= b ? 1 : 0 },
    .init("relu_gradient", STRATA_OP_relu_gradient, 2) { g, y, _ in y > 0 ? g : 0 },
    .init("select", STRATA_OP_select, 3) { c, a, b in c != 0 ? a : b },
]

@Suite struct MapOperationTests {
    static let special: [Float] = [
        0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1.5, 2.5, -2.5, 3.5, .infinity, -.infinity, .nan,
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude, 0x1p-24,
        0x1p-25, 0x1p23, -0x1p23, 0x1p23 - 0.5, 0x1p31, 88.72, 88.73, -87.3, -103, -104.5, 10, -20,
        0.92, 0.93, 0.94, 3.9, 4.1, 1e-10, -1e-10, 1e10, -1e10, 3.1415927, 1.5707964, 100_000,
    ]

    /// Every magnitude, and the range in which most functions do something.
    static func inputs(_ seed: UInt64) -> [Float] {
        var numbers = TestGenerator(seed)
        let wide = (0..<3000).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: numbers.next()))
        }
        let narrow = (0..<5000).map { _ in numbers.float(-12...12) }
        return special + wide.filter { $0.isNormal } + narrow
    }

    @Test(arguments: operationCases) func agreesWithDouble(_ operation: OperationCase) {
        var operands = [Self.inputs(1)]
        if operation.arity > 1 {
            // Every special value with every other, then numbers with numbers.
            let count = Self.special.count
            let first = (0..<count * count).map { Self.special[$0 / count] } + Self.inputs(1)
            let second = (0..<count * count).map { Self.special[$0 % count] } + Self.inputs(2)
            let shared = min(first.count, second.count)
            operands = [Array(first[..<shared]), Array(second[..<shared])]
            if operation.arity > 2 { operands.append(operands[1].reversed()) }
        }
        for table in kernelTables {
            let results = evaluate(operation.op, operands, table.pointee)
            for i in results.indices {
                let x = operands.map { Double($0[i]) } + [0, 0]
                let exact = operation.exact(x[0], x[1], x[2])
                let rounded = Float(exact)
                let unit = Double(max(rounded.magnitude.ulp, Float.leastNormalMagnitude.ulp))
                let result = Double(results[i])
                let close: Bool =
                    if exact.isNaN {
                        result.isNaN
                    } else if rounded.isInfinite || result.isInfinite {
                        result == Double(rounded)
                            || Swift.abs(exact) > Double(Float.greatestFiniteMagnitude) * (1 - 1e-6)
                    } else {
                        Swift.abs(result - exact) <= operation.ulps * unit
                            // Below the normal numbers a result may be flushed.
                            || Swift.abs(exact) < Double(Float.leastNormalMagnitude)
                                && Swift.abs(result) <= Double(Float.leastNormalMagnitude)
                    }
                #expect(
                    close,
                    "\(operation.name)\(x) = \(result), not \(exact), \(String(cString: table.pointee.name))"
                )
                if !close { break }
            }
        }
    }

    @Test func gradientsAndMultiplyAdd() {
        var numbers = TestGenerator(3)
        let a = (0..<999).map { _ in numbers.float(-3...3) }
        let b = (0..<999).map { _ in numbers.float(-3...3) }
        let c = (0..<999).map { _ in numbers.float(-3...3) }
        for table in kernelTables {
            let sum = evaluate(STRATA_OP_multiply_add, [a, b, c], table.pointee)
            let sigmoid = evaluate(STRATA_OP_sigmoid_gradient, [a, b], table.pointee)
            let tanh = evaluate(STRATA_OP_tanh_gradient, [a, b], table.pointee)
            for i in a.indices {
                let (x, y, z) = (Double(a[i]), Double(b[i]), Double(c[i]))
                // Two or three roundings of terms of at most this size.
                #expect(Swift.abs(Double(sum[i]) - (x * y + z)) <= 1.2e-7 * (Swift.abs(x * y) + 3))
                #expect(
                    Swift.abs(Double(sigmoid[i]) - x * y * (1 - y)) <= 3e-7 * Swift.abs(x * y) * 4)
                #expect(Swift.abs(Double(tanh[i]) - x * (1 - y * y)) <= 3e-7 * Swift.abs(x) * 10)
            }
        }
    }
}
