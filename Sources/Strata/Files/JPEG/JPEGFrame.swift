/// One of the planes that a picture is made of, such as its brightness.
struct JPEGComponent {
    let identifier: UInt8
    /// How many blocks of it there are in a unit, along each side.
    let horizontal: Int
    let vertical: Int
    /// The number of its quantization table.
    let quantization: Int
    /// The blocks that have samples of the picture.
    let columns: Int
    let rows: Int
    /// The blocks of whole units.
    let paddedColumns: Int
    let paddedRows: Int
}

/// What a file says of its picture before the data.
struct JPEGFrame {
    let isProgressive: Bool
    let width: Int
    let height: Int
    let components: [JPEGComponent]
    /// The largest sampling factors: a unit is `8 * maxHorizontal` pixels wide.
    let maxHorizontal: Int
    let maxVertical: Int
    /// The units (MCUs) of the picture.
    let unitColumns: Int
    let unitRows: Int

    init(_ content: UnsafeRawBufferPointer, isProgressive: Bool, fileSize: Int) throws {
        guard content.count >= 6 else { throw StrataError("its frame header is damaged") }
        let bits = content[0]
        guard bits == 8 else {
            throw StrataError("it is JPEG of \(bits) bits, and only 8 bits are supported")
        }
        self.isProgressive = isProgressive
        let (height, width) = (content.bigEndian16(at: 1), content.bigEndian16(at: 3))
        let count = Int(content[5])
        guard [1, 3, 4].contains(count) else {
            throw StrataError("it has \(count) components, and 1, 3 or 4 are supported")
        }
        guard content.count == 6 + 3 * count else {
            throw StrataError("its frame header is damaged")
        }
        try Image.check(height: height, width: width, channels: count)

        var factors: [(horizontal: Int, vertical: Int)] = (0..<count).map {
            let byte = Int(content[7 + 3 * $0])
            return (byte >> 4, byte & 15)
        }
        guard
            factors.allSatisfy({ (1...4).contains($0.horizontal) && (1...4).contains($0.vertical) })
        else { throw StrataError("its sampling factors are damaged") }
        // A single component is not interleaved with another one: a unit is one block.
        if count == 1 { factors = [(1, 1)] }
        let maxHorizontal = factors.map(\.horizontal).max()!
        let maxVertical = factors.map(\.vertical).max()!
        guard
            factors.allSatisfy({
                maxHorizontal % $0.horizontal == 0 && maxVertical % $0.vertical == 0
            })
        else {
            let text = factors.map { "\($0.horizontal)×\($0.vertical)" }.joined(separator: ", ")
            throw StrataError("its sampling, \(text), is not supported")
        }
        let unitColumns = Self.quotient(width, 8 * maxHorizontal)
        let unitRows = Self.quotient(height, 8 * maxVertical)
        components = factors.enumerated().map { index, factor in
            let start = 6 + 3 * index
            return JPEGComponent(
                identifier: content[start], horizontal: factor.horizontal,
                vertical: factor.vertical, quantization: Int(content[start + 2]),
                columns: Self.quotient(width * factor.horizontal, 8 * maxHorizontal),
                rows: Self.quotient(height * factor.vertical, 8 * maxVertical),
                paddedColumns: unitColumns * factor.horizontal,
                paddedRows: unitRows * factor.vertical)
        }
        guard components.allSatisfy({ $0.quantization < 4 }),
            Set(components.map(\.identifier)).count == count
        else { throw StrataError("its frame header is damaged") }
        // Each block takes a bit at the least, so that a small file cannot ask for much memory.
        let blocks = components.reduce(0) { $0 + $1.columns * $1.rows }
        guard blocks / 8 <= fileSize else {
            throw StrataError(
                "its size is \(width)×\(height) pixels, too many for a file of \(fileSize) bytes")
        }
        self.width = width
        self.height = height
        self.maxHorizontal = maxHorizontal
        self.maxVertical = maxVertical
        self.unitColumns = unitColumns
        self.unitRows = unitRows
    }

    /// The quotient, rounded up.
    static func quotient(_ dividend: Int, _ divisor: Int) -> Int {
        (dividend + divisor - 1) / divisor
    }
}
