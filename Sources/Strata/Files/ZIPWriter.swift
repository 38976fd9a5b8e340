/// Writes a ZIP file, member by member. Uncompressed bytes are read twice (for the checksum and for writing)
/// but never copied.
package struct ZIPWriter {
    private let file: AtomicFile
    private var directory: [UInt8] = []
    private var count = 0
    private var offset = 0
    /// Numbers from this one on need the 64-bit extension of the format.
    private let limit: Int

    package init(_ file: AtomicFile, limit: Int = 0xffff_ffff) {
        self.file = file
        self.limit = limit
    }

    /// Appends a member made of `parts`, compressed if requested.
    package mutating func add(
        _ name: String, _ parts: [UnsafeRawBufferPointer], compressed: Bool = false
    ) throws {
        let checksum = parts.reduce(0) { crc32(of: $1, after: $0) }
        let size = parts.reduce(0) { $0 + $1.count }
        guard compressed else {
            return try add(name, parts, Contents(checksum: checksum, size: size, stored: size))
        }
        let deflated = parts.reduce(into: []) { $0 += $1 }.withUnsafeBytes {
            Deflate.compress($0, .raw)
        }
        try deflated.withUnsafeBytes { bytes in
            let contents = Contents(
                checksum: checksum, size: size, stored: bytes.count, method: 8)
            try add(name, [bytes], contents)
        }
    }

    /// The description of a member's bytes in its header and in the list of members.
    private struct Contents {
        var checksum: UInt32
        var size: Int
        /// The size in the file.
        var stored: Int
        var method: UInt16 = 0
    }

    private mutating func add(
        _ name: String, _ parts: [UnsafeRawBufferPointer], _ contents: Contents
    ) throws {
        let name = Array(name.utf8)
        guard name.count <= 0xffff else {
            throw StrataError("A ZIP file has no room for a name of \(name.count) bytes.")
        }
        let sizes = LargeFields([contents.size, contents.stored], limit: limit)
        var header: [UInt8] = []
        header.append(littleEndian: ZIPSignature.member)
        header += Self.description(
            contents, sizes, version: sizes.version, nameCount: name.count)
        header += name + sizes.extra

        let fields = LargeFields([contents.size, contents.stored, offset], limit: limit)
        directory.append(littleEndian: ZIPSignature.entry)
        directory.append(littleEndian: UInt16(fields.version))
        directory += Self.description(
            contents, fields, version: fields.version, nameCount: name.count)
        directory += [UInt8](repeating: 0, count: 10)  // no comment, first disk, no attributes
        directory.append(littleEndian: fields.short[2])
        directory += name + fields.extra

        try file.write(header)
        for part in parts { try file.write(part) }
        count += 1
        offset += header.count + contents.stored
    }

    /// Completes the file with the list of members.
    package func finish() throws {
        var end = directory
        let isLarge = offset >= limit || directory.count >= limit || count >= min(limit, 0xffff)
        if isLarge {
            end.append(littleEndian: ZIPSignature.zip64End)
            end.append(littleEndian: UInt64(44))  // the bytes that follow
            end.append(littleEndian: UInt16(45))
            end.append(littleEndian: UInt16(45))
            end.append(littleEndian: UInt64(0))  // this disk, the first disk
            for number in [count, count, directory.count, offset] {
                end.append(littleEndian: UInt64(number))
            }
            end.append(littleEndian: ZIPSignature.zip64Locator)
            end.append(littleEndian: UInt32(0))
            end.append(littleEndian: UInt64(offset + directory.count))
            end.append(littleEndian: UInt32(1))
        }
        end.append(littleEndian: ZIPSignature.end)
        end.append(littleEndian: UInt32(0))
        for _ in 0..<2 { end.append(littleEndian: isLarge ? .max : UInt16(count)) }
        end.append(littleEndian: isLarge ? .max : UInt32(directory.count))
        end.append(littleEndian: isLarge ? .max : UInt32(offset))
        end.append(littleEndian: UInt16(0))
        try file.write(end)
    }

    /// The fields that the header of a member and its entry in the list share.
    private static func description(
        _ contents: Contents, _ fields: LargeFields, version: UInt16, nameCount: Int
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: version)
        bytes.append(littleEndian: UInt16(0x800))  // the name is UTF-8
        bytes.append(littleEndian: contents.method)
        bytes.append(littleEndian: UInt32(0x0021_0000))  // 1980-01-01: equal arrays, equal files
        bytes.append(littleEndian: contents.checksum)
        bytes.append(littleEndian: fields.short[1])
        bytes.append(littleEndian: fields.short[0])
        bytes.append(littleEndian: UInt16(nameCount))
        bytes.append(littleEndian: UInt16(fields.extra.count))
        return bytes
    }
}

/// Encodes numbers as ZIP does: in 32 bits, or as all ones with 64 bits in an extra field.
private struct LargeFields {
    var short: [UInt32] = []
    var extra: [UInt8] = []

    init(_ numbers: [Int], limit: Int) {
        var large: [UInt8] = []
        for number in numbers {
            short.append(number >= limit ? .max : UInt32(number))
            if number >= limit { large.append(littleEndian: UInt64(number)) }
        }
        guard !large.isEmpty else { return }
        extra.append(littleEndian: UInt16(1))
        extra.append(littleEndian: UInt16(large.count))
        extra += large
    }

    /// The version of the format that a reader must support.
    var version: UInt16 { extra.isEmpty ? 20 : 45 }
}

enum ZIPSignature {
    static let member: UInt32 = 0x0403_4b50
    static let entry: UInt32 = 0x0201_4b50
    static let end: UInt32 = 0x0605_4b50
    static let zip64End: UInt32 = 0x0606_4b50
    static let zip64Locator: UInt32 = 0x0706_4b50
}
