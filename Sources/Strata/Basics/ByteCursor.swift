import Foundation

/// Reads the structure of a file from front to back, and nothing beyond its end.
struct ByteCursor {
    /// The bytes that have not been read.
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    /// Reads a little-endian number.
    mutating func read<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws -> Number {
        try take(MemoryLayout<Number>.size).littleEndian(at: 0)!
    }

    /// Reads a little-endian number that must fit in an Int.
    mutating func readInt<Number: FixedWidthInteger>(_: Number.Type) throws -> Int {
        let number = try read(Number.self)
        guard let result = Int(exactly: number) else {
            throw StrataError("it has the number \(number), which is too large")
        }
        return result
    }

    /// Reads a little-endian number of `count` bytes, up to 8.
    mutating func readInt(bytes count: Int) throws -> Int {
        guard (0...8).contains(count) else {
            throw StrataError("it has a number of \(count) bytes, which is too large")
        }
        let number = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let result = Int(exactly: number) else {
            throw StrataError("it has the number \(number), which is too large")
        }
        return result
    }

    /// Reads `count` bytes.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard let bytes = rest.slice(at: 0, count: count) else {
            throw StrataError("it ends in the middle of its structure")
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return bytes
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    /// Reads a signature of four letters.
    /// - Throws: ``StrataError`` if the bytes differ.
    mutating func expect(_ signature: String) throws {
        guard try take(4).elementsEqual(signature.utf8) else {
            throw StrataError("it has something else where a \(signature) should be")
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The text up to the first zero byte, or to the end.
    func text() throws -> String {
        guard let text = String(bytes: prefix { $0 != 0 }, encoding: .utf8) else {
            throw StrataError("it has a name or text that is not UTF-8")
        }
        return text
    }
}
