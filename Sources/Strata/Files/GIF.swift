/// GIF, pictures of up to 256 colours (CompuServe, version 89a): reading of the first frame.
package enum GIF {
    static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8)
    }

    /// The first frame in the bytes of a file, in colours, or in colours and opacity if one of its
    /// colours is transparent. What the frame does not cover is transparent, or has colour 0.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
        guard recognizes(bytes) else { throw StrataError("it is not a GIF file") }
        var cursor = ByteCursor(bytes)
        try cursor.skip(6)
        return try frame(&cursor)
    }

    private static func frame(_ cursor: inout ByteCursor) throws -> Image {
        let screenWidth = try cursor.readInt(UInt16.self)
        let screenHeight = try cursor.readInt(UInt16.self)
        let flags = try cursor.read(UInt8.self)
        try cursor.skip(2)
        var palette = try readPalette(flags, &cursor)
        var transparent: Int?
        while true {
            switch try cursor.read(UInt8.self) {
            case 0x21:  // An extension; 0xf9 is about the frame that follows.
                let kind = try cursor.read(UInt8.self)
                let content = try readBlocks(&cursor)
                if kind == 0xf9, content.count >= 4 {
                    transparent = content[0] & 1 == 1 ? Int(content[3]) : nil
                }
            case 0x2c:
                let left = try cursor.readInt(UInt16.self)
                let top = try cursor.readInt(UInt16.self)
                let width = try cursor.readInt(UInt16.self)
                let height = try cursor.readInt(UInt16.self)
                let flags = try cursor.read(UInt8.self)
                palette = try readPalette(flags, &cursor) ?? palette
                // A frame that reaches beyond the screen makes it larger.
                let canvas = (
                    height: max(screenHeight, top + height), width: max(screenWidth, left + width)
                )
                try Image.check(height: height, width: width, channels: 4)
                try Image.check(height: canvas.height, width: canvas.width, channels: 4)
                let codeSize = try cursor.readInt(UInt8.self)
                guard (1...11).contains(codeSize) else {
                    throw StrataError("its code size is \(codeSize), and 1 to 11 are possible")
                }
                let data = try readBlocks(&cursor)
                // A code is at most 4,097 pixels long and at least 2 bits.
                let area = height * width
                guard area <= data.count * 4 * 4097,
                    canvas.height * canvas.width <= max(area, 1 << 22)
                else { throw StrataError("it has too few data for its size") }
                let indices = try LZW.decode(data, codeSize: codeSize, count: area)
                let colors = palette ?? (0..<256).map { (UInt8($0), UInt8($0), UInt8($0)) }
                let place = (top: top, left: left, height: height, width: width)
                return try image(
                    indices, at: place, on: canvas, colors, transparent,
                    isInterlaced: flags & 0x40 != 0)
            case 0x3b: throw StrataError("it has no picture")
            default: throw StrataError("it is damaged before its picture")
            }
        }
    }

    private typealias Color = (UInt8, UInt8, UInt8)

    private static func readPalette(_ flags: UInt8, _ cursor: inout ByteCursor) throws -> [Color]? {
        guard flags & 0x80 != 0 else { return nil }
        let bytes = try cursor.take(3 << (Int(flags & 7) + 1))
        return stride(from: 0, to: bytes.count, by: 3).map {
            (bytes[$0], bytes[$0 + 1], bytes[$0 + 2])
        }
    }

    /// Parts of up to 255 bytes, put together.
    private static func readBlocks(_ cursor: inout ByteCursor) throws -> [UInt8] {
        var result: [UInt8] = []
        while true {
            let count = try cursor.readInt(UInt8.self)
            guard count > 0 else { return result }
            result += try cursor.take(count)
        }
    }

    private static func image(
        _ indices: [UInt8], at place: (top: Int, left: Int, height: Int, width: Int),
        on canvas: (height: Int, width: Int), _ colors: [Color], _ transparent: Int?,
        isInterlaced: Bool
    ) throws -> Image {
        let channels = transparent == nil ? 3 : 4
        // By index, and what an index has that is in no palette.
        var table = colors.map { [$0.0, $0.1, $0.2, 255] }
        table += Array(repeating: [0, 0, 0, 255], count: 256 - table.count)
        if let transparent { table[transparent][3] = 0 }
        var rows = Array(0..<place.height)
        if isInterlaced {
            rows = [(0, 8), (4, 8), (2, 4), (1, 2)].flatMap {
                Array(stride(from: $0.0, to: place.height, by: $0.1))
            }
        }
        return Image(height: canvas.height, width: canvas.width, channels: channels) { result in
            let background = table[transparent ?? 0]
            for pixel in 0..<canvas.height * canvas.width {
                for channel in 0..<channels {
                    result[pixel * channels + channel] = background[channel]
                }
            }
            for (number, row) in rows.enumerated() {
                var target = ((place.top + row) * canvas.width + place.left) * channels
                for column in 0..<place.width {
                    let color = table[Int(indices[number * place.width + column])]
                    for channel in 0..<channels { result[target + channel] = color[channel] }
                    target += channels
                }
            }
        }
    }
}

/// The compression of GIF (Welch, "A Technique for High-Performance Data Compression", 1984): codes of
/// growing length, each for a sequence that came before, and one more byte.
private enum LZW {
    static func decode(_ data: [UInt8], codeSize: Int, count: Int) throws -> [UInt8] {
        let clear = 1 << codeSize
        var result: [UInt8] = []
        result.reserveCapacity(count)
        // A sequence is a part of the result: where it begins, and how long it is.
        var starts = [Int](repeating: 0, count: 4096)
        var lengths = [Int](repeating: 1, count: 4096)
        var next = clear + 2
        var size = codeSize + 1
        var previous: (start: Int, length: Int)?
        var bits = 0
        var bitCount = 0
        var offset = 0
        while result.count < count {
            while bitCount < size {
                guard offset < data.count else {
                    throw StrataError("its data end before its picture does")
                }
                bits |= Int(data[offset]) << bitCount
                bitCount += 8
                offset += 1
            }
            let code = bits & (1 << size - 1)
            bits >>= size
            bitCount -= size
            if code == clear {
                (next, size, previous) = (clear + 2, codeSize + 1, nil)
                continue
            }
            guard code != clear + 1 else {
                throw StrataError("its data end before its picture does")
            }
            let start = result.count
            if code < clear {
                result.append(UInt8(truncatingIfNeeded: code))
            } else if previous != nil, code < next {
                for index in 0..<min(lengths[code], count - start) {
                    result.append(result[starts[code] + index])
                }
            } else if let previous, code == next, next < 4096 {
                for index in 0..<min(previous.length, count - start) {
                    result.append(result[previous.start + index])
                }
                if result.count < count { result.append(result[previous.start]) }
            } else {
                throw StrataError("its compressed data are damaged")
            }
            if let previous, next < 4096 {
                starts[next] = previous.start
                lengths[next] = previous.length + 1
                next += 1
                if next == 1 << size, size < 12 { size += 1 }
            }
            previous = (start, result.count - start)
        }
        return result
    }
}
