/// The heap that names and attributes of large groups lie in: blocks whose sizes double row by row.
struct HDF5FractalHeap {
    private let idSize: Int
    private let tableWidth: Int
    private let startingBlockSize: Int
    private let maximumDirectSize: Int
    /// The bytes of an object's place in the heap and of its size.
    private let offsetSize: Int
    private let lengthSize: Int
    private let root: (address: UInt64, rowCount: Int)
    private let hugeObjects: UInt64

    init(_ bytes: inout HDF5Bytes, at address: UInt64) throws {
        let damaged = StrataError("one of its heaps is damaged")
        var head = try bytes.structure(at: address, count: 142)
        try head.expect("FRHP")
        guard try head.read(UInt8.self) == 0 else { throw damaged }
        idSize = try head.readInt(UInt16.self)
        guard try head.read(UInt16.self) == 0 else {
            throw StrataError("one of its heaps is compressed, which is not supported")
        }
        try head.skip(1)
        let maximumObjectSize = try head.readInt(UInt32.self)
        try head.skip(8)
        hugeObjects = try head.read()
        // Free space, and numbers and sizes of objects.
        try head.skip(10 * 8)
        tableWidth = try head.readInt(UInt16.self)
        startingBlockSize = try head.readInt(UInt64.self)
        maximumDirectSize = try head.readInt(UInt64.self)
        let bitCount = try head.readInt(UInt16.self)
        try head.skip(2)
        root = (try head.read(), try head.readInt(UInt16.self))
        let sizes = [startingBlockSize, maximumDirectSize]
        guard idSize > 0, (1...64).contains(bitCount), (1...1 << 12).contains(tableWidth),
            sizes.allSatisfy({ $0 > 0 && $0 <= 1 << 40 && $0 & ($0 - 1) == 0 }),
            startingBlockSize <= maximumDirectSize, root.rowCount <= 64
        else { throw damaged }
        offsetSize = (bitCount + 7) / 8
        lengthSize = HDF5BTree2.byteCount(for: min(maximumDirectSize, maximumObjectSize))
    }

    /// The bytes of the object that an identifier, which a B-tree holds, stands for.
    func object(_ identifier: inout ByteCursor, _ bytes: inout HDF5Bytes) throws -> ByteCursor {
        var identifier = ByteCursor(try identifier.take(idSize))
        let flags = try identifier.read(UInt8.self)
        switch flags >> 4 & 3 {
        case 0:
            let offset = try identifier.readInt(bytes: offsetSize)
            let count = try identifier.readInt(bytes: lengthSize)
            return try managed(offset, count, &bytes)
        case 1: return try huge(try identifier.readInt(bytes: min(8, idSize - 1)), &bytes)
        case 2:
            // The object itself, of up to 16 bytes or with a longer size.
            let isLong = idSize > 18
            let upper = isLong ? try identifier.readInt(UInt8.self) : 0
            let count = isLong ? Int(flags & 0x0f) << 8 | upper : Int(flags & 0x0f)
            return ByteCursor(try identifier.take(count + 1))
        default: throw StrataError("one of its heaps is damaged")
        }
    }

    /// The size of the blocks of a row.
    private func blockSize(_ row: Int) throws -> Int {
        let shift = max(row - 1, 0)
        let size = startingBlockSize << shift
        guard shift < 62, size >> shift == startingBlockSize, size <= 1 << 48 else {
            throw StrataError("one of its heaps is damaged")
        }
        return size
    }

    private func managed(
        _ offset: Int, _ count: Int, _ bytes: inout HDF5Bytes
    ) throws -> ByteCursor {
        var (address, rowCount, place) = (root.address, root.rowCount, offset)
        while rowCount > 0 {
            // Rows of blocks, one after the other, lead to the block the object is in.
            var row = 0
            while row < rowCount, place >= tableWidth * (try blockSize(row)) {
                place -= tableWidth * (try blockSize(row))
                row += 1
            }
            guard row < rowCount else { throw StrataError("one of its heaps is damaged") }
            let size = try blockSize(row)
            let column = place / size
            place %= size
            let start = 13 + offsetSize
            // Not all of it each time, as one table leads to many objects.
            try bytes.charge(16)
            var block = ByteCursor(
                try bytes.data(at: address, count: start + 8 * (row * tableWidth + column + 1)))
            try block.expect("FHIB")
            try block.skip(start - 4 + 8 * (row * tableWidth + column))
            address = try block.read()
            if size <= maximumDirectSize {
                rowCount = 0
            } else {
                // The rows of an inner table, fewer than this one's, come to the size of its block.
                var rows = 0
                var total = 0
                while total < size {
                    total += tableWidth * (try blockSize(rows))
                    rows += 1
                }
                rowCount = rows
            }
        }
        guard address != HDF5Bytes.nowhere, address <= UInt64(Int.max) - UInt64(place) else {
            throw StrataError("one of its heaps is damaged")
        }
        return try bytes.structure(at: address + UInt64(place), count: count)
    }

    /// An object too large for the blocks, which has a place of its own.
    private func huge(_ key: Int, _ bytes: inout HDF5Bytes) throws -> ByteCursor {
        let tree = try HDF5BTree2(&bytes, at: hugeObjects, kind: HDF5BTree2.Kind.hugeObjects)
        for var record in try tree.records(&bytes) {
            let (address, count) = (try record.read(UInt64.self), try record.readInt(UInt64.self))
            if try record.readInt(UInt64.self) == key {
                return try bytes.structure(at: address, count: count)
            }
        }
        throw StrataError("one of its heaps is damaged")
    }
}
