import Strata
import Testing

@Suite struct DeflateTests {
    static let text = Array("hello hello hello\n".utf8)
    /// `text` as Python's gzip and zlib modules compress it.
    static let gzip = bytes("1f8b0800000000000203cb48cdc9c957c840905c003b7c8adf12000000")
    static let zlib = bytes("789ccb48cdc9c957c840905c0040b50687")

    private static func bytes(_ digits: String) -> [UInt8] {
        var rest = digits[...]
        var bytes: [UInt8] = []
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16)!)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private func decompress(
        _ bytes: [UInt8], _ format: Deflate.Format, count: Int
    ) throws -> [UInt8] {
        try bytes.withUnsafeBytes {
            let result = try Deflate.decompress($0, format, count: count)
            return withExtendedLifetime(result) { Array(result.bytes) }
        }
    }

    private func decompress(
        _ bytes: [UInt8], _ format: Deflate.Format, limit: Int = 1 << 24
    ) throws -> [UInt8] {
        try bytes.withUnsafeBytes { try Deflate.decompress($0, format, limit: limit) }
    }

    @Test func readsWhatPythonCompresses() throws {
        #expect(try decompress(Self.gzip, .gzip) == Self.text)
        #expect(try decompress(Self.gzip, .gzip, count: 18) == Self.text)
        #expect(try decompress(Self.zlib, .zlib) == Self.text)
        #expect(try decompress(Array(Self.zlib[2..<13]), .raw, count: 18) == Self.text)
    }

    @Test func readsFilesOfSeveralMembers() throws {
        #expect(try decompress(Self.gzip + Self.gzip, .gzip) == Self.text + Self.text)
        #expect(try decompress(Self.gzip + Self.gzip, .gzip, count: 36) == Self.text + Self.text)
    }

    @Test(arguments: [Deflate.Format.raw, .zlib, .gzip], [0, 1, 70_000, 1_000_000])
    func readsWhatItCompresses(format: Deflate.Format, count: Int) throws {
        // One half repeats, the other does not.
        let key = Random.Key(seed: 1, path: "deflate")
        let data = (0..<count).map { $0 < count / 2 ? 7 : UInt8(key.uniform($0) * 255) }
        let compressed = data.withUnsafeBytes { Deflate.compress($0, format) }
        #expect(try decompress(compressed, format, count: count) == data)
        #expect(try decompress(compressed, format) == data)
    }

    @Test func refusesDamage() {
        var wrongChecksum = Self.gzip
        wrongChecksum[22] ^= 1
        for damaged in [wrongChecksum, Array("plain text".utf8)] {
            #expect(throws: StrataError("its compressed data are damaged")) {
                try decompress(damaged, .gzip)
            }
        }
        for count in 0..<Self.gzip.count {
            #expect(throws: StrataError("its compressed data are cut short")) {
                try decompress(Array(Self.gzip.prefix(count)), .gzip)
            }
            #expect(
                throws: StrataError("its compressed data are fewer than the 18 bytes announced")
            ) {
                try decompress(Array(Self.gzip.prefix(count)), .gzip, count: 18)
            }
        }
        #expect(throws: StrataError("its compressed data are more than the 17 bytes announced")) {
            try decompress(Self.gzip, .gzip, count: 17)
        }
        #expect(throws: StrataError("its compressed data are fewer than the 19 bytes announced")) {
            try decompress(Self.gzip, .gzip, count: 19)
        }
    }

    @Test func refusesBombs() throws {
        let zeros = [UInt8](repeating: 0, count: 10_000_000)
        let bomb = zeros.withUnsafeBytes { Deflate.compress($0, .zlib) }
        #expect(bomb.count < 11_000)
        #expect(throws: StrataError("its compressed data are more than the 1000000 bytes allowed"))
        {
            try decompress(bomb, .zlib, limit: 1_000_000)
        }
        // Nothing is allocated for what cannot come out of so few bytes.
        #expect(throws: (any Error).self) { try decompress(Self.zlib, .zlib, count: 1 << 60) }
        #expect(throws: (any Error).self) { try decompress(Self.zlib, .zlib, count: -1) }
    }
}
