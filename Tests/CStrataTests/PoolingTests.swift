import CStrata
import TestSupport
import Testing

private struct PoolingCase: CustomTestStringConvertible {
    var n = 2
    var h: Int, w: Int, c: Int
    var r: Int, s: Int, strideH: Int, strideW: Int
    var padTop = 0, padLeft = 0, padBottom = 0, padRight = 0

    var oh: Int { (h + padTop + padBottom - r) / strideH + 1 }
    var ow: Int { (w + padLeft + padRight - s) / strideW + 1 }
    var testDescription: String {
        "\(h)x\(w)x\(c) by \(r)x\(s)/\(strideH)x\(strideW), padded \(padTop) \(padLeft)"
    }

    func arguments(bands: Int) -> strata_pool_args {
        var a = strata_pool_args()
        (a.n, a.h, a.w, a.c) = (Int32(n), Int32(h), Int32(w), Int32(c))
        (a.oh, a.ow, a.r, a.s) = (Int32(oh), Int32(ow), Int32(r), Int32(s))
        (a.stride_h, a.stride_w) = (Int32(strideH), Int32(strideW))
        (a.pad_top, a.pad_left, a.bands) = (Int32(padTop), Int32(padLeft), Int32(bands))
        return a
    }

    /// For each output, in order, the places in its window and in x of the cells inside the image.
    func forEachWindow(_ body: (_ output: Int, _ cells: [(place: Int, input: Int)]) -> Void) {
        for image in 0..<n {
            for oy in 0..<oh {
                for ox in 0..<ow {
                    for channel in 0..<c {
                        var cells: [(place: Int, input: Int)] = []
                        for i in 0..<r {
                            for j in 0..<s {
                                let (y, x) = (oy * strideH - padTop + i, ox * strideW - padLeft + j)
                                guard (0..<h).contains(y), (0..<w).contains(x) else { continue }
                                cells.append((i * s + j, ((image * h + y) * w + x) * c + channel))
                            }
                        }
                        body(((image * oh + oy) * ow + ox) * c + channel, cells)
                    }
                }
            }
        }
    }
}

struct PoolingTests {
    private static let cases: [PoolingCase] =
        [1, 3, 4, 6, 7, 8, 10, 16, 17, 30, 32, 37].flatMap { channels in
            [
                PoolingCase(h: 6, w: 8, c: channels, r: 2, s: 2, strideH: 2, strideW: 2),
                PoolingCase(h: 7, w: 5, c: channels, r: 2, s: 2, strideH: 2, strideW: 2),
                PoolingCase(h: 9, w: 7, c: channels, r: 3, s: 3, strideH: 2, strideW: 2),
                PoolingCase(
                    h: 7, w: 6, c: channels, r: 3, s: 3, strideH: 1, strideW: 1, padTop: 1,
                    padLeft: 1, padBottom: 1, padRight: 1),
                PoolingCase(
                    h: 7, w: 8, c: channels, r: 3, s: 3, strideH: 2, strideW: 2, padTop: 1,
                    padLeft: 0, padBottom: 1, padRight: 1),
                PoolingCase(h: 8, w: 9, c: channels, r: 2, s: 3, strideH: 3, strideW: 4),
                PoolingCase(h: 4, w: 3, c: channels, r: 4, s: 3, strideH: 1, strideW: 1),
                PoolingCase(n: 1, h: 1, w: 1, c: channels, r: 1, s: 1, strideH: 1, strideW: 1),
            ]
        }

    /// Values with many ties, and NaN where asked for.
    private func input(_ count: Int, nans: Bool) -> [Float] {
        var numbers = TestRandom(7)
        return (0..<count).map { _ in
            let value = (numbers.float() * 8).rounded() / 4
            return nans && numbers.float() > 0.9 ? .nan : value
        }
    }

