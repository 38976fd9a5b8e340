import CStrata
import Strata
import TestSupport
import Testing

@Suite struct MapOperationTests {
    static let special: [Float] = [
        0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1.5, 2.5, -2.5, 3.5, .infinity, -.infinity, .nan,
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude, 0x1p-24,
        0x1p-25, 0x1p23, -0x1p23, 0x1p23 - 0.5, 0x1p31, 88.72, 88.73, -87.3, -103, -104.5, 10, -20,
        0.92, 0.93, 0.94, 3.9, 4.1, 1e-10, -1e-10, 1e10, -1e10, 3.1415927, 1.5707964, 100_000,
    ]

    /// Every magnitude, and the range in which most functions do something.
    static func inputs(_ seed: UInt64) -> [Float] {
        var numbers = TestRandom(seed)
        let wide = (0..<3000).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: numbers.next()))
        }
        let narrow = (0..<5000).map { _ in numbers.float(-12...12) }
        return special + wide.filter { $0.isNormal } + narrow
    }

    /// The table in C and the one in Swift are one.
    @Test func namesAndOrder() {
        let names = (0..<Int32(STRATA_OP_count.rawValue)).map {
            String(cString: strata_op_at($0).pointee.name)
        }
        let codes = Elementwise.Code.allCases.map { code in
            "\(code)".map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
        }
        #expect(names == codes + ["random_uniform", "random_normal"])
        #expect(ElementwiseCase.all.map(\.code) == Elementwise.Code.allCases)
    }

    static let compared = ElementwiseCase.all.filter { $0.ulps != nil }

    @Test(arguments: compared) func agreesWithDouble(_ operation: ElementwiseCase) {
        var operands = [Self.inputs(1)]
        if operation.code.inputCount > 1 {
            // Every special value with every other, then numbers with numbers.
            let count = Self.special.count
            let first = (0..<count * count).map { Self.special[$0 / count] } + Self.inputs(1)
            let second = (0..<count * count).map { Self.special[$0 % count] } + Self.inputs(2)
            let shared = min(first.count, second.count)
            operands = [Array(first[..<shared]), Array(second[..<shared])]
            if operation.code.inputCount > 2 { operands.append(operands[1].reversed()) }
        }
        for table in kernelTables {
            let results = evaluate(operation.code.op, operands, table.pointee)
            for i in results.indices {
                let x = operands.map { Double($0[i]) }
                let exact = operation.value(x)
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
                        Swift.abs(result - exact) <= operation.ulps! * unit
                            // Below the normal numbers a result may be flushed.
                            || Swift.abs(exact) < Double(Float.leastNormalMagnitude)
                                && Swift.abs(result) <= Double(Float.leastNormalMagnitude)
                    }
                #expect(
                    close,
                    "\(operation)\(x) = \(result), not \(exact), \(String(cString: table.pointee.name))"
                )
                if !close { break }
            }
        }
    }

    @Test func gradients() {
        var numbers = TestRandom(3)
        let a = (0..<999).map { _ in numbers.float(-3...3) }
        let b = (0..<999).map { _ in numbers.float(-3...3) }
        for table in kernelTables {
            let sigmoid = evaluate(STRATA_OP_sigmoid_gradient, [a, b], table.pointee)
            let tanh = evaluate(STRATA_OP_tanh_gradient, [a, b], table.pointee)
            for i in a.indices {
                let (x, y) = (Double(a[i]), Double(b[i]))
                // Two or three roundings of terms of at most this size.
                #expect(
                    Swift.abs(Double(sigmoid[i]) - x * y * (1 - y)) <= 3e-7 * Swift.abs(x * y) * 4)
                #expect(Swift.abs(Double(tanh[i]) - x * (1 - y * y)) <= 3e-7 * Swift.abs(x) * 10)
            }
        }
    }
}

extension Elementwise.Code {
    fileprivate var op: strata_op { strata_op(rawValue: UInt32(rawValue)) }
}
