import CStrata
import TestSupport
import Testing

/// The matrix product against sums in Double.
struct GemmTests {
    /// One product, done once in odd pieces and once whole.
    private func check(
        _ table: strata_kernels, m: Int, n: Int, k: Int, noise: inout TestRandom, byRows: Bool,
        transposeA: Bool, transposeB: Bool, bias: Bool, activation: strata_activation
    ) {
        let (a, b, offsets) = (noise.normals(m * k), noise.normals(k * n), noise.normals(n))
        var args = strata_gemm_args()
        (args.m, args.n, args.k) = (Int64(m), Int64(n), Int64(k))
        (args.transpose_a, args.transpose_b) = (transposeA ? 1 : 0, transposeB ? 1 : 0)
        args.activation = Int32(activation.rawValue)
        table.gemm_prepare(&args, byRows, Int32(noise.int(1..<20)))

        let scratch = GuardedArray<Float>(Int(args.scratch_size + 3) / 4)
        let (whole, pieces) = (GuardedArray<Float>(m * n), GuardedArray<Float>(m * n))
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                offsets.withUnsafeBufferPointer { offsets in
                    (args.a, args.b) = (a.baseAddress, b.baseAddress)
                    args.bias = bias ? offsets.baseAddress : nil
                    args.c = pieces.pointer
                    for range in noise.cuts(args.units, longest: 20).reversed() {
                        table.gemm(&args, range.lowerBound, range.upperBound, scratch.pointer)
                    }
                    args.c = whole.pointer
                    table.gemm(&args, 0, args.units, scratch.pointer)
                }
            }
        }

        // Rounding errors are relative to the terms, so to the output before its activation.
        let result = whole.values
        var (worst, squares) = (0.0, 0.0)
        for i in 0..<m {
            for j in 0..<n {
                var exact = bias ? Double(offsets[j]) : 0
                for l in 0..<k {
                    let (x, y) = (
                        transposeA ? a[l * m + i] : a[i * k + l],
                        transposeB ? b[j * k + l] : b[l * n + j]
                    )
                    exact += Double(x) * Double(y)
                }
                squares += exact * exact
                if activation != STRATA_ACTIVATION_NONE { exact = max(0, exact) }
                if activation == STRATA_ACTIVATION_RELU6 { exact = min(6, exact) }
                let error = abs(Double(result[i * n + j]) - exact)
                worst = error.isNaN ? .infinity : max(worst, error)
            }
        }
        let rms = (squares / Double(m * n)).squareRoot()
        let what: Comment =
            "\(String(cString: table.name)) \(m)x\(k)x\(n) \(transposeA) \(transposeB) rows \(byRows)"
        // Half a unit in the last place (6e-8) a term, growing with the root of their number:
        // at most 256 terms are added one by one.
        #expect(worst <= 1e-5 * rms, what)
        #expect(whole.bits == pieces.bits, what)
        #expect(whole.guardsAreIntact && pieces.guardsAreIntact && scratch.guardsAreIntact, what)
    }

    private func check(_ sizes: [(m: Int, n: Int, k: Int)], seed: UInt64) {
        for table in kernelTables {
            var noise = TestRandom(seed)
            for (index, size) in sizes.enumerated() {
                for order in 0..<4 {
                    let choice = index + order
                    check(
                        table.pointee, m: size.m, n: size.n, k: size.k, noise: &noise,
                        byRows: choice % 3 == 1, transposeA: order & 1 == 1,
                        transposeB: order & 2 == 2, bias: choice % 2 == 0,
                        activation: strata_activation(UInt32(choice % 3)))
                }
            }
        }
    }

    @Test func smallAndOddSizes() {
        var noise = TestRandom(1)
        let sides = [1, 2, 3, 4, 5, 7, 10, 13, 15, 16, 17, 29, 31, 33, 64, 100]
        let sizes = (0..<150).map { _ in
            let side = { (noise: inout TestRandom) in sides[noise.int(0..<sides.count)] }
            return (m: side(&noise), n: side(&noise), k: side(&noise))
        }
        check(sizes, seed: 2)
    }

    /// More than one block of k, of packed columns, of tiles; rows half a page apart.
    @Test func blockedSizes() {
        check(
            [
                (1, 1100, 300), (3, 530, 512), (5, 40, 777), (30, 70, 1024), (70, 600, 260),
                (300, 33, 257), (130, 100, 20),
            ], seed: 3)
    }

    /// A row's result is the same whichever rows it is computed with.
    @Test func rowsDoNotDependOnEachOther() {
        for table in kernelTables {
            for transposeB in [false, true] {
                var noise = TestRandom(4)
                let (m, n, k) = (37, 45, 300)
                let (a, b) = (noise.normals(m * k), noise.normals(k * n))
                var args = strata_gemm_args()
                (args.m, args.n, args.k) = (Int64(m), Int64(n), Int64(k))
                args.transpose_b = transposeB ? 1 : 0
                table.pointee.gemm_prepare(&args, true, 2)
                #expect(args.units == Int64(m))
                let scratch = GuardedArray<Float>(Int(args.scratch_size + 3) / 4)
                var results: [[UInt32]] = []
                for step in [1, 2, 3, 4, 5, 14, 29, 37] {
                    let c = GuardedArray<Float>(m * n)
                    a.withUnsafeBufferPointer { a in
                        b.withUnsafeBufferPointer { b in
                            (args.a, args.b, args.c) = (a.baseAddress, b.baseAddress, c.pointer)
                            for row in stride(from: 0, to: m, by: step) {
                                table.pointee.gemm(
                                    &args, Int64(row), Int64(min(m, row + step)), scratch.pointer)
                            }
                        }
                    }
                    results.append(c.bits)
                }
                #expect(results.allSatisfy { $0 == results[0] })
            }
        }
    }

    @Test func notANumberPassesTheActivation() {
        for table in kernelTables {
            var args = strata_gemm_args()
            (args.m, args.n, args.k) = (8, 20, 3)
            args.activation = Int32(STRATA_ACTIVATION_RELU6.rawValue)
            table.pointee.gemm_prepare(&args, false, 2)
            let scratch = GuardedArray<Float>(Int(args.scratch_size + 3) / 4)
            let (a, b) = (GuardedArray<Float>(24), [Float](repeating: 1, count: 60))
            let c = GuardedArray<Float>(160)
            c.pointer.update(repeating: 0, count: 160)
            b.withUnsafeBufferPointer { b in
                (args.a, args.b, args.c) = (UnsafePointer(a.pointer), b.baseAddress, c.pointer)
                table.pointee.gemm(&args, 0, args.units, scratch.pointer)
            }
            #expect(c.values.allSatisfy { $0.isNaN })
        }
    }
}
