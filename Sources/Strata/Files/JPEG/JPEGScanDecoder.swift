/// Decodes the data of a scan, a row of units at a time, into blocks of 64 coefficients in rows.
struct JPEGScanDecoder {
    /// Where the blocks of a component are.
    struct Blocks {
        /// The first block of the first row of units.
        let start: UnsafeMutablePointer<Int16>
        /// The blocks from a row to the next one.
        let columns: Int
    }

    private let scan: JPEGScan
    private let restartInterval: Int
    private let order: UnsafePointer<UInt8>
    private var bits: JPEGBits
    /// The first coefficients of the blocks before, by component: the next one's is a difference.
    private var predictions: [Int]
    /// How many of the next blocks have no further coefficients.
    private var emptyCount = 0
    /// The units until the next restart marker, and its number.
    private var unitsLeft: Int
    private var restartNumber: UInt8 = 0

    /// - Parameter order: the places of coefficients, ``JPEGTables/order``.
    init(
        _ scan: JPEGScan, _ tables: JPEGTables, _ data: UnsafeBufferPointer<UInt8>,
        order: UnsafePointer<UInt8>
    ) {
        self.scan = scan
        self.order = order
        restartInterval = tables.restartInterval
        unitsLeft = restartInterval
        // An empty buffer may have no address.
        bits =
            data.baseAddress.map { JPEGBits($0, end: $0 + data.count) }
            ?? JPEGBits(order, end: order)
        predictions = [Int](repeating: 0, count: scan.components.count)
    }

    /// Where the data that were not taken up begin.
    var next: UnsafePointer<UInt8> { bits.next }

    /// Decodes a row of units.
    /// - Parameters:
    ///   - row: the row that it has in `blocks`.
    ///   - blocks: for each component of the scan.
    mutating func decode(row: Int, into blocks: [Blocks]) throws {
        for unit in 0..<scan.unitColumns {
            if restartInterval > 0 {
                if unitsLeft == 0 { try restart() }
                unitsLeft -= 1
            }
            for place in blocks.indices {
                let (component, blocks) = (scan.components[place], blocks[place])
                for y in 0..<component.vertical {
                    let line = (row * component.vertical + y) * blocks.columns
                    for x in 0..<component.horizontal {
                        let block =
                            blocks.start + (line + unit * component.horizontal + x) * 64
                        switch scan.kind {
                        case .sequential: try decodeAll(block, place, component)
                        case .first: try decodeFirst(block, place, component)
                        case .firstRefined: refineFirst(block)
                        case .others: try decodeOthers(block, component.others!)
                        case .othersRefined: try refineOthers(block, component.others!)
                        }
                    }
                }
            }
            if bits.isOverrun {
                throw bits.isAtEndOfFile ? StrataError("it is cut short") : Self.damage()
            }
        }
    }

    private mutating func restart() throws {
        guard bits.restart(restartNumber) else {
            throw bits.isAtEndOfFile ? StrataError("it is cut short") : Self.damage()
        }
        restartNumber = (restartNumber + 1) & 7
        unitsLeft = restartInterval
        emptyCount = 0
        for place in predictions.indices { predictions[place] = 0 }
    }

    @inline(never)
    private static func damage() -> StrataError { StrataError("its compressed data are damaged") }

    /// What the next bits, of which there are at least 16, mean: see ``JPEGHuffmanTable/lookup``. The
    /// bits that it tells are taken.
    @inline(__always)
    private static func next(
        _ bits: inout JPEGBits, _ lookup: UnsafeMutablePointer<UInt32>, _ table: JPEGHuffmanTable
    ) throws -> UInt32 {
        var entry = lookup[bits.peek(JPEGHuffmanTable.lookupBits)]
        if entry == 0 {
            entry = table.longEntry(bits.peek(16))
            if entry == 0 { throw damage() }
        }
        bits.skip(Int(entry & 0xff))
        return entry
    }

    /// The coefficient of an entry; 0 if it has none.
    @inline(__always)
    private static func coefficient(_ entry: UInt32, _ bits: inout JPEGBits) -> Int {
        let size = Int(entry &>> 12 & 15)
        return size > 0 ? bits.takeCoefficient(size) : Int(Int32(bitPattern: entry) &>> 16)
    }

    /// The first coefficient of the next block of a component.
    @inline(__always)
    private mutating func takeFirst(
        _ bits: inout JPEGBits, _ place: Int, _ table: JPEGHuffmanTable
    ) throws -> Int {
        bits.fill()
        let entry = try Self.next(&bits, table.lookup, table)
        guard entry & 0xf00 == 0 else { throw Self.damage() }
        predictions[place] &+= Self.coefficient(entry, &bits)
        return predictions[place]
    }

