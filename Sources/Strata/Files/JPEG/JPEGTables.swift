/// The tables that a file has defined so far.
struct JPEGTables {
    /// By number: what coefficients are multiplied by, in rows.
    private(set) var quantization = [[UInt16]?](repeating: nil, count: 4)
    /// The codes for the first coefficients of blocks, by number, and for the others.
    private(set) var first = [JPEGHuffmanTable?](repeating: nil, count: 4)
    private(set) var others = [JPEGHuffmanTable?](repeating: nil, count: 4)
    /// How many units there are between restart markers; 0 without.
    var restartInterval = 0

    /// The order in which a file has the 64 coefficients of a block: their places in rows. 16 more
    /// places are the last one, so that a run may lead a little too far.
    static let order: [UInt8] =
        [
            0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34,
            27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37,
            44,
            51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
        ] + [UInt8](repeating: 63, count: 16)

    /// Reads one or more quantization tables, of 8 or 16 bits.
    mutating func readQuantization(_ content: UnsafeRawBufferPointer) throws {
        var offset = 0
        while offset < content.count {
            let (isWide, number) = (content[offset] >> 4, Int(content[offset] & 15))
            let size = isWide == 0 ? 1 : 2
            guard isWide <= 1, number < 4,
                let numbers = content.slice(at: offset + 1, count: 64 * size)
            else { throw StrataError("its quantization tables are damaged") }
            var table = [UInt16](repeating: 0, count: 64)
            for index in 0..<64 {
                table[Int(Self.order[index])] = UInt16(
                    size == 1 ? Int(numbers[index]) : numbers.bigEndian16(at: 2 * index))
            }
            quantization[number] = table
            offset += 1 + 64 * size
        }
    }

    /// Reads one or more Huffman tables.
    mutating func readHuffman(_ content: UnsafeRawBufferPointer) throws {
        var offset = 0
        while offset < content.count {
            let (kind, number) = (content[offset] >> 4, Int(content[offset] & 15))
            guard kind <= 1, number < 4, let counts = content.slice(at: offset + 1, count: 16)
            else { throw StrataError("its Huffman tables are damaged") }
            let total = counts.reduce(0) { $0 + Int($1) }
            guard total <= 256, let symbols = content.slice(at: offset + 17, count: total) else {
                throw StrataError("its Huffman tables are damaged")
            }
            let table = try JPEGHuffmanTable(counts: counts, symbols: symbols)
            if kind == 0 {
                first[number] = table
            } else {
                others[number] = table
            }
            offset += 17 + total
        }
    }
}

/// A Huffman code, made for decoding: a lookup by the next 9 bits gives the symbol and, if it fits
/// in them, the coefficient that follows it.
final class JPEGHuffmanTable {
    static let lookupBits = 9

    /// For each value of the next 9 bits: how many of them are used (bits 0 to 7; 0 if the code is
    /// longer), the run of zeros before the coefficient (8 to 11), the bits of the coefficient that
    /// are still to be read (12 to 15), and the coefficient if there are none (16 to 31).
    let lookup: UnsafeMutablePointer<UInt32>
    /// For each length of code: the largest code, or -1, and what is added to a code to get the
    /// place of its symbol.
    private var largest = [Int](repeating: -1, count: 17)
    private var offsets = [Int](repeating: 0, count: 17)
    private let symbols: [UInt8]

    init(counts: UnsafeRawBufferPointer, symbols: UnsafeRawBufferPointer) throws {
        self.symbols = Array(symbols)
        lookup = .allocate(capacity: 1 << Self.lookupBits)
        lookup.initialize(repeating: 0, count: 1 << Self.lookupBits)
        var code = 0
        var place = 0
        for length in 1...16 {
            let count = Int(counts[length - 1])
            guard code + count <= 1 << length else {
                throw StrataError("its Huffman tables are damaged")
            }
            if count > 0 {
                offsets[length] = place - code
                largest[length] = code + count - 1
                if length <= Self.lookupBits {
                    for index in 0..<count {
                        fill(code + index, length, symbols[place + index])
                    }
                }
            }
            code = (code + count) << 1
            place += count
        }
    }

    deinit { lookup.deallocate() }

    /// Fills in all values that begin with a code.
    private func fill(_ code: Int, _ length: Int, _ symbol: UInt8) {
        let rest = Self.lookupBits - length
        let size = Int(symbol & 15)
        let entry = Self.entry(symbol, length: length)
        let start = lookup + code << rest
        guard size > 0, size <= rest else {
            for index in 0..<1 << rest { start[index] = entry }
            return
        }
        // All of the coefficient is there.
        let unused = rest - size
        let head = UInt32(length + size) | UInt32(symbol >> 4) << 8
        for bits in 0..<1 << size {
            let value = bits < 1 << (size - 1) ? bits - 1 << size + 1 : bits
            let entry = head | UInt32(UInt16(truncatingIfNeeded: value)) << 16
            for index in 0..<1 << unused { start[bits << unused + index] = entry }
        }
    }

    private static func entry(_ symbol: UInt8, length: Int) -> UInt32 {
        UInt32(length) | UInt32(symbol >> 4) << 8 | UInt32(symbol & 15) << 12
    }

    /// The entry of a code of more than 9 bits, which the next 16 bits begin with; 0 if there is none.
    func longEntry(_ bits: Int) -> UInt32 {
        for length in Self.lookupBits + 1...16 {
            let code = bits >> (16 - length)
            guard code <= largest[length] else { continue }
            let place = code + offsets[length]
            guard symbols.indices.contains(place) else { return 0 }
            return Self.entry(symbols[place], length: length)
        }
        return 0
    }
}
