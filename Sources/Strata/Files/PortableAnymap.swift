/// PGM and PPM, images without compression (netpbm): P2 and P3, numbers as text; P5 and P6, as
/// bytes, or pairs of them.
package enum PortableAnymap {
    static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > 2 && bytes[0] == UInt8(ascii: "P") && "2356".utf8.contains(bytes[1])
    }

    /// The first picture in the bytes of a file, spread over 0...255.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
        guard recognizes(bytes) else { throw StrataError("it is neither PGM nor PPM") }
        var text = TextReader(bytes, offset: 2)
        let channels = "36".utf8.contains(bytes[1]) ? 3 : 1
        let width = try text.number("width")
        let height = try text.number("height")
        let maximum = try text.number("largest value")
        guard (1...65535).contains(maximum) else {
            throw StrataError("its largest value is \(maximum), and 1 to 65535 are allowed")
        }
        try Image.check(height: height, width: width, channels: channels)
        let count = width * height * channels

        func scaled(_ value: Int) throws -> UInt8 {
            guard value <= maximum else {
                throw StrataError("it has the value \(value), and its largest is \(maximum)")
            }
            return maximum == 255 ? UInt8(value) : UInt8((value * 255 + maximum / 2) / maximum)
        }
        var pixels: [UInt8] = []
        if "23".utf8.contains(bytes[1]) {
            // A number and the space after it are two bytes.
            guard count / 2 <= bytes.count else { throw StrataError("it is cut short") }
            pixels.reserveCapacity(count)
            for _ in 0..<count { pixels.append(try scaled(text.number("pixel"))) }
        } else {
            let size = maximum < 256 ? 1 : 2
            guard let data = bytes.slice(at: text.offset + 1, count: count * size) else {
                throw StrataError("it is cut short")
            }
            pixels = try (0..<count).map { index in
                try scaled(
                    size == 1
                        ? Int(data[index]) : Int(data[index * 2]) << 8 | Int(data[index * 2 + 1]))
            }
        }
        return Image(height: height, width: width, channels: channels, pixels: pixels)
    }
}

/// Reads numbers between white space and comments.
private struct TextReader {
    private let bytes: UnsafeRawBufferPointer
    /// Where the last number ended.
    private(set) var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    mutating func number(_ name: String) throws -> Int {
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "#") {
                while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
            } else if [9, 10, 11, 12, 13, 32].contains(bytes[offset]) {
                offset += 1
            } else {
                break
            }
        }
        let start = offset
        var value = 0
        while offset < bytes.count, (48...57).contains(bytes[offset]) {
            value = value * 10 + Int(bytes[offset]) - 48
            offset += 1
            guard value < 1 << 32 else { throw StrataError("its \(name) is too large") }
        }
        guard offset > start else {
            throw StrataError(
                offset == bytes.count ? "it is cut short" : "its \(name) is not a number")
        }
        return value
    }
}
