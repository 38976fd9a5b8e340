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
        static let symbolTable: UInt16 = 0x11
    }

    private(set) var messages: [Message] = []

    init(_ file: inout HDF5Bytes, at address: UInt64) throws {
        var head = try file.structure(at: address, count: 16)
        let version = try head.read(UInt8.self)
        guard version == 1 else {
            throw StrataError("an object header in it has the version \(version), and 1 is known")
        }
        try head.skip(7)
        let size = try head.readInt(UInt32.self)
        var blocks = [try file.structure(at: address + 16, count: size)]
        while var block = blocks.popLast() {
            while block.rest.count >= 8 {
                let kind = try block.read(UInt16.self)
                let count = try block.readInt(UInt16.self)
                let flags = try block.read(UInt8.self)
                try block.skip(3)
                let body = try block.take(count)
                if kind == Kind.continuation {
                    var target = ByteCursor(body)
                    let address = try target.read(UInt64.self)
                    blocks.append(
                        try file.structure(at: address, count: target.readInt(UInt64.self)))
                } else {
                    messages.append(Message(kind: kind, body: body, isShared: flags & 2 != 0))
                }
            }
        }
    }

    /// The messages of a kind.
    func all(_ kind: UInt16) throws -> [ByteCursor] {
        try messages.filter { $0.kind == kind }.map { try $0.contents() }
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
