/// PNG, the image format (ISO/IEC 15948): reading of every colour type at 1 to 16 bits, not
/// interlaced; writing of 1 to 4 channels of bytes.
package enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    /// The picture in the bytes of a file. A palette becomes its colours, numbers of fewer than 8
    /// bits are spread over 0...255, and of 16 bits the upper 8 are kept.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
        guard bytes.starts(with: signature) else { throw StrataError("it is not a PNG file") }
        var chunks = ChunkReader(bytes, offset: signature.count)
        guard let first = try chunks.next(), first.name == "IHDR" else {
            throw StrataError("its header does not come first")
        }
        let header = try PNGHeader(first.content)
        var palette: [UInt8] = []
        var opacities: [UInt8] = []
        var data: [UInt8] = []
        while let chunk = try chunks.next() {
            switch chunk.name {
            case "IHDR": throw StrataError("it has two headers")
            case "PLTE":
                guard chunk.content.count.isMultiple(of: 3), chunk.content.count <= 768 else {
                    throw StrataError("its palette is \(chunk.content.count) bytes long")
                }
                palette = Array(chunk.content)
            case "tRNS": opacities = Array(chunk.content)
            case "IDAT": data += chunk.content
            case "IEND":
                return try header.image(
                    data, PNGPalette(colors: palette, opacities: opacities))
            default:
                // A small first letter marks a part that may be skipped.
                guard chunk.name.first?.isLowercase == true else {
                    throw StrataError("it has a part of the unknown kind \(chunk.name)")
                }
            }
        }
        throw StrataError("it ends before its end mark")
    }

    /// The bytes of a file with the picture.
    package static func encode(_ image: Image) -> [UInt8] {
        let rowCount = image.width * image.channels
        var rows: [UInt8] = []
        rows.reserveCapacity((rowCount + 1) * image.height)
        let nothing = [UInt8](repeating: 0, count: rowCount)
        image.withPixels { pixels in
            nothing.withUnsafeBufferPointer { nothing in
                let pixels = pixels.bindMemory(to: UInt8.self)
                var above = nothing
                for y in 0..<image.height {
                    let row = UnsafeBufferPointer(
                        rebasing: pixels[y * rowCount..<(y + 1) * rowCount])
                    PNGFilter.appendBest(row, above: above, pixelSize: image.channels, to: &rows)
                    above = row
                }
            }
        }
        var header: [UInt8] = []
        header += bigEndian(image.width) + bigEndian(image.height)
        header += [8, [0, 4, 2, 6][image.channels - 1], 0, 0, 0]
        let data = rows.withUnsafeBytes { Deflate.compress($0, .zlib) }
        return signature + chunk("IHDR", header) + chunk("IDAT", data) + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let named = name.utf8 + content
        let checksum = named.withUnsafeBytes { crc32(of: $0) }
        return bigEndian(content.count) + named + bigEndian(Int(checksum))
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

/// Goes through the parts of a file.
private struct ChunkReader {
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

private struct PNGPalette {
    let colors: [UInt8]
    let opacities: [UInt8]
}

/// What the first part of a file says of its pixels.
private struct PNGHeader {
    let width: Int
    let height: Int
    let depth: Int
    let colorType: Int
    /// How many numbers a pixel has in the file.
    let samples: Int

    init(_ content: UnsafeRawBufferPointer) throws {
        guard content.count == 13, let width = content.littleEndian(UInt32.self, at: 0),
            let height = content.littleEndian(UInt32.self, at: 4)
        else { throw StrataError("its header is \(content.count) bytes long, and 13 are expected") }
        self.width = Int(width.byteSwapped)
        self.height = Int(height.byteSwapped)
        depth = Int(content[8])
        colorType = Int(content[9])
        let kinds: [Int: (samples: Int, depths: [Int])] = [
            0: (1, [1, 2, 4, 8, 16]), 2: (3, [8, 16]), 3: (1, [1, 2, 4, 8]), 4: (2, [8, 16]),
            6: (4, [8, 16]),
        ]
        guard let kind = kinds[colorType], kind.depths.contains(depth) else {
            throw StrataError("its colours are of type \(colorType) with \(depth) bits")
        }
        samples = kind.samples
        guard content[10] == 0, content[11] == 0 else {
            throw StrataError("its compression or filtering is of an unknown kind")
        }
        guard content[12] == 0 else {
            throw StrataError("it is interlaced, which is not supported: save it without")
        }
        try Image.check(height: self.height, width: self.width, channels: max(samples, 4) * 2)
    }

    func image(_ data: [UInt8], _ palette: PNGPalette) throws -> Image {
        let rowCount = (width * samples * depth + 7) / 8
        let rows = try data.withUnsafeBytes {
            try Deflate.decompress($0, .zlib, count: (rowCount + 1) * height)
        }
        guard colorType != 3 || !palette.colors.isEmpty else {
            throw StrataError("it has no palette")
        }
        let channels = colorType != 3 ? samples : palette.opacities.isEmpty ? 3 : 4
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * channels)
        var above = [UInt8](repeating: 0, count: rowCount)
        for y in 0..<height {
            let start = y * (rowCount + 1)
            var row = Array(rows.bytes[start + 1..<start + 1 + rowCount])
            try PNGFilter.undo(
                rows.bytes[start], &row, above: above, pixelSize: max(1, samples * depth / 8))
            switch (colorType, depth) {
            case (3, _): try append(indices(row), palette, to: &pixels)
            case (_, 8): pixels += row
            case (_, 16): pixels += stride(from: 0, to: rowCount, by: 2).map { row[$0] }
            default: pixels += indices(row).map { UInt8($0 * 255 / (1 << depth - 1)) }
            }
            above = row
        }
        return Image(height: height, width: width, channels: channels, pixels: pixels)
    }

    /// The numbers of a row of one number a pixel, packed from the upper bits down.
    private func indices(_ row: [UInt8]) -> [Int] {
        (0..<width).map { x in
            let bit = x * depth
            return Int(row[bit / 8]) >> (8 - depth - bit % 8) & (1 << depth - 1)
        }
    }

    private func append(_ indices: [Int], _ palette: PNGPalette, to pixels: inout [UInt8]) throws {
        for index in indices {
            guard index * 3 + 2 < palette.colors.count else {
                throw StrataError(
                    "it uses the colour \(index) of a palette of \(palette.colors.count / 3)")
            }
            pixels += palette.colors[index * 3..<index * 3 + 3]
            if !palette.opacities.isEmpty {
                pixels.append(index < palette.opacities.count ? palette.opacities[index] : 255)
            }
        }
    }
}

/// How bytes are predicted from their neighbours: what is compressed is the differences.
private enum PNGFilter {
    /// Turns a filtered row into the row it was made from.
    static func undo(
        _ filter: UInt8, _ row: inout [UInt8], above: [UInt8], pixelSize: Int
    ) throws {
        guard filter <= 4 else { throw StrataError("a row has the unknown filter \(filter)") }
        guard filter > 0 else { return }
        row.withUnsafeMutableBufferPointer { row in
            above.withUnsafeBufferPointer { above in
                for index in row.indices {
                    row[index] &+= prediction(filter, .init(row), above, index, pixelSize)
                }
            }
        }
    }

    /// Appends the filter's number and the filtered row, by the filter whose differences are smallest.
    static func appendBest(
        _ row: UnsafeBufferPointer<UInt8>, above: UnsafeBufferPointer<UInt8>, pixelSize: Int,
        to result: inout [UInt8]
    ) {
        var best: UInt8 = 0
        var least = Int.max
        for filter in UInt8(0)...4 {
            var sum = 0
            for index in row.indices where sum < least {
                let difference = row[index] &- prediction(filter, row, above, index, pixelSize)
                sum += Int(Int8(bitPattern: difference).magnitude)
            }
            if sum < least {
                least = sum
                best = filter
            }
        }
        result.append(best)
        for index in row.indices {
            result.append(row[index] &- prediction(best, row, above, index, pixelSize))
        }
    }

    @inline(__always)
    private static func prediction(
        _ filter: UInt8, _ row: UnsafeBufferPointer<UInt8>, _ above: UnsafeBufferPointer<UInt8>,
        _ index: Int, _ pixelSize: Int
    ) -> UInt8 {
        let left = index >= pixelSize ? row[index - pixelSize] : 0
        let up = above[index]
        switch filter {
        case 1: return left
        case 2: return up
        case 3: return UInt8((Int(left) + Int(up)) / 2)
        case 4:
            // Paeth's predictor: of left, up and corner the one nearest to left + up - corner.
            let corner = index >= pixelSize ? above[index - pixelSize] : 0
            let (a, b, c) = (Int(left), Int(up), Int(corner))
            let (pa, pb, pc) = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
            return pa <= pb && pa <= pc ? left : pb <= pc ? up : corner
        default: return 0
        }
    }
}