    @Test(arguments: cases)
    private func maximum(_ shape: PoolingCase) {
        for nans in [false, true] {
            let x = input(shape.n * shape.h * shape.w * shape.c, nans: nans)
            let count = shape.n * shape.oh * shape.ow * shape.c
            var expected = [Float](repeating: 0, count: count)
            var places = [UInt16](repeating: 0, count: count)
            var numbers = TestRandom(8)
            let dy = numbers.floats(count)
            var gradient = [Double](repeating: 0, count: x.count)
            shape.forEachWindow { output, cells in
                let winner =
                    cells.first { x[$0.input].isNaN }
                    ?? cells.dropFirst().reduce(cells[0]) { x[$1.input] > x[$0.input] ? $1 : $0 }
                expected[output] = x[winner.input]
                places[output] = UInt16(winner.place)
                gradient[winner.input] += Double(dy[output])
            }
            for table in kernelTables {
                for (bands, piece) in [(1, 1), (1, 3), (2, 1), (3, 2)] {
                    let y = GuardedArray<Float>(count)
                    let argument = GuardedArray<UInt16>(count, filling: 77)
                    x.withUnsafeBufferPointer { x in
                        var a = shape.arguments(bands: bands)
                        a.x = x.baseAddress
                        a.y = y.pointer
                        a.argument = bands == 3 ? nil : argument.pointer
                        runInPieces(
                            table.pointee.max_pool, a, units: shape.n * bands, piece: piece)
                    }
                    #expect(zip(y.values, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
                    #expect(bands == 3 || argument.values == places)
                    #expect(y.guardsAreIntact && argument.guardsAreIntact)
                }
                let dx = GuardedArray<Float>(x.count)
                dy.withUnsafeBufferPointer { dy in
                    var a = shape.arguments(bands: 1)
                    a.dy = dy.baseAddress
                    a.dx = dx.pointer
                    places.withUnsafeMutableBufferPointer {
                        a.argument = $0.baseAddress
                        runInPieces(
                            table.pointee.max_pool_gradient, a, units: shape.n, piece: 1)
                    }
                }
                // At most nine terms below 1 are added: eight roundings of at most 2^-22 each.
                #expect(zip(dx.values, gradient).allSatisfy { isClose($0, $1, tolerance: 2e-6) })
                #expect(dx.guardsAreIntact)
            }
        }
    }

    @Test(arguments: cases)
    private func average(_ shape: PoolingCase) {
        let x = input(shape.n * shape.h * shape.w * shape.c, nans: false)
        let count = shape.n * shape.oh * shape.ow * shape.c
        var expected = [Double](repeating: 0, count: count)
        var numbers = TestRandom(9)
        let dy = numbers.floats(count)
        var gradient = [Double](repeating: 0, count: x.count)
        shape.forEachWindow { output, cells in
            for cell in cells {
                expected[output] += Double(x[cell.input]) / Double(cells.count)
                gradient[cell.input] += Double(dy[output]) / Double(cells.count)
            }
        }
        for table in kernelTables {
            for (bands, piece) in [(1, 1), (2, 3)] {
                let y = GuardedArray<Float>(count)
                x.withUnsafeBufferPointer { x in
                    var a = shape.arguments(bands: bands)
                    a.x = x.baseAddress
                    a.y = y.pointer
                    runInPieces(
                        table.pointee.average_pool, a, units: shape.n * bands, piece: piece)
                }
                // Up to twelve terms of at most 2, then a product with a rounded reciprocal.
                #expect(zip(y.values, expected).allSatisfy { isClose($0, $1, tolerance: 2e-6) })
                #expect(y.guardsAreIntact)
            }
            let dx = GuardedArray<Float>(x.count)
            dy.withUnsafeBufferPointer { dy in
                var a = shape.arguments(bands: 1)
                a.dy = dy.baseAddress
                a.dx = dx.pointer
                runInPieces(table.pointee.average_pool_gradient, a, units: shape.n, piece: 1)
            }
            #expect(zip(dx.values, gradient).allSatisfy { isClose($0, $1, tolerance: 2e-6) })
            #expect(dx.guardsAreIntact)
        }
    }
}
