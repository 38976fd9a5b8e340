/// The first chunk of a PNG file: the size of the picture and how its pixels are stored.
struct PNGHeader {
    let width: Int
    let height: Int
    /// Bits per number.
    let depth: Int
    /// 0 grey, 2 RGB, 3 palette, 4 grey with opacity, 6 RGB with opacity.
    let colorType: Int
    /// How many numbers a pixel has in the file.
    let samples: Int
    let isInterlaced: Bool

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
        guard content[10] == 0, content[11] == 0, content[12] <= 1 else {
            throw StrataError("its compression, filtering or interlacing is of an unknown kind")
        }
        isInterlaced = content[12] == 1
        try Image.check(height: self.height, width: self.width, channels: max(samples, 4) * 2)
    }

    /// The bytes of a row of `count` pixels.
    func rowByteCount(_ count: Int) -> Int { (count * samples * depth + 7) / 8 }

    /// The pictures that the file stores one after the other: the whole, or, if it is interlaced, the
    /// seven parts of Adam7, without those that have no pixels.
    var passes: [PNGPass] {
        let all =
            isInterlaced
            ? [
                (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                (0, 1, 1, 2),
            ] : [(0, 0, 1, 1)]
        return all.compactMap { x, y, stepX, stepY in
            guard width > x, height > y else { return nil }
            return PNGPass(
                x: x, y: y, stepX: stepX, stepY: stepY, width: (width - x - 1) / stepX + 1,
                height: (height - y - 1) / stepY + 1)
        }
    }
}

/// A part of a picture: every `stepX`-th pixel of every `stepY`-th row, from (`x`, `y`) on.
struct PNGPass {
    let x: Int
    let y: Int
    let stepX: Int
    let stepY: Int
    let width: Int
    let height: Int
}

/// Turns the data of a PNG file into a picture of bytes.
struct PNGPixels {
    private let header: PNGHeader
    /// Red, green, blue and opacity of all 256 colours of a palette; opaque black where the file has
    /// none, as in libpng.
    private let palette: [UInt8]
    /// The number that stands for full transparency, as its bytes in a row.
    private let colorKey: [UInt8]?
    private let channels: Int

    /// - Parameters:
    ///   - colors: the content of the chunk PLTE.
    ///   - transparency: the content of the chunk tRNS, if there is one.
    init(_ header: PNGHeader, colors: [UInt8], transparency: [UInt8]?) throws {
        self.header = header
        switch header.colorType {
        case 3:
            guard !colors.isEmpty else { throw StrataError("it has no palette") }
            let opacities = transparency ?? []
            palette = (0..<256).flatMap { index -> [UInt8] in
                guard index * 3 < colors.count else { return [0, 0, 0, 255] }
                let opacity = index < opacities.count ? opacities[index] : 255
                return colors[index * 3..<index * 3 + 3] + [opacity]
            }
            colorKey = nil
            channels = opacities.isEmpty ? 3 : 4
        case 0, 2:
            palette = []
            if let transparency, transparency.count != 2 * header.samples {
                throw StrataError(
                    "its transparent colour is \(transparency.count) bytes long, and "
                        + "\(2 * header.samples) are expected")
            }
            colorKey = transparency.map { Self.colorKey($0, depth: header.depth) }
            channels = header.samples + (colorKey == nil ? 0 : 1)
        default:
            // Pixels that have an opacity of their own need no transparent colour.
            palette = []
            colorKey = nil
            channels = header.samples
        }
    }

    /// Numbers of two bytes as numbers of `depth` bits; the other bits do not count.
    private static func colorKey(_ bytes: [UInt8], depth: Int) -> [UInt8] {
        guard depth < 16 else { return bytes }
        return stride(from: 1, to: bytes.count, by: 2).map { bytes[$0] & UInt8(1 << depth - 1) }
    }

    /// - Parameter data: the contents of all chunks IDAT.
    func image(_ data: [UInt8]) throws -> Image {
        let passes = header.passes
        let byteCount = passes.reduce(0) { $0 + (header.rowByteCount($1.width) + 1) * $1.height }
        let rows = try data.withUnsafeBytes {
            try Deflate.decompress($0, .zlib, count: byteCount)
        }
        let pixels = try ArrayData(
            shape: [header.height, header.width, channels], dtype: .uint8
        ) { pixels in
            try withExtendedLifetime(rows) {
                var rest = rows.bytes.bindMemory(to: UInt8.self)[...]
                for pass in passes {
                    let count = (header.rowByteCount(pass.width) + 1) * pass.height
                    try decode(
                        UnsafeBufferPointer(rebasing: rest.prefix(count)), pass,
                        to: pixels.bindMemory(to: UInt8.self).baseAddress!)
                    rest = rest.dropFirst(count)
                }
            }
        }
        return try Image(pixels)
    }

    private func decode(
        _ rows: UnsafeBufferPointer<UInt8>, _ pass: PNGPass, to pixels: UnsafeMutablePointer<UInt8>
    ) throws {
        let byteCount = header.rowByteCount(pass.width)
        let pixelSize = max(1, header.samples * header.depth / 8)
        var above = [UInt8](repeating: 0, count: byteCount)
        var row = above
        for index in 0..<pass.height {
            let start = index * (byteCount + 1)
            let filtered = UnsafeBufferPointer(rebasing: rows[start + 1..<start + 1 + byteCount])
            try PNGFilter.undo(
                rows[start], filtered, above: above, pixelSize: pixelSize, to: &row)
            let first = (pass.y + index * pass.stepY) * header.width + pass.x
            row.withUnsafeBufferPointer {
                expand(
                    $0.baseAddress!, count: pass.width, to: pixels + first * channels,
                    step: pass.stepX * channels)
            }
            swap(&row, &above)
        }
    }

    /// Writes the pixels of a row, `step` bytes apart.
    private func expand(
        _ row: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<UInt8>, step: Int
    ) {
        let (depth, samples) = (header.depth, header.samples)
        /// The number of a pixel of fewer than 8 bits; the first is in the upper bits.
        func packed(_ x: Int) -> Int {
            let bit = x * depth
            return Int(row[bit >> 3]) >> (8 - depth - bit & 7) & (1 << depth - 1)
        }
        switch (header.colorType, depth) {
        case (3, _):
            palette.withUnsafeBufferPointer { palette in
                for x in 0..<count {
                    let color = palette.baseAddress! + packed(x) * 4
                    (target + x * step).update(from: color, count: channels)
                }
            }
        case (_, ..<8):
            let scale = 255 / (1 << depth - 1)
            for x in 0..<count {
                let value = packed(x)
                target[x * step] = UInt8(value * scale)
                if let colorKey { target[x * step + 1] = value == Int(colorKey[0]) ? 0 : 255 }
            }
        default:
            let size = depth / 8
            if size == 1, colorKey == nil, step == channels {
                target.update(from: row, count: count * samples)
                return
            }
            for x in 0..<count {
                let (source, pixel) = (row + x * samples * size, target + x * step)
                for sample in 0..<samples { pixel[sample] = source[sample * size] }
                if let colorKey {
                    let isKey = colorKey.indices.allSatisfy { source[$0] == colorKey[$0] }
                    pixel[samples] = isKey ? 0 : 255
                }
            }
        }
    }
}
