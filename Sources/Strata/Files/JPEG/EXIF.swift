/// What cameras write into pictures (Exif 2.3), as far as it changes how these are shown.
enum EXIF {
    /// How the picture is turned: 1, upright, to 8.
    /// - Parameter bytes: the content of the segment after its name: a TIFF file.
    /// - Returns: nil if that is not said.
    static func orientation(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 8 else { return nil }
        let isLittleEndian: Bool
        switch (bytes[0], bytes[1]) {
        case (UInt8(ascii: "I"), UInt8(ascii: "I")): isLittleEndian = true
        case (UInt8(ascii: "M"), UInt8(ascii: "M")): isLittleEndian = false
        default: return nil
        }
        func number(_ size: Int, at offset: Int) -> Int? {
            bytes.slice(at: offset, count: size).map { slice in
                (isLittleEndian ? Array(slice.reversed()) : Array(slice))
                    .reduce(0) { $0 << 8 | Int($1) }
            }
        }
        guard number(2, at: 2) == 42, let directory = number(4, at: 4),
            let count = number(2, at: directory)
        else { return nil }
        for index in 0..<count {
            let entry = directory + 2 + 12 * index
            guard let tag = number(2, at: entry) else { return nil }
            // 3 is the type of numbers of two bytes.
            guard tag == 0x0112, number(2, at: entry + 2) == 3 else { continue }
            return number(2, at: entry + 8).flatMap { (1...8).contains($0) ? $0 : nil }
        }
        return nil
    }
}

extension Image {
    /// The picture turned upright, of which EXIF says how it lies: 2 to 4 mirrored or upside down, 5
    /// to 8 likewise with rows and columns exchanged.
    func oriented(_ orientation: Int) -> Image {
        guard (2...8).contains(orientation) else { return self }
        let isTransposed = orientation > 4
        let (height, width, channels) = (height, width, channels)
        let (rows, columns) = isTransposed ? (width, height) : (height, width)
        // Where the first pixel is read, and the steps to the next column and row.
        let fromRight = [2, 3, 7, 8].contains(orientation)
        let fromBelow = [3, 4, 6, 7].contains(orientation)
        let start = (fromBelow ? (height - 1) * width : 0) + (fromRight ? width - 1 : 0)
        let (across, down) = (fromRight ? -1 : 1, fromBelow ? -width : width)
        let (columnStep, rowStep) = isTransposed ? (down, across) : (across, down)
        return withPixels { source in
            Image(height: rows, width: columns, channels: channels) { result in
                var place = 0
                for row in 0..<rows {
                    var pixel = (start + row * rowStep) * channels
                    for _ in 0..<columns {
                        for channel in 0..<channels {
                            result[place + channel] = source[pixel + channel]
                        }
                        place += channels
                        pixel += columnStep * channels
                    }
                }
            }
        }
    }
}
