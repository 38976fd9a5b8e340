/// A version 2 B-tree: records of one size, in order, in nodes that know how many records lie below.
struct HDF5BTree2 {
    /// What the records are.
    enum Kind {
        static let hugeObjects: UInt8 = 1
        static let linkNames: UInt8 = 5
        static let linkOrder: UInt8 = 6
        static let attributeNames: UInt8 = 8
        static let chunks: UInt8 = 10
        static let filteredChunks: UInt8 = 11
    }

    /// The nodes between the root and the leaves, far fewer than any file has.
    private static let depthLimit = 16

    private let kind: UInt8
    private let nodeSize: Int
    private let recordSize: Int
    private let depth: Int
    private let root: (address: UInt64, count: Int)
    /// The bytes of a node's number of records, and of the number below a node of each depth.
    private let countSize: Int
    private let totalSizes: [Int]

    init(_ bytes: inout HDF5Bytes, at address: UInt64, kind: UInt8) throws {
        var head = try bytes.structure(at: address, count: 38)
        try head.expect("BTHD")
        guard try head.read(UInt8.self) == 0, try head.read(UInt8.self) == kind else {
            throw StrataError("one of its B-trees is damaged")
        }
        self.kind = kind
        nodeSize = try head.readInt(UInt32.self)
        recordSize = try head.readInt(UInt16.self)
        depth = try head.readInt(UInt16.self)
        try head.skip(2)
        root = (try head.read(), try head.readInt(UInt16.self))
        let overhead = 10
        guard recordSize > 0, nodeSize > overhead + recordSize, depth <= Self.depthLimit else {
            throw StrataError("one of its B-trees is damaged")
        }
        let leafCount = (nodeSize - overhead) / recordSize
        countSize = Self.byteCount(for: leafCount)
        var below = leafCount
        var sizes = [0]
        for level in 1..<max(depth, 1) {
            let pointer = 8 + countSize + sizes[level - 1]
            let count = (nodeSize - overhead - pointer) / (recordSize + pointer)
            guard count > 0 else { throw StrataError("one of its B-trees is damaged") }
            let (product, overflow) = below.multipliedReportingOverflow(by: count + 1)
            below = overflow ? .max : product.addingReportingOverflow(count).partialValue
            guard below > 0, !overflow else { throw StrataError("one of its B-trees is damaged") }
            sizes.append(Self.byteCount(for: below))
        }
        totalSizes = sizes
    }

    /// The bytes that hold a number up to `limit`.
    static func byteCount(for limit: Int) -> Int {
        (Int.bitWidth - max(limit, 1).leadingZeroBitCount + 7) / 8
    }

    /// All records, in order.
    func records(_ bytes: inout HDF5Bytes) throws -> [ByteCursor] {
        guard root.address != HDF5Bytes.nowhere, root.count > 0 else { return [] }
        var records: [ByteCursor] = []
        try visit(&bytes, root.address, root.count, depth, &records)
        return records
    }

    private func visit(
        _ bytes: inout HDF5Bytes, _ address: UInt64, _ count: Int, _ depth: Int,
        _ records: inout [ByteCursor]
    ) throws {
        // A node that says that it has more than fits is damaged.
        guard count <= nodeSize / recordSize else {
            throw StrataError("one of its B-trees is damaged")
        }
        let totalSize = depth > 0 ? totalSizes[depth - 1] : 0
        let pointers = depth > 0 ? (count + 1) * (8 + countSize + totalSize) : 0
        var node = try bytes.structure(at: address, count: 6 + count * recordSize + pointers)
        try node.expect(depth > 0 ? "BTIN" : "BTLF")
        guard try node.read(UInt8.self) == 0, try node.read(UInt8.self) == kind else {
            throw StrataError("one of its B-trees is damaged")
        }
        var own = ByteCursor(try node.take(count * recordSize))
        for index in 0...count {
            if depth > 0 {
                let child: UInt64 = try node.read()
                let childCount = try node.readInt(bytes: countSize)
                try node.skip(totalSize)
                try visit(&bytes, child, childCount, depth - 1, &records)
            }
            if index < count { records.append(ByteCursor(try own.take(recordSize))) }
        }
    }
}
