/// The description of a group or data set in an HDF5 file: a list of messages.
struct HDF5Header {
    struct Message {
        var kind: UInt16
        var body: UnsafeRawBufferPointer
        /// Whether it only refers to a message elsewhere in the file.
        var isShared: Bool
    }

    enum Kind {
        static let dataspace: UInt16 = 0x01
        static let linkInfo: UInt16 = 0x02
        static let datatype: UInt16 = 0x03
        static let fillValue: UInt16 = 0x05
        static let link: UInt16 = 0x06
        static let externalFiles: UInt16 = 0x07
        static let layout: UInt16 = 0x08
        static let filters: UInt16 = 0x0b
        static let attribute: UInt16 = 0x0c
        static let continuation: UInt16 = 0x10
        static let attributeInfo: UInt16 = 0x15
        static let symbolTable: UInt16 = 0x11
    }

    private(set) var messages: [Message] = []

    init(_ file: inout HDF5Bytes, at address: UInt64) throws {
        let isSecond = try file.data(at: address, count: 4).elementsEqual("OHDR".utf8)
        var blocks = [try isSecond ? Self.second(&file, address) : Self.first(&file, address)]
        while var block = blocks.popLast() {
            while block.rest.rest.count >= block.headSize {
                let (kind, count, flags) = try block.readHead()
                let body = try block.rest.take(count)
                if kind == Kind.continuation {
                    var target = ByteCursor(body)
                    let address = try target.read(UInt64.self)
                    let count = try target.readInt(UInt64.self)
                    var next = try file.structure(at: address, count: count)
                    if isSecond {
                        try next.expect("OCHK")
                        // A checksum ends it.
                        next = ByteCursor(try next.take(max(0, next.rest.count - 4)))
                    }
                    blocks.append(Block(rest: next, isSecond: isSecond, isOrdered: block.isOrdered))
                } else {
                    messages.append(Message(kind: kind, body: body, isShared: flags & 2 != 0))
                }
            }
        }
    }

    /// A piece of the list.
    private struct Block {
        var rest: ByteCursor
        /// Whether it is of version 2, which newer versions of HDF5 write.
        let isSecond: Bool
        /// Whether messages say when they were made.
        let isOrdered: Bool

        /// The bytes before a message.
        var headSize: Int { isSecond ? isOrdered ? 6 : 4 : 8 }

        mutating func readHead() throws -> (kind: UInt16, count: Int, flags: UInt8) {
            let kind = isSecond ? UInt16(try rest.read(UInt8.self)) : try rest.read(UInt16.self)
            let count = try rest.readInt(UInt16.self)
            let flags = try rest.read(UInt8.self)
            try rest.skip(isSecond ? isOrdered ? 2 : 0 : 3)
            return (kind, count, flags)
        }
    }

    private static func first(_ file: inout HDF5Bytes, _ address: UInt64) throws -> Block {
        var head = try file.structure(at: address, count: 16)
        let version = try head.read(UInt8.self)
        guard version == 1 else {
            throw StrataError(
                "an object header in it has the version \(version), and 1 and 2 are known")
        }
        try head.skip(7)
        let size = try head.readInt(UInt32.self)
        return Block(
            rest: try file.structure(at: address + 16, count: size), isSecond: false,
            isOrdered: false)
    }

    private static func second(_ file: inout HDF5Bytes, _ address: UInt64) throws -> Block {
        let head = try file.structure(at: address, count: 6)
        let (version, flags) = (head.rest[4], head.rest[5])
        guard version == 2 else {
            throw StrataError(
                "an object header in it has the version \(version), and 1 and 2 are known")
        }
        // Times, and when attributes leave the header.
        let skipped = (flags & 0x20 == 0 ? 0 : 16) + (flags & 0x10 == 0 ? 0 : 4)
        let sizeCount = 1 << Int(flags & 3)
        var rest = try file.structure(at: address + 6, count: skipped + sizeCount)
        try rest.skip(skipped)
        let size = try rest.readInt(bytes: sizeCount)
        let start = address + 6 + UInt64(skipped + sizeCount)
        return Block(
            rest: try file.structure(at: start, count: size), isSecond: true,
            isOrdered: flags & 4 != 0)
    }

    /// The attributes' messages: in the header, or in a heap where there are many.
    func attributes(_ file: inout HDF5Bytes) throws -> [ByteCursor] {
        let own = try all(Kind.attribute)
        guard var info = try message(Kind.attributeInfo) else { return own }
        try info.skip(1)
        try info.skip(info.read(UInt8.self) & 1 == 0 ? 0 : 2)
        let (heap, tree) = (try info.read(UInt64.self), try info.read(UInt64.self))
        guard heap != HDF5Bytes.nowhere, tree != HDF5Bytes.nowhere else { return own }
        let objects = try HDF5FractalHeap(&file, at: heap)
        let kind = HDF5BTree2.Kind.attributeNames
        return try own
            + HDF5BTree2(&file, at: tree, kind: kind).records(&file).map { record in
                var record = record
                return try objects.object(&record, &file)
            }
    }

    /// The messages of a kind.
    func all(_ kind: UInt16) throws -> [ByteCursor] {
        try messages.filter { $0.kind == kind }.map { try $0.contents() }
    }

    /// The message of a kind that there is at most one of; it may be that of another object, such as a
    /// named type.
    func message(_ kind: UInt16, _ file: inout HDF5Bytes) throws -> ByteCursor? {
        guard let own = messages.first(where: { $0.kind == kind }), own.isShared else {
            return try message(kind)
        }
        var place = ByteCursor(own.body)
        let version = try place.read(UInt8.self)
        try place.skip(version == 1 ? 7 : 1)
        return try HDF5Header(&file, at: try place.read()).message(kind)
    }

    func has(_ kind: UInt16) -> Bool { messages.contains { $0.kind == kind } }

    /// The message of a kind of which there is at most one.
    func message(_ kind: UInt16) throws -> ByteCursor? {
        try messages.first { $0.kind == kind }?.contents()
    }
}

extension HDF5Header.Message {
    func contents() throws -> ByteCursor {
        guard !isShared else {
            throw StrataError("it shares a description between objects, which is not supported")
        }
        return ByteCursor(body)
    }
}
