/// BMP, the pictures of Windows and OS/2: reading of 1 to 32 bits a pixel, with a palette, with masks
/// or compressed in runs.
package enum BMP {
    static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.starts(with: "BM".utf8), let size = bytes.littleEndian(UInt32.self, at: 14)
        else { return false }
        return [12, 40, 52, 56, 64, 108, 124].contains(size)
    }

    /// The picture in the bytes of a file: 3 channels, or 4 if it has a mask for opacity.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
        guard recognizes(bytes) else { throw StrataError("it is not a BMP file") }
        let header = try BMPHeader(bytes)
        guard let data = bytes.slice(at: header.dataOffset, count: bytes.count - header.dataOffset)
        else { throw StrataError("it is cut short") }
        switch header.compression {
        case .none, .masks:
            return header.depth > 8 ? try header.colors(data) : try header.paletteColors(data)
        case .runs8, .runs4:
            // A run of 255 pixels takes two bytes.
            guard header.width * header.height <= max(data.count * 65_536, 1 << 22) else {
                throw StrataError("it has too few data for its size")
            }
            let indices = try BMPRuns.decode(
                data, height: header.height, width: header.width,
                isHalved: header.compression == .runs4)
            return try header.image { row, column in Int(indices[row * header.width + column]) }
        }
    }
}

/// What a file says of its pixels.
private struct BMPHeader {
    enum Compression: UInt32 {
        case none, runs8, runs4, masks
    }

    let width: Int
    let height: Int
    /// Whether the first row of the file is the upper one.
    let isTopDown: Bool
    let depth: Int
    let compression: Compression
    let dataOffset: Int
    /// The bits of a pixel that are red, green, blue and opacity.
    private let masks: [UInt32]
    private let palette: [(red: UInt8, green: UInt8, blue: UInt8)]

