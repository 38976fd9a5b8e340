import CStrata
import Foundation
import Testing

/// Philox4x32-10 as its paper describes it.
private func philox(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
        let first = UInt64(c[0]) * 0xd251_1f53
        let second = UInt64(c[2]) * 0xcd9e_8d57
        c = [
            UInt32(second >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: second),
            UInt32(first >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: first),
        ]
        k = [k[0] &+ 0x9e37_79b9, k[1] &+ 0xbb67_ae85]
    }
    return c
}

@Suite struct RandomTests {
    func generate(
        _ op: strata_op, count: Int, key: [UInt32], _ table: strata_kernels, unit: Int = .max,
        callUnits: Int = .max
    ) -> [Float] {
        let result = GuardedArray<Float>(count)
        var args = strata_map_args()
        args.rank = 1
        args.dims.0 = Int64(count)
        args.unit_elements = Int64(min(unit, count))
        args.input_count = 1
        args.instruction_count = 1
        args.register_count = 1
        args.output_count = 1
        args.instructions.0 = instruction(op, 0, [0])
        args.outputs.0 = strata_map_output(
            pointer: result.pointer, source: UInt8(STRATA_MAX_INPUTS))
        key.withUnsafeBytes {
            args.inputs.0 = operand($0.baseAddress!, STRATA_OPERAND_KEY)
            args.run(table, callUnits: callUnits)
        }
        #expect(result.guardsAreIntact)
        return result.values
    }

    /// The known answers that come with Random123.
    @Test func philoxKnownAnswers() {
        #expect(
            philox([0, 0, 0, 0], [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        let ones = UInt32.max
        #expect(
            philox([ones, ones, ones, ones], [ones, ones])
                == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0])
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    @Test func uniformIsPhiloxByPosition() {
        let key: [UInt32] = [0xa409_3822, 0x299f_31d0, 0x1319_8a2e, 0x0370_7344]
        let expected = (0..<5003).map { i in
            let counter = UInt32(i / 64 * 16 + i % 16)
            return Float(philox([counter, 0, key[2], key[3]], [key[0], key[1]])[i / 16 % 4] >> 8)
                * 0x1p-24
        }
        for table in kernelTables.map(\.pointee) {
            #expect(generate(STRATA_OP_random_uniform, count: 5003, key: key, table) == expected)
        }
    }

    @Test(arguments: [STRATA_OP_random_uniform.rawValue, STRATA_OP_random_normal.rawValue])
    func sameBitsHoweverCut(_ raw: UInt32) {
        let op = strata_op(rawValue: raw)
        let expected = generate(op, count: 5003, key: [1, 2, 3, 4], kernelTables[0].pointee)
        for table in kernelTables.map(\.pointee) {
            for (unit, calls) in [(5003, 1), (7, 1), (100, 3), (1031, 2), (1, 60)] {
                #expect(
                    generate(
                        op, count: 5003, key: [1, 2, 3, 4], table, unit: unit, callUnits: calls)
                        == expected)
            }
        }
        for key: [UInt32] in [[2, 2, 3, 4], [1, 3, 3, 4], [1, 2, 4, 4], [1, 2, 3, 5]] {
            #expect(generate(op, count: 5003, key: key, kernelTables[0].pointee) != expected)
        }
    }

    /// Moments, tails and neighbours of a million numbers, within five standard errors.
    @Test func statistics() {
        let count = 1_000_000
        let n = Double(count)
        let table = kernelTables[0].pointee
        let uniform = generate(STRATA_OP_random_uniform, count: count, key: [7, 0, 0, 0], table)
            .map(Double.init)
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(uniform.reduce(0, +) / n - 0.5) < 5 / (12 * n).squareRoot())
        var bins = [Double](repeating: 0, count: 100)
        for x in uniform { bins[Int(x * 100)] += 1 }
        let square = bins.reduce(0) { $0 + ($1 - n / 100) * ($1 - n / 100) / (n / 100) }
        #expect(abs(square - 99) < 5 * (2.0 * 99).squareRoot())

        let normal = generate(STRATA_OP_random_normal, count: count, key: [7, 0, 0, 0], table)
            .map(Double.init)
        func mean(_ f: (Double) -> Double) -> Double { normal.reduce(0) { $0 + f($1) } / n }
        #expect(abs(mean { $0 }) < 5 / n.squareRoot())
        #expect(abs(mean { $0 * $0 } - 1) < 5 * (2 / n).squareRoot())
        #expect(abs(mean { $0 * $0 * $0 }) < 5 * (15 / n).squareRoot())
        #expect(abs(mean { pow($0, 4) } - 3) < 5 * (96 / n).squareRoot())
        for limit in [1.0, 2, 3, 4] {
            let share = erfc(limit / 2.0.squareRoot())
            let error = (share * (1 - share) / n).squareRoot()
            #expect(abs(mean { abs($0) > limit ? 1 : 0 } - share) < 5 * error)
        }
        for distance in [1, 16, 32, 48, 64] {
            let products = zip(normal, normal.dropFirst(distance)).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(products / n) < 5 / n.squareRoot())
        }
    }
}
