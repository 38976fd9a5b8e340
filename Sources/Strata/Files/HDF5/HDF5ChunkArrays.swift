/// The array of the chunks' addresses of a data set that cannot grow.
struct HDF5FixedArray {
    private let elementSize: Int
    private let count: Int
    private let dataBlock: UInt64
    /// The elements of a page; a longer array is in pages, which may be missing.
    private let pageCount: Int

    init(_ bytes: inout HDF5Bytes, at address: UInt64) throws {
        var head = try bytes.structure(at: address, count: 28)
        try head.expect("FAHD")
        try head.skip(2)
        elementSize = try head.readInt(UInt8.self)
        let pageBits = try head.readInt(UInt8.self)
        count = try head.readInt(UInt64.self)
        dataBlock = try head.read()
        guard elementSize >= 8, pageBits < 32 else {
            throw StrataError("its chunks are damaged")
        }
        pageCount = 1 << pageBits
    }

    /// An element; nil if it was never written.
    func element(_ number: Int, _ bytes: inout HDF5Bytes) throws -> ByteCursor? {
        guard number < count, dataBlock != HDF5Bytes.nowhere else { return nil }
        let headSize = 14
        guard count > pageCount else {
            return try bytes.element(number, elementSize, at: dataBlock, after: headSize)
        }
        let pages = (count - 1) / pageCount + 1
        let (page, place) = (number / pageCount, number % pageCount)
        let isWritten = try bytes.bit(page, at: dataBlock, after: headSize)
        guard isWritten else { return nil }
        let start = headSize + (pages + 7) / 8 + 4
        return try bytes.element(
            place, elementSize, at: dataBlock,
            after: start + page * (pageCount * elementSize + 4))
    }
}

/// The array of the chunks' addresses of a data set that grows along one dimension: some in an index
/// block, the others in data blocks, whose sizes double every second time.
struct HDF5ExtensibleArray {
    private let elementSize: Int
    private let indexCount: Int
    private let minimumCount: Int
    private let minimumPointers: Int
    private let pageCount: Int
    private let offsetSize: Int
    private let indexBlock: UInt64

    init(_ bytes: inout HDF5Bytes, at address: UInt64) throws {
        var head = try bytes.structure(at: address, count: 72)
        try head.expect("EAHD")
        try head.skip(2)
        elementSize = try head.readInt(UInt8.self)
        let bitCount = try head.readInt(UInt8.self)
        indexCount = try head.readInt(UInt8.self)
        minimumCount = try head.readInt(UInt8.self)
        minimumPointers = try head.readInt(UInt8.self)
        let pageBits = try head.readInt(UInt8.self)
        try head.skip(6 * 8)
        indexBlock = try head.read()
        let powers = [minimumCount, minimumPointers]
        guard elementSize >= 8, (1...64).contains(bitCount), pageBits < 32,
            powers.allSatisfy({ $0 > 0 && $0 & ($0 - 1) == 0 })
        else { throw StrataError("its chunks are damaged") }
        pageCount = 1 << pageBits
        offsetSize = (bitCount + 7) / 8
    }

    /// An element; nil if it was never written.
    func element(_ number: Int, _ bytes: inout HDF5Bytes) throws -> ByteCursor? {
        guard indexBlock != HDF5Bytes.nowhere else { return nil }
        let headSize = 14
        if number < indexCount {
            return try bytes.element(number, elementSize, at: indexBlock, after: headSize)
        }
        // Group g has 2^(g/2) blocks of 2^((g+1)/2) times the smallest number of elements.
        var place = number - indexCount
        let group = Int.bitWidth - 1 - (place / minimumCount + 1).leadingZeroBitCount
        guard group < 56 else { throw StrataError("its chunks are damaged") }
        place -= minimumCount * (1 << group - 1)
        let blockCount = 1 << (group / 2)
        let count = minimumCount << ((group + 1) / 2)
        let block = place / count
        place %= count

        // The blocks of the first groups are listed in the index block.
        let direct = 2 * minimumPointers.trailingZeroBitCount
        let directBlocks = 2 * (minimumPointers - 1)
        let addresses = headSize + indexCount * elementSize
        let isPaged = count > pageCount
        let pages = isPaged ? count / pageCount : 0
        let address: UInt64
        var isWritten = true
        if group < direct {
            let earlier = (0..<group).reduce(0) { $0 + 1 << ($1 / 2) }
            var pointer = try bytes.element(earlier + block, 8, at: indexBlock, after: addresses)
            address = try pointer.read()
        } else {
            var pointer = try bytes.element(
                group - direct, 8, at: indexBlock, after: addresses + 8 * directBlocks)
            let secondary: UInt64 = try pointer.read()
            guard secondary != HDF5Bytes.nowhere else { return nil }
            let bitmap = headSize + offsetSize
            let bitmapSize = (pages + 7) / 8
            if isPaged {
                isWritten = try bytes.bit(
                    block * pages + place / pageCount, at: secondary, after: bitmap)
            }
            var inner = try bytes.element(
                block, 8, at: secondary, after: bitmap + blockCount * bitmapSize)
            address = try inner.read()
        }
        guard address != HDF5Bytes.nowhere, isWritten else { return nil }
        let start = headSize + offsetSize
        guard isPaged else {
            return try bytes.element(place, elementSize, at: address, after: start)
        }
        return try bytes.element(
            place % pageCount, elementSize, at: address,
            after: start + 4 + place / pageCount * (pageCount * elementSize + 4))
    }
}

extension HDF5Bytes {
    /// An element of an array that begins some bytes after an address.
    fileprivate func element(
        _ number: Int, _ size: Int, at address: UInt64, after start: Int
    ) throws -> ByteCursor {
        ByteCursor(try data(at: address, plus: start, number, size))
    }

    /// A bit, the highest of each byte first.
    fileprivate func bit(_ number: Int, at address: UInt64, after start: Int) throws -> Bool {
        try data(at: address, plus: start, number / 8, 1)[0] & (0x80 >> UInt8(number % 8)) != 0
    }

    private func data(
        at address: UInt64, plus start: Int, _ number: Int, _ size: Int
    ) throws -> UnsafeRawBufferPointer {
        let (offset, overflow) = number.multipliedReportingOverflow(by: size)
        let (sum, isTooLarge) = offset.addingReportingOverflow(start)
        let (place, isBeyond) = address.addingReportingOverflow(UInt64(clamping: sum))
        guard !overflow, !isTooLarge, !isBeyond else {
            throw StrataError("its chunks are damaged")
        }
        return try data(at: place, count: size)
    }
}
