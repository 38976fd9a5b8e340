/// The names in a group of an HDF5 file and the addresses of their objects.
enum HDF5Links {
    /// The names in the order of the file, each with an address; nil if the header is not that of a group.
    static func list(
        _ bytes: inout HDF5Bytes, _ header: HDF5Header
    ) throws -> [(name: String, address: UInt64)]? {
        if var table = try header.message(HDF5Header.Kind.symbolTable) {
            return try symbols(&bytes, tree: table.read(), heap: table.read())
        }
        guard var info = try header.message(HDF5Header.Kind.linkInfo) else { return nil }
        try info.skip(1)
        try info.skip(info.read(UInt8.self) & 1 == 0 ? 0 : 8)
        guard try info.read(UInt64.self) == HDF5Bytes.nowhere else {
            throw StrataError("it has groups whose names are in a heap, which is not supported")
        }
        return try header.all(HDF5Header.Kind.link).map(link)
    }

    /// The names in a B-tree, the form that every version of HDF5 can read.
    private static func symbols(
        _ bytes: inout HDF5Bytes, tree: UInt64, heap: UInt64
    ) throws -> [(name: String, address: UInt64)] {
        var head = try bytes.structure(at: heap, count: 32)
        try head.expect("HEAP")
        try head.skip(4)
        let size = try head.readInt(UInt64.self)
        try head.skip(8)
        let names = try bytes.structure(at: head.read(), count: size).rest

        var links: [(String, UInt64)] = []
        for leaf in try bytes.leaves(of: tree, kind: 0, keySize: 8) {
            var node = try bytes.structure(at: leaf.address, count: 8)
            try node.expect("SNOD")
            try node.skip(2)
            let count = try node.readInt(UInt16.self)
            var entries = try bytes.structure(at: leaf.address + 8, count: count * 40)
            for _ in 0..<count {
                let nameOffset = try entries.readInt(UInt64.self)
                guard nameOffset < size else {
                    throw StrataError("one of its groups has a name beyond its heap")
                }
                // A name counts as structure, too: many could be the same long one.
                let rest = UnsafeRawBufferPointer(rebasing: names[nameOffset...])
                let nameCount = rest.firstIndex(of: 0) ?? rest.count
                try bytes.charge(nameCount)
                let name = try UnsafeRawBufferPointer(rebasing: rest[..<nameCount]).text()
                let address = try entries.read(UInt64.self)
                guard try entries.read(UInt32.self) != 2 else { throw isLink(name) }
                try entries.skip(20)
                links.append((name, address))
            }
        }
        return links
    }

    /// The name in a message, the form of newer files and of files with non-ASCII names.
    private static func link(_ message: ByteCursor) throws -> (name: String, address: UInt64) {
        var message = message
        try message.skip(1)
        let flags = try message.read(UInt8.self)
        let kind = flags & 0x08 == 0 ? 0 : try message.read(UInt8.self)
        if flags & 0x04 != 0 { try message.skip(8) }
        if flags & 0x10 != 0 { try message.skip(1) }
        let nameCount =
            switch flags & 3 {
            case 0: try message.readInt(UInt8.self)
            case 1: try message.readInt(UInt16.self)
            case 2: try message.readInt(UInt32.self)
            default: try message.readInt(UInt64.self)
            }
        let name = try message.take(nameCount).text()
        guard kind == 0 else { throw isLink(name) }
        return (name, try message.read())
    }

    private static func isLink(_ name: String) -> StrataError {
        StrataError("\(name) in it is a link to another place")
    }
}
