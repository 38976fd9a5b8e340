import Strata

/// Reads tar archives (POSIX): for each file a header of 512 bytes, then its bytes, padded to whole blocks.
enum Tar {
    /// The ranges of the files in an archive, by their names without directories.
    static func members(of archive: UnsafeRawBufferPointer) throws -> [String: Range<Int>] {
        var members: [String: Range<Int>] = [:]
        var offset = 0
        while let header = archive.slice(at: offset, count: blockSize), header[0] != 0 {
            guard let checksum = octal(header, 148..<156), checksum == sum(header),
                let size = octal(header, 124..<136)
            else { throw StrataError("the header of a file in it is damaged") }
            let start = offset + blockSize
            guard size <= archive.count - start else { throw StrataError("it is cut short") }
            let (type, name) = (header[156], header.prefix(100).prefix { $0 != 0 })
            if type == 0 || type == UInt8(ascii: "0") {
                let last = name.split(separator: UInt8(ascii: "/")).last ?? []
                members[String(decoding: last, as: UTF8.self)] = start..<start + size
            }
            offset = start + (size + blockSize - 1) / blockSize * blockSize
        }
        guard !members.isEmpty else { throw StrataError("there are no files in it") }
        return members
    }

    private static let blockSize = 512

    /// A number in octal digits, which may be surrounded by spaces and zeros.
    private static func octal(_ header: UnsafeRawBufferPointer, _ field: Range<Int>) -> Int? {
        let text = String(decoding: header[field].filter { $0 != 0x20 && $0 != 0 }, as: UTF8.self)
        return Int(text, radix: 8).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// The sum of the bytes of the header, with its own field as spaces.
    private static func sum(_ header: UnsafeRawBufferPointer) -> Int {
        header.enumerated().reduce(0) { sum, byte in
            sum + ((148..<156).contains(byte.offset) ? 0x20 : Int(byte.element))
        }
    }
}
