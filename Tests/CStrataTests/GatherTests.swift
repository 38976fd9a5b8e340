import CStrata
import TestSupport
import Testing

struct GatherTests {
    /// Gathers rows of `values`, whose bytes in the machine's order `bytes` gives, in both orders.
    private func check<Value>(
        _ dtype: strata_dtype, _ values: [Value], bytes: (Value) -> [UInt8],
        float: (Value) -> Float
    ) {
        for columns in [1, 3, 16, 37] {
            let total = values.count / columns
            guard total > 0 else { continue }
            let order: [Int64] = (0..<total).map { Int64(($0 * 5 + 2) % total) }
            for swapped in [false, true] {
                // One byte of offset: rows of a mapped file are aligned to nothing.
                let storage: [UInt8] =
                    [0] + values.flatMap { swapped ? bytes($0).reversed() : bytes($0) }
                for (scale, indexed) in [(Float(1), true), (1.0 / 255, true), (0.5, false)] {
                    let expected = (0..<total).flatMap { row in
                        (0..<columns).map {
                            float(values[(indexed ? Int(order[row]) : row) * columns + $0]) * scale
                        }
                    }
                    for table in kernelTables {
                        let result = GuardedArray<Float>(total * columns)
                        storage.withUnsafeBytes { storage in
                            order.withUnsafeBufferPointer { order in
                                let a = strata_gather_args(
                                    rows: Int64(total), columns: Int64(columns),
                                    dtype: Int32(dtype.rawValue), swapped: swapped ? 1 : 0,
                                    scale: scale, source: storage.baseAddress! + 1,
                                    index: indexed ? order.baseAddress : nil,
                                    result: result.pointer)
                                runInPieces(table.pointee.gather, a, units: total, piece: 2)
                            }
                        }
                        #expect(
                            zip(result.values, expected).allSatisfy {
                                $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN
                            }, "\(dtype) \(columns) \(swapped) \(scale)")
                        #expect(result.guardsAreIntact)
                    }
                }
            }
        }
    }

    private func checkIntegers<Value: FixedWidthInteger>(_ dtype: strata_dtype, _: Value.Type) {
        var values: [Value] = [.min, .max, 0, 1, .max / 2, .max / 3]
        for i in 0..<200 { values.append(Value(truncatingIfNeeded: i &* 0x1E37_79B9_7F4A_7C15)) }
        check(dtype, values, bytes: bytes) { Float($0) }
    }

    private func bytes<Value>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value) { Array($0) }
    }

    @Test func integers() {
        checkIntegers(STRATA_UINT8, UInt8.self)
        checkIntegers(STRATA_INT8, Int8.self)
        checkIntegers(STRATA_UINT16, UInt16.self)
        checkIntegers(STRATA_INT16, Int16.self)
        checkIntegers(STRATA_UINT32, UInt32.self)
        checkIntegers(STRATA_INT32, Int32.self)
        checkIntegers(STRATA_UINT64, UInt64.self)
        checkIntegers(STRATA_INT64, Int64.self)
    }

    @Test func floats() {
        var numbers = TestRandom(2)
        let values = [0, -0.0, .infinity, -.infinity, .nan, 0x1p-140, 3e38] + numbers.floats(200)
        check(STRATA_FLOAT32, values, bytes: bytes) { $0 }
        let doubles = values.map(Double.init) + [1e-300, 1e300, 0.1, 1 + 0x1p-25]
        check(STRATA_FLOAT64, doubles, bytes: bytes) { Float($0) }
    }

    /// Every half-precision number, decoded from its definition.
    @Test func halves() {
        let values = (0...UInt16.max).map { $0 &* 40503 }
        check(STRATA_FLOAT16, values, bytes: bytes) { bits in
            let exponent = Int(bits >> 10 & 31)
            let fraction = Float(bits & 0x3ff) / 1024
            let magnitude: Float =
                exponent == 31
                ? (fraction == 0 ? .infinity : .nan)
                : exponent == 0
                    ? fraction * 0x1p-14
                    : Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
            return bits >> 15 == 1 ? -magnitude : magnitude
        }
    }

    @Test func booleans() {
        let values: [UInt8] = (0..<80).map { $0 % 3 == 0 ? 1 : 0 }
        check(STRATA_BOOL, values, bytes: bytes) { Float($0) }
    }
}