    private mutating func decodeAll(
        _ block: UnsafeMutablePointer<Int16>, _ place: Int, _ component: JPEGScan.Component
    ) throws {
        var bits = bits
        defer { self.bits = bits }
        block[0] = Int16(truncatingIfNeeded: try takeFirst(&bits, place, component.first!))
        let table = component.others!
        let lookup = table.lookup
        var index = 1
        while index < 64 {
            bits.fill()
            let entry = try Self.next(&bits, lookup, table)
            let run = Int(entry &>> 8 & 15)
            let value = Self.coefficient(entry, &bits)
            if value == 0 {
                // 16 zeros, or nothing but zeros.
                guard run == 15 else { break }
                index &+= 16
                continue
            }
            index &+= run
            guard index < 64 else { throw Self.damage() }
            block[Int(order[index])] = Int16(truncatingIfNeeded: value)
            index &+= 1
        }
    }

    private mutating func decodeFirst(
        _ block: UnsafeMutablePointer<Int16>, _ place: Int, _ component: JPEGScan.Component
    ) throws {
        var bits = bits
        defer { self.bits = bits }
        let value = try takeFirst(&bits, place, component.first!)
        block[0] = Int16(truncatingIfNeeded: value &<< scan.low)
    }

    private mutating func refineFirst(_ block: UnsafeMutablePointer<Int16>) {
        bits.fill()
        if bits.take(1) == 1 { block[0] |= 1 &<< Int16(scan.low) }
    }

    private mutating func decodeOthers(
        _ block: UnsafeMutablePointer<Int16>, _ table: JPEGHuffmanTable
    ) throws {
        if emptyCount > 0 {
            emptyCount &-= 1
            return
        }
        var bits = bits
        defer { self.bits = bits }
        let lookup = table.lookup
        let end = scan.band.upperBound
        var index = scan.band.lowerBound
        while index <= end {
            bits.fill()
            let entry = try Self.next(&bits, lookup, table)
            let run = Int(entry &>> 8 & 15)
            let value = Self.coefficient(entry, &bits)
            if value == 0 {
                if run == 15 {
                    index &+= 16
                    continue
                }
                emptyCount = Self.takeEmptyCount(run, &bits) &- 1
                break
            }
            index &+= run
            guard index <= end else { throw Self.damage() }
            block[Int(order[index])] = Int16(truncatingIfNeeded: value &<< scan.low)
            index &+= 1
        }
    }

    /// How many blocks have no further coefficients, this one included.
    @inline(__always)
    private static func takeEmptyCount(_ size: Int, _ bits: inout JPEGBits) -> Int {
        guard size > 0 else { return 1 }
        bits.fill()
        return 1 &<< size &+ bits.take(size)
    }

    /// Adds a bit to the coefficients of a block that are not zero, and finds those that become so.
    private mutating func refineOthers(
        _ block: UnsafeMutablePointer<Int16>, _ table: JPEGHuffmanTable
    ) throws {
        var bits = bits
        defer { self.bits = bits }
        let bit = Int16(1) &<< Int16(scan.low)
        let end = scan.band.upperBound
        var index = scan.band.lowerBound
        while emptyCount == 0, index <= end {
            bits.fill()
            let entry = try Self.next(&bits, table.lookup, table)
            let run = Int(entry &>> 8 & 15)
            let value = Self.coefficient(entry, &bits)
            guard (-1...1).contains(value) else { throw Self.damage() }
            if value == 0, run < 15 {
                emptyCount = Self.takeEmptyCount(run, &bits)
                break
            }
            index = refine(block, from: index, zeros: run, bit, &bits)
            if value != 0 {
                guard index <= end else { throw Self.damage() }
                block[Int(order[index])] = value > 0 ? bit : -bit
            }
            index &+= 1
        }
        if emptyCount > 0 {
            _ = refine(block, from: index, zeros: 64, bit, &bits)
            emptyCount &-= 1
        }
    }

    /// Reads a bit for each coefficient that is not zero, past `zeros` that are.
    /// - Returns: the next one that is zero; the end of the band if there is none.
    @inline(__always)
    private func refine(
        _ block: UnsafeMutablePointer<Int16>, from start: Int, zeros: Int, _ bit: Int16,
        _ bits: inout JPEGBits
    ) -> Int {
        var index = start
        var zeros = zeros
        while index <= scan.band.upperBound {
            let place = block + Int(order[index])
            if place.pointee == 0 {
                if zeros == 0 { break }
                zeros &-= 1
            } else {
                bits.fill()
                if bits.take(1) == 1, place.pointee & bit == 0 {
                    place.pointee &+= place.pointee > 0 ? bit : -bit
                }
            }
            index &+= 1
        }
        return index
    }
}
