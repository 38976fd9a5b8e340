/// What the header of a scan says: which components its data are of, and which of their
/// coefficients.
struct JPEGScan {
    struct Component {
        /// The place in the frame.
        let index: Int
        /// How many blocks of it a unit has along each side: 1 if the scan has no other component.
        let horizontal: Int
        let vertical: Int
        /// The codes of first coefficients and of the others, as far as the scan needs them.
        let first: JPEGHuffmanTable?
        let others: JPEGHuffmanTable?
    }

    /// What is done with a block of the scan.
    enum Kind {
        /// All 64 coefficients at once.
        case sequential
        /// The upper bits of the first coefficient, or of others.
        case first, others
        /// One more bit of these.
        case firstRefined, othersRefined
    }

    let kind: Kind
    let components: [Component]
    let unitColumns: Int
    let unitRows: Int
    /// The coefficients, in the file's order.
    let band: ClosedRange<Int>
    /// The bits that are known before and after the scan: those above this one.
    let high: Int
    let low: Int

    init(_ content: UnsafeRawBufferPointer, frame: JPEGFrame, tables: JPEGTables) throws {
        let damaged = StrataError("a scan header is damaged")
        guard let count = content.first.map(Int.init), (1...4).contains(count),
            content.count == 4 + 2 * count
        else { throw damaged }
        let (start, end) = (Int(content[1 + 2 * count]), Int(content[2 + 2 * count]))
        let (high, low) = (Int(content[3 + 2 * count] >> 4), Int(content[3 + 2 * count] & 15))
        if frame.isProgressive {
            // Of other coefficients than the first a scan has those of one component.
            guard start <= end, end < 64, start > 0 ? count == 1 : end == 0, low <= 13,
                high == 0 || high == low + 1
            else { throw damaged }
            (band, self.high, self.low) = (start...end, high, low)
            kind =
                start == 0
                ? (high == 0 ? .first : .firstRefined) : (high == 0 ? .others : .othersRefined)
        } else {
            (band, self.high, self.low) = (0...63, 0, 0)
            kind = .sequential
        }
        let (needsFirst, needsOthers) =
            switch kind {
            case .sequential: (true, true)
            case .first: (true, false)
            case .firstRefined: (false, false)
            case .others, .othersRefined: (false, true)
            }
        func table(_ number: Int, of tables: [JPEGHuffmanTable?]) throws -> JPEGHuffmanTable {
            guard number < 4 else { throw damaged }
            guard let table = tables[number] else {
                throw StrataError("it lacks a Huffman table that it uses")
            }
            return table
        }
        components = try (0..<count).map { place in
            let (identifier, codes) = (content[1 + 2 * place], Int(content[2 + 2 * place]))
            guard
                let index = frame.components.firstIndex(where: { $0.identifier == identifier })
            else { throw damaged }
            let component = frame.components[index]
            return Component(
                index: index, horizontal: count == 1 ? 1 : component.horizontal,
                vertical: count == 1 ? 1 : component.vertical,
                first: needsFirst ? try table(codes >> 4, of: tables.first) : nil,
                others: needsOthers ? try table(codes & 15, of: tables.others) : nil)
        }
        guard Set(components.map(\.index)).count == count else { throw damaged }
        let alone = frame.components[components[0].index]
        unitColumns = count == 1 ? alone.columns : frame.unitColumns
        unitRows = count == 1 ? alone.rows : frame.unitRows
    }
}
