import Foundation

/// Reads a file's structure from front to back, and nothing beyond its end.
struct ByteCursor {
    /// What has not been read yet.
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    /// The next little-endian number.
    mutating func read<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws -> Number {
        try take(MemoryLayout<Number>.size).littleEndian(at: 0)!
    }

    /// The next little-endian number as an Int, which it has to fit.
    mutating func readInt<Number: FixedWidthInteger>(_: Number.Type) throws -> Int {
        let number = try read(Number.self)
        guard let result = Int(exactly: number) else {
            throw StrataError("it has the number \(number), which is too large")
        }
        return result
    }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard let bytes = rest.slice(at: 0, count: count) else {
            throw StrataError("it ends in the middle of its structure")
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return bytes
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    /// Reads `signature`, four letters that say what follows.
    mutating func expect(_ signature: String) throws {
        guard try take(4).elementsEqual(signature.utf8) else {
            throw StrataError("it has something else where a \(signature) should be")
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The text in the bytes before the first zero, or in all of them.
    func text() throws -> String {
        guard let text = String(bytes: prefix { $0 != 0 }, encoding: .utf8) else {
            throw StrataError("it has a name or text that is not UTF-8")
        }
        return text
    }
}
