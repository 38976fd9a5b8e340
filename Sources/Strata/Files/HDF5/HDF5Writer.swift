/// Writes HDF5 files as h5py does by default: names in B-trees, and contiguous arrays.
///
/// The structure is laid out first, in memory; the arrays follow it, so that their elements are never copied.
package struct HDF5Writer {
    /// The bytes before the elements.
    private var structure: [UInt8] = []
    private var arrays: [ArrayData] = []
    /// The offsets in the structure where addresses of elements go.
    private var addressPlaces: [Int] = []
    private var heap = TextHeap()
    /// The number of bytes of the file.
    package private(set) var byteCount = 0

    /// The number of names in a symbol node, and of children in a node of a B-tree, as in h5py.
    private static let namesPerNode = 8
    private static let childrenPerNode = 32

    /// - Throws: ``StrataError`` if a name is not valid in HDF5, or appears twice in a group.
    package init(_ tree: HDF5Tree) throws {
        structure = [UInt8](repeating: 0, count: 96)
        let root = try append(tree)
        heap.finish(&structure)

        byteCount = structure.count
        for (array, place) in zip(arrays, addressPlaces) {
            structure.set(UInt64(byteCount), at: place)
            byteCount += Self.padded(array.byteCount)
        }
        writeSuperblock(root)
    }

    /// Calls `body` with the bytes of the file, in pieces.
    package func withPieces<Result>(
        _ body: ([UnsafeRawBufferPointer]) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(arrays) {
            try structure.withUnsafeBytes { structure in
                try withUnsafeBytes(of: UInt64(0)) { zeros in
                    try body(
                        [structure]
                            + arrays.flatMap { array in
                                let rest = Self.padded(array.byteCount) - array.byteCount
                                return [
                                    array.bytes, UnsafeRawBufferPointer(rebasing: zeros[..<rest]),
                                ]
                            })
                }
            }
        }
    }

    package func write(to file: AtomicFile) throws {
        try withPieces { for piece in $0 { try file.write(piece) } }
    }

    private static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }

    // MARK: Objects

    /// The addresses of a group: its header, and the tree and heap of its names.
    private struct Group {
        var header: Int
        var tree: Int
        var heap: Int
    }

    private mutating func append(_ tree: HDF5Tree) throws -> Group {
        // Readers find names by bisection, so they must be sorted.
        var links: [(name: [UInt8], header: Int)] = []
        for group in tree.groups {
            links.append((try Self.checked(group.name), try append(group).header))
        }
        for (name, array) in tree.arrays {
            links.append((try Self.checked(name), try appendDataset(array)))
        }
        links.sort { $0.name.lexicographicallyPrecedes($1.name) }
        for (link, next) in zip(links, links.dropFirst()) where link.name == next.name {
            throw StrataError(
                "An HDF5 group cannot have \(String(decoding: link.name, as: UTF8.self)) twice.")
        }

        let (heap, nameOffsets) = appendLocalHeap(links.map(\.name))
        let names = appendNames(zip(nameOffsets, links.map(\.header)).map { ($0, $1) })
        var messages = [Message(kind: HDF5Header.Kind.symbolTable, numbers: [names, heap])]
        for (name, text) in tree.attributes { messages.append(attribute(name, text)) }
        return Group(header: appendHeader(messages), tree: names, heap: heap)
    }

    private static func checked(_ name: String) throws -> [UInt8] {
        guard !name.isEmpty, name != ".", !name.utf8.contains(where: { $0 == 0 || $0 == 0x2f })
        else { throw StrataError("An HDF5 file cannot have the name \"\(name)\".") }
        return Array(name.utf8)
    }

    /// Appends the description of an array, and keeps the array for later.
    private mutating func appendDataset(_ array: ArrayData) throws -> Int {
        guard array.shape.count <= 32 else {
            throw StrataError(
                "An HDF5 file cannot have an array of \(array.shape.count) dimensions.")
        }
        var shape: [UInt8] = [1, UInt8(array.shape.count), 0, 0, 0, 0, 0, 0]
        for size in array.shape { shape.append(littleEndian: UInt64(size)) }
        var layout: [UInt8] = [3, 1]
        layout.append(littleEndian: array.byteCount == 0 ? UInt64.max : 0)
        layout.append(littleEndian: UInt64(array.byteCount))
        let header = appendHeader([
            Message(kind: HDF5Header.Kind.dataspace, shape),
            Message(kind: HDF5Header.Kind.datatype, HDF5Datatype.message(for: array), flags: 1),
            // No fill value.
            Message(kind: HDF5Header.Kind.fillValue, [2, 2, 2, 1, 0, 0, 0, 0], flags: 1),
            Message(kind: HDF5Header.Kind.layout, layout),
        ])
        if array.byteCount > 0 {
            arrays.append(array)
            addressPlaces.append(structure.count - Self.padded(layout.count) + 2)
        }
        return header
    }

    /// A string attribute.
    private mutating func attribute(_ name: String, _ text: String) -> Message {
        let name = Array(name.utf8) + [0]
        let shape: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]
        var body: [UInt8] = [1, 0]
        for part in [name, HDF5Datatype.textMessage, shape] {
            body.append(littleEndian: UInt16(part.count))
        }
        for part in [name, HDF5Datatype.textMessage, shape] { body.append(padded: part) }
        body += heap.append(Array(text.utf8), to: &structure)
        return Message(kind: HDF5Header.Kind.attribute, body)
    }

    private struct Message {
        var kind: UInt16
        var body: [UInt8]
        var flags: UInt8

        /// - Parameter flags: 1 if the message never changes.
        init(kind: UInt16, _ body: [UInt8], flags: UInt8 = 0) {
            self.kind = kind
            self.body = body
            self.flags = flags
        }

        init(kind: UInt16, numbers: [Int]) {
            self.init(kind: kind, [])
            for number in numbers { body.append(littleEndian: UInt64(number)) }
        }
    }

    private mutating func appendHeader(_ messages: [Message]) -> Int {
        let start = structure.count
        structure += [1, 0]
        structure.append(littleEndian: UInt16(messages.count))
        structure.append(littleEndian: UInt32(1))  // one link leads here
        let size = messages.reduce(0) { $0 + 8 + Self.padded($1.body.count) }
        structure.append(littleEndian: UInt32(size))
        structure.append(littleEndian: UInt32(0))
        for message in messages {
            structure.append(littleEndian: message.kind)
            structure.append(littleEndian: UInt16(Self.padded(message.body.count)))
            structure += [message.flags, 0, 0, 0]
            structure.append(padded: message.body)
        }
        return start
    }

    // MARK: Names

    /// Appends a heap of names, and returns its address and the offset of each name.
    private mutating func appendLocalHeap(_ names: [[UInt8]]) -> (address: Int, offsets: [Int]) {
        var text = [UInt8](repeating: 0, count: 8)  // the empty name is at 0
        let offsets = names.map { name in
            defer { text.append(padded: name + [0]) }
            return text.count
        }
        let start = structure.count
        structure += "HEAP".utf8
        structure.append(littleEndian: UInt32(0))
        structure.append(littleEndian: UInt64(text.count))
        structure.append(littleEndian: UInt64(1))  // nothing is free
        structure.append(littleEndian: UInt64(start + 32))
        structure += text
        return (start, offsets)
    }

    /// Appends the B-tree of the names of a group, given by their offsets in the heap.
    private mutating func appendNames(_ links: [(name: Int, header: Int)]) -> Int {
        // Each node with the last name in it.
        var nodes: [(address: Int, lastName: Int)] = []
        for start in stride(from: 0, to: links.count, by: Self.namesPerNode) {
            let part = links[start..<min(start + Self.namesPerNode, links.count)]
            nodes.append((structure.count, part.last!.name))
            structure += "SNOD".utf8
            structure += [1, 0]
            structure.append(littleEndian: UInt16(part.count))
            for link in part {
                structure.append(littleEndian: UInt64(link.name))
                structure.append(littleEndian: UInt64(link.header))
                structure += [UInt8](repeating: 0, count: 24)
            }
            structure += [UInt8](repeating: 0, count: 40 * (Self.namesPerNode - part.count))
        }
        var level: UInt8 = 0
        repeat {
            nodes = appendLevel(level, of: nodes)
            level += 1
        } while nodes.count > 1
        return nodes[0].address
    }

    /// Appends the nodes of a B-tree with the given children; a single empty node if there are none.
    private mutating func appendLevel(
        _ level: UInt8, of children: [(address: Int, lastName: Int)]
    ) -> [(address: Int, lastName: Int)] {
        let most = Self.childrenPerNode
        let size = 24 + 8 * (2 * most + 1)
        let first = structure.count
        let count = max(1, (children.count + most - 1) / most)
        var nodes: [(address: Int, lastName: Int)] = []
        var leftName = 0
        for index in 0..<count {
            let part = children[index * most..<min((index + 1) * most, children.count)]
            let start = structure.count
            structure += "TREE".utf8
            structure += [0, level]
            structure.append(littleEndian: UInt16(part.count))
            let isFirst = index == 0
            let isLast = index == count - 1
            structure.append(
                littleEndian: isFirst ? UInt64.max : UInt64(first + (index - 1) * size))
            structure.append(littleEndian: isLast ? UInt64.max : UInt64(first + (index + 1) * size))
            structure.append(littleEndian: UInt64(leftName))
            for child in part {
                structure.append(littleEndian: UInt64(child.address))
                structure.append(littleEndian: UInt64(child.lastName))
            }
            structure += [UInt8](repeating: 0, count: start + size - structure.count)
            leftName = part.last?.lastName ?? 0
            nodes.append((start, leftName))
        }
        return nodes
    }

    private mutating func writeSuperblock(_ root: Group) {
        var block: [UInt8] = [0x89] + "HDF\r\n\u{1a}\n".utf8
        block += [0, 0, 0, 0, 0, 8, 8, 0]  // versions; addresses and sizes of 8 bytes
        block.append(littleEndian: UInt16(Self.namesPerNode / 2))
        block.append(littleEndian: UInt16(Self.childrenPerNode / 2))
        block.append(littleEndian: UInt32(0))
        for address in [0, UInt64.max, UInt64(byteCount), UInt64.max] {
            block.append(littleEndian: address)
        }
        block.append(littleEndian: UInt64(0))
        block.append(littleEndian: UInt64(root.header))
        block.append(littleEndian: UInt32(1))  // the tree and the heap follow
        block.append(littleEndian: UInt32(0))
        block.append(littleEndian: UInt64(root.tree))
        block.append(littleEndian: UInt64(root.heap))
        structure.replaceSubrange(0..<96, with: block)
    }
}

