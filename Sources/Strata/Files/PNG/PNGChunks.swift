/// Goes through the chunks of a PNG file.
struct PNGChunks {
    struct Chunk {
        let name: String
        let content: UnsafeRawBufferPointer
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    mutating func next() throws -> Chunk? {
        guard offset < bytes.count else { return nil }
        guard let length = bytes.littleEndian(UInt32.self, at: offset).map({ Int($0.byteSwapped) }),
            let named = bytes.slice(at: offset + 4, count: length + 4),
            let checksum = bytes.littleEndian(UInt32.self, at: offset + 8 + length)?.byteSwapped
        else { throw StrataError("it is cut short") }
        let letters = named.prefix(4)
        guard
            letters.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) })
        else { throw StrataError("it is damaged at byte \(offset + 4)") }
        let name = String(decoding: letters, as: UTF8.self)
        guard crc32(of: named) == checksum else {
            throw StrataError("its part \(name) is damaged (the checksum differs)")
        }
        offset += length + 12
        return Chunk(name: name, content: UnsafeRawBufferPointer(rebasing: named.dropFirst(4)))
    }
}
