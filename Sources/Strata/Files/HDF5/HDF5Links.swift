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
        let flags = try info.read(UInt8.self)
        try info.skip(flags & 1 == 0 ? 0 : 8)
        let (heap, names) = (try info.read(UInt64.self), try info.read(UInt64.self))
        let order = flags & 2 == 0 ? HDF5Bytes.nowhere : try info.read(UInt64.self)
        guard heap != HDF5Bytes.nowhere else {
            return try header.all(HDF5Header.Kind.link).map(link)
        }
        return try inHeap(&bytes, heap, names: names, order: order)
    }

    /// The names in a heap, where those of large groups are: in the order they were made, if the file
    /// keeps that, otherwise sorted.
    private static func inHeap(
        _ bytes: inout HDF5Bytes, _ heap: UInt64, names: UInt64, order: UInt64
    ) throws -> [(name: String, address: UInt64)] {
        let isOrdered = order != HDF5Bytes.nowhere
        let tree = try HDF5BTree2(
            &bytes, at: isOrdered ? order : names,
            kind: isOrdered ? HDF5BTree2.Kind.linkOrder : HDF5BTree2.Kind.linkNames)
        let objects = try HDF5FractalHeap(&bytes, at: heap)
        let links = try tree.records(&bytes).map { record in
            var record = record
            // When the link was made, or a number from its name.
            try record.skip(isOrdered ? 8 : 4)
            return try link(objects.object(&record, &bytes))
        }
        return isOrdered ? links : links.sorted { $0.name < $1.name }
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
