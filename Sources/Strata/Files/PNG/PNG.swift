/// PNG, the image format (ISO/IEC 15948): reads every colour type at 1 to 16 bits, interlaced or not;
/// writes 1 to 4 channels of bytes.
package enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    /// The picture in the bytes of a file. A palette becomes its colours, numbers of fewer than 8
    /// bits are spread over 0...255, of 16 bits the upper 8 are kept, and a transparent colour becomes
    /// a channel of opacity.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
        guard bytes.starts(with: signature) else { throw StrataError("it is not a PNG file") }
        var chunks = PNGChunks(bytes, offset: signature.count)
        guard let first = try chunks.next(), first.name == "IHDR" else {
            throw StrataError("its header does not come first")
        }
        let header = try PNGHeader(first.content)
        var palette: [UInt8] = []
        var transparency: [UInt8]?
        var data: [UInt8] = []
        while let chunk = try chunks.next() {
            switch chunk.name {
            case "IHDR": throw StrataError("it has two headers")
            case "PLTE":
                guard chunk.content.count.isMultiple(of: 3), chunk.content.count <= 768 else {
                    throw StrataError("its palette is \(chunk.content.count) bytes long")
                }
                palette = Array(chunk.content)
            case "tRNS": transparency = Array(chunk.content)
            case "IDAT": data += chunk.content
            case "IEND":
                return try PNGPixels(header, colors: palette, transparency: transparency)
                    .image(data)
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
