/// The bytes of an HDF5 file, with a budget for reading its structure.
///
/// An operation reads at most twice as many bytes of structure as the file has. A valid file needs each byte
/// once; in others, addresses form cycles or lead to the same place again and again. Since the memory used
/// for the structure is proportional to the bytes read, this limits memory, too.
struct HDF5Bytes {
    private let bytes: UnsafeRawBufferPointer
    private var allowance: Int

    /// The address that means "nowhere".
    static let nowhere = UInt64.max

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        allowance = 2 * bytes.count
    }

    var count: Int { bytes.count }

    /// Reads `count` bytes of structure at `address`.
    mutating func structure(at address: UInt64, count: Int) throws -> ByteCursor {
        let found = try data(at: address, count: count)
        try charge(count)
        return ByteCursor(found)
    }

    /// Spends `count` bytes of the budget.
    /// - Throws: ``StrataError`` if it is exhausted.
    mutating func charge(_ count: Int) throws {
        guard count <= allowance else {
            throw StrataError("its structure refers to the same places again and again")
        }
        allowance -= count
    }

    /// The `count` bytes at `address`, which are elements of an array.
    func data(at address: UInt64, count: Int) throws -> UnsafeRawBufferPointer {
        guard let offset = Int(exactly: address), let found = bytes.slice(at: offset, count: count)
        else { throw StrataError("it refers to \(count) bytes at \(address), beyond its end") }
        return found
    }

    /// The addresses in the leaves of the version 1 B-tree at `address`, in order, each with the key to its
    /// left.
    mutating func leaves(
        of address: UInt64, kind: UInt8, keySize: Int, level expected: UInt8? = nil
    ) throws -> [(key: ByteCursor, address: UInt64)] {
        var head = try structure(at: address, count: 24)
        try head.expect("TREE")
        let found = try head.read(UInt8.self)
        let level = try head.read(UInt8.self)
        // Levels decrease from the root to the leaves, so no path is endless.
        guard found == kind, expected == nil || level == expected else {
            throw StrataError("one of its B-trees is damaged")
        }
        let entryCount = try head.readInt(UInt16.self)
        var entries = try structure(at: address + 24, count: entryCount * (keySize + 8))
        var result: [(key: ByteCursor, address: UInt64)] = []
        for _ in 0..<entryCount {
            let key = ByteCursor(try entries.take(keySize))
            let child = try entries.read(UInt64.self)
            if level == 0 {
                result.append((key, child))
            } else {
                result += try leaves(of: child, kind: kind, keySize: keySize, level: level - 1)
            }
        }
        return result
    }
}
