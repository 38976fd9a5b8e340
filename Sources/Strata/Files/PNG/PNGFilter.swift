/// How bytes are predicted from their neighbours: what is compressed is the differences.
enum PNGFilter {
    /// Turns a filtered row into the row it was made from.
    static func undo(
        _ filter: UInt8, _ filtered: UnsafeBufferPointer<UInt8>, above: [UInt8], pixelSize: Int,
        to row: inout [UInt8]
    ) throws {
        guard filter <= 4 else { throw StrataError("a row has the unknown filter \(filter)") }
        row.withUnsafeMutableBufferPointer { row in
            above.withUnsafeBufferPointer { above in
                // A loop for each filter, in which the compiler leaves out the others.
                func add(_ filter: UInt8) {
                    for index in filtered.indices {
                        row[index] =
                            filtered[index]
                            &+ prediction(filter, .init(row), above, index, pixelSize)
                    }
                }
                switch filter {
                case 1: add(1)
                case 2: add(2)
                case 3: add(3)
                case 4: add(4)
                default: add(0)
                }
            }
        }
    }

    /// Appends the filter's number and the filtered row, by the filter whose differences are smallest.
    static func appendBest(
        _ row: UnsafeBufferPointer<UInt8>, above: UnsafeBufferPointer<UInt8>, pixelSize: Int,
        to result: inout [UInt8]
    ) {
        var best: UInt8 = 0
        var least = Int.max
        for filter in UInt8(0)...4 {
            var sum = 0
            for index in row.indices where sum < least {
                let difference = row[index] &- prediction(filter, row, above, index, pixelSize)
                sum += Int(Int8(bitPattern: difference).magnitude)
            }
            if sum < least {
                least = sum
                best = filter
            }
        }
        result.append(best)
        for index in row.indices {
            result.append(row[index] &- prediction(best, row, above, index, pixelSize))
        }
    }

    @inline(__always)
    private static func prediction(
        _ filter: UInt8, _ row: UnsafeBufferPointer<UInt8>, _ above: UnsafeBufferPointer<UInt8>,
        _ index: Int, _ pixelSize: Int
    ) -> UInt8 {
        let left = index >= pixelSize ? row[index - pixelSize] : 0
        let up = above[index]
        switch filter {
        case 1: return left
        case 2: return up
        case 3: return UInt8((Int(left) + Int(up)) / 2)
        case 4:
            // Paeth's predictor: of left, up and corner the one nearest to left + up - corner.
            let corner = index >= pixelSize ? above[index - pixelSize] : 0
            let (a, b, c) = (Int(left), Int(up), Int(corner))
            let (pa, pb, pc) = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
            return pa <= pb && pa <= pc ? left : pb <= pc ? up : corner
        default: return 0
        }
    }
}