    init(_ bytes: UnsafeRawBufferPointer) throws {
        var cursor = ByteCursor(bytes)
        try cursor.skip(10)
        let offset = try cursor.readInt(UInt32.self)
        let headerSize = try cursor.readInt(UInt32.self)
        var colorCount = 0
        if headerSize == 12 {
            width = try cursor.readInt(UInt16.self)
            height = try cursor.readInt(UInt16.self)
            isTopDown = false
            try cursor.skip(2)
            depth = try cursor.readInt(UInt16.self)
            compression = .none
        } else {
            width = try cursor.readInt(Int32.self)
            let signedHeight = try cursor.readInt(Int32.self)
            height = abs(signedHeight)
            isTopDown = signedHeight < 0
            try cursor.skip(2)
            depth = try cursor.readInt(UInt16.self)
            let number = try cursor.read(UInt32.self)
            guard let compression = Compression(rawValue: number), headerSize != 64 || number < 3
            else {
                throw StrataError("its compression is of kind \(number), which is not supported")
            }
            self.compression = compression
            try cursor.skip(12)
            colorCount = try cursor.readInt(UInt32.self)
            try cursor.skip(4)
        }
        let fits =
            switch compression {
            case .none: [1, 4, 8, 16, 24, 32].contains(depth)
            case .runs8: depth == 8
            case .runs4: depth == 4
            case .masks: depth == 16 || depth == 32
            }
        guard fits, !isTopDown || compression == .none || compression == .masks else {
            throw StrataError(
                "it has \(depth) bits per pixel with compression \(compression.rawValue), which is not"
                    + " supported")
        }
        try Image.check(height: height, width: width, channels: 4)

        // Masks follow a short header, and are a part of longer ones.
        var end = 14 + headerSize
        if compression == .masks {
            masks = try (0..<(headerSize >= 56 ? 4 : 3)).map { _ in try cursor.read(UInt32.self) }
            end = max(end, 14 + 40 + 12)
        } else {
            masks = depth == 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]
        }
        if depth <= 8 {
            let entrySize = headerSize == 12 ? 3 : 4
            // Where the number is missing or too large, what lies before the pixels is the palette.
            let largest = 1 << depth
            if colorCount == 0 || colorCount > largest { colorCount = largest }
            let room = max(0, (offset > end ? offset : bytes.count) - end) / entrySize
            colorCount = min(colorCount, room)
            guard let entries = bytes.slice(at: end, count: colorCount * entrySize) else {
                throw StrataError("it is cut short")
            }
            palette = (0..<colorCount).map {
                let start = $0 * entrySize
                return (entries[start + 2], entries[start + 1], entries[start])
            }
            end += colorCount * entrySize
        } else {
            palette = []
        }
        dataOffset = offset == 0 ? end : offset
    }

    /// Pixels that are numbers of colours.
    func paletteColors(_ data: UnsafeRawBufferPointer) throws -> Image {
        let stride = try rowStride(data)
        return try image { row, column in
            let bit = column * depth
            return Int(data[row * stride + bit / 8]) >> (8 - depth - bit % 8) & (1 << depth - 1)
        }
    }

    /// A picture of colours of the palette.
    /// - Parameter index: the number of the colour at a row, in the file's order, and a column.
    func image(_ index: (Int, Int) throws -> Int) throws -> Image {
        try Image(height: height, width: width, channels: 3) { result in
            for row in 0..<height {
                var target = (isTopDown ? row : height - 1 - row) * width * 3
                for column in 0..<width {
                    let number = try index(row, column)
                    guard number < palette.count else {
                        throw StrataError(
                            "it uses the colour \(number) of a palette of \(palette.count)")
                    }
                    let color = palette[number]
                    (result[target], result[target + 1], result[target + 2]) = (
                        color.red, color.green, color.blue
                    )
                    target += 3
                }
            }
        }
    }

    /// Pixels that are colours.
    func colors(_ data: UnsafeRawBufferPointer) throws -> Image {
        let stride = try rowStride(data)
        let masks = masks.count == 4 && masks[3] == 0 ? Array(masks.prefix(3)) : masks
        let channels = masks.map { mask in
            (
                mask: mask, shift: UInt32(mask == 0 ? 0 : mask.trailingZeroBitCount),
                largest: max(1, mask >> UInt32(mask == 0 ? 0 : mask.trailingZeroBitCount))
            )
        }
        let size = depth / 8
        return Image(height: height, width: width, channels: channels.count) { result in
            var target = 0
            for row in 0..<height {
                var source = (isTopDown ? row : height - 1 - row) * stride
                for _ in 0..<width {
                    var pixel: UInt32 = 0
                    for byte in 0..<size {
                        pixel |= UInt32(data[source + byte]) << UInt32(8 * byte)
                    }
                    for channel in channels {
                        let value = UInt64((pixel & channel.mask) >> channel.shift)
                        result[target] = UInt8(value * 255 / UInt64(channel.largest))
                        target += 1
                    }
                    source += size
                }
            }
        }
    }

    /// The bytes from a row to the next one, of which all rows have to be there.
    private func rowStride(_ data: UnsafeRawBufferPointer) throws -> Int {
        let stride = (width * depth + 31) / 32 * 4
        // The last row may lack what fills it up.
        guard stride * (height - 1) + (width * depth + 7) / 8 <= data.count else {
            throw StrataError("it is cut short")
        }
        return stride
    }
}

/// Pixels in runs: pairs of a length and a colour, or, for 4 bits, two alternating colours.
private enum BMPRuns {
    static func decode(_ data: UnsafeRawBufferPointer, height: Int, width: Int, isHalved: Bool)
        throws
        -> [UInt8]
    {
        var result = [UInt8](repeating: 0, count: height * width)
        var cursor = ByteCursor(data)
        var (row, column) = (0, 0)
        func put(_ value: UInt8) {
            // Runs may end beyond the border, where nothing is shown.
            if row < height, column < width { result[row * width + column] = value }
            column += 1
        }
        while row < height {
            let count = try cursor.readInt(UInt8.self)
            let value = try cursor.read(UInt8.self)
            if count > 0 {
                for index in 0..<count {
                    put(!isHalved ? value : index.isMultiple(of: 2) ? value >> 4 : value & 15)
                }
                continue
            }
            switch value {
            case 0: (row, column) = (row + 1, 0)
            case 1: return result
            case 2:
                column += try cursor.readInt(UInt8.self)
                row += try cursor.readInt(UInt8.self)
            default:  // As many colours as the number says, filled up to an even number of bytes.
                let size = isHalved ? (Int(value) + 1) / 2 : Int(value)
                let bytes = try cursor.take((size + 1) / 2 * 2)
                for index in 0..<Int(value) {
                    put(
                        !isHalved
                            ? bytes[index]
                            : index.isMultiple(of: 2)
                                ? bytes[index / 2] >> 4 : bytes[index / 2] & 15)
                }
            }
        }
        return result
    }
}