/// The heap that holds the strings of attributes, in collections of a fixed size or the size of a longer string.
private struct TextHeap {
    private var start = 0
    private var end = 0
    private var next = 0
    private var count = 0

    /// Appends a string and returns a reference to it: its length, collection and index.
    mutating func append(_ text: [UInt8], to structure: inout [UInt8]) -> [UInt8] {
        let size = 16 + (text.count + 7) / 8 * 8
        if end - next < size {
            finish(&structure)
            start = structure.count
            let total = max(4096, 16 + size)
            structure += [UInt8](repeating: 0, count: total)
            structure.replaceSubrange(start..<start + 8, with: "GCOL".utf8 + [1, 0, 0, 0])
            structure.set(UInt64(total), at: start + 8)
            (next, end, count) = (start + 16, start + total, 0)
        }
        count += 1
        structure.set(UInt16(count), at: next)
        structure.set(UInt16(1), at: next + 2)  // one attribute has it
        structure.set(UInt64(text.count), at: next + 8)
        structure.replaceSubrange(next + 16..<next + 16 + text.count, with: text)
        next += size

        var reference: [UInt8] = []
        reference.append(littleEndian: UInt32(text.count))
        reference.append(littleEndian: UInt64(start))
        reference.append(littleEndian: UInt32(count))
        return reference
    }

    /// Marks the rest of the current collection as free.
    func finish(_ structure: inout [UInt8]) {
        if end - next >= 16 { structure.set(UInt64(end - next), at: next + 8) }
    }
}

extension [UInt8] {
    /// Writes a number over the bytes at `offset`.
    fileprivate mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        Swift.withUnsafeBytes(of: number.littleEndian) { bytes in
            replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
    }

    /// Appends `bytes` and zeros up to a multiple of 8.
    fileprivate mutating func append(padded bytes: [UInt8]) {
        self += bytes
        self += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
}
