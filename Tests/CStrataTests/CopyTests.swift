import CStrata
import TestSupport
import Testing

struct CopyTests {
    private struct Copy {
        var dims: [Int], source: [Int], destination: [Int]
        var sourceOffset = 0, destinationOffset = 0
    }

    private static func dense(_ dims: [Int]) -> [Int] {
        dims.indices.map { dims[($0 + 1)...].reduce(1, *) }
    }

    private static let copies: [Copy] = [
        Copy(dims: [], source: [], destination: [], sourceOffset: 3, destinationOffset: 2),
        Copy(dims: [5], source: [1], destination: [1], sourceOffset: 1),
        Copy(dims: [7], source: [0], destination: [1]),
        Copy(dims: [7], source: [3], destination: [2]),
        Copy(dims: [3, 100], source: [120, 1], destination: [100, 1], sourceOffset: 20),
        Copy(dims: [9, 4], source: [4, 1], destination: [11, 1], destinationOffset: 5),
        Copy(dims: [20, 33], source: [1, 20], destination: [33, 1]),
        Copy(dims: [48, 32], source: [1, 48], destination: [32, 1]),
        Copy(dims: [3, 17, 35], source: [17 * 35, 1, 17], destination: [17 * 35, 35, 1]),
        Copy(dims: [18, 5, 19], source: [1, 18, 90], destination: [95, 19, 1]),
        Copy(dims: [4, 6, 5], source: [0, 1, 0], destination: [30, 5, 1]),
        Copy(dims: [3, 2, 4], source: [8, 4, -1], destination: [8, 4, 1], sourceOffset: 3),
        Copy(dims: [2, 3, 4, 5], source: [1, 40, 10, 2], destination: dense([2, 3, 4, 5])),
        Copy(
            dims: [2, 3, 2, 4, 3, 5], source: [1, 2, 6, 12, 48, 144],
            destination: dense([2, 3, 2, 4, 3, 5])),
        Copy(dims: [3, 0, 4], source: [4, 4, 1], destination: [4, 4, 1]),
    ]

    @Test(arguments: copies.indices)
    func stridedCopy(number: Int) {
        let copy = Self.copies[number]
        let size = 4096
        var numbers = TestRandom(1)
        let source = numbers.floats(size)
        var expected = [Float](repeating: -1, count: size)
        var index = [Int](repeating: 0, count: copy.dims.count)
        for _ in 0..<copy.dims.reduce(1, *) {
            let from = zip(index, copy.source).reduce(copy.sourceOffset) { $0 + $1.0 * $1.1 }
            let to = zip(index, copy.destination).reduce(copy.destinationOffset) {
                $0 + $1.0 * $1.1
            }
            expected[to] = source[from]
            for d in index.indices.reversed() {
                index[d] += 1
                if index[d] < copy.dims[d] { break }
                index[d] = 0
            }
        }
        var a = strata_copy_args()
        a.rank = Int32(copy.dims.count)
        withUnsafeMutableBytes(of: &a.dims) { $0.copyBytes(from: bytes(copy.dims)) }
        withUnsafeMutableBytes(of: &a.source_stride) { $0.copyBytes(from: bytes(copy.source)) }
        withUnsafeMutableBytes(of: &a.destination_stride) {
            $0.copyBytes(from: bytes(copy.destination))
        }
        a.source_offset = Int64(copy.sourceOffset)
        a.destination_offset = Int64(copy.destinationOffset)
        for table in kernelTables {
            for piece in [1, 2, 5, 100] {
                let destination = GuardedArray<Float>(size, filling: -1)
                source.withUnsafeBufferPointer {
                    a.source = $0.baseAddress
                    a.destination = destination.pointer
                    runInPieces(table.pointee.copy, a, units: copy.dims.first ?? 1, piece: piece)
                }
                #expect(destination.values == expected)
                #expect(destination.guardsAreIntact)
            }
        }
    }

    private func bytes(_ values: [Int]) -> [UInt8] {
        values.map(Int64.init).withUnsafeBytes { Array($0) }
    }

    @Test(arguments: [1, 3, 100, 4096, 4097, 10000])
    func fill(count: Int) {
        for table in kernelTables {
            let destination = GuardedArray<Float>(count)
            let a = strata_fill_args(
                count: Int64(count), value: 2.5, destination: destination.pointer)
            runInPieces(table.pointee.fill, a, units: (count + 4095) / 4096, piece: 1)
            #expect(destination.values.allSatisfy { $0 == 2.5 })
            #expect(destination.guardsAreIntact)
        }
    }
}
