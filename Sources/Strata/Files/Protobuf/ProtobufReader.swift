import Foundation

/// Reads the fields of one message of Google's protocol buffers, in the order of the file. Messages in it are
/// fields of bytes, which a reader of their own reads: nothing here is recursive, and nothing is copied.
struct ProtobufReader {
    /// The value of a field.
    enum Value {
        /// A number of variable length, or of 32 or 64 bits.
        case number(UInt64)
        /// Text, a message, or several numbers.
        case bytes(UnsafeRawBufferPointer)
    }

    private var cursor: ByteCursor

    init(_ bytes: UnsafeRawBufferPointer) { cursor = ByteCursor(bytes) }

    /// The next field; nil at the end of the message.
    mutating func next() throws -> (field: Int, value: Value)? {
        guard !cursor.rest.isEmpty else { return nil }
        let tag = try varint()
        let field = Int(tag >> 3 & 0x1fff_ffff)
        switch tag & 7 {
        case 0: return (field, .number(try varint()))
        case 1: return (field, .number(try cursor.read(UInt64.self)))
        case 2:
            guard let count = Int(exactly: try varint()) else { throw Self.malformed }
            return (field, .bytes(try cursor.take(count)))
        case 5: return (field, .number(UInt64(try cursor.read(UInt32.self))))
        default: throw Self.malformed
        }
    }

    /// A variable-length integer: seven bits per byte, the lowest first.
    private mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try cursor.read(UInt8.self)
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw Self.malformed
    }

    static let malformed = StrataError("it is not a protocol buffer, or is damaged")

    /// The numbers of a field that is packed: all of its numbers of variable length.
    static func varints(_ bytes: UnsafeRawBufferPointer) throws -> [UInt64] {
        var reader = ProtobufReader(bytes)
        var numbers: [UInt64] = []
        while !reader.cursor.rest.isEmpty { numbers.append(try reader.varint()) }
        return numbers
    }
}

extension ProtobufReader.Value {
    /// The number as a signed one.
    var int: Int {
        get throws {
            guard case .number(let bits) = self else { throw ProtobufReader.malformed }
            return Int(Int64(bitPattern: bits))
        }
    }

    /// The number as float32.
    var float: Float {
        get throws {
            guard case .number(let bits) = self, let bits = UInt32(exactly: bits) else {
                throw ProtobufReader.malformed
            }
            return Float(bitPattern: bits)
        }
    }

    var bytes: UnsafeRawBufferPointer {
        get throws {
            guard case .bytes(let bytes) = self else { throw ProtobufReader.malformed }
            return bytes
        }
    }

    var text: String {
        get throws {
            guard let text = String(bytes: try bytes, encoding: .utf8) else {
                throw StrataError("it has a name or text that is not UTF-8")
            }
            return text
        }
    }

    /// One signed number, or several that are packed.
    var ints: [Int] {
        get throws {
            if case .bytes(let bytes) = self {
                return try ProtobufReader.varints(bytes).map { Int(Int64(bitPattern: $0)) }
            }
            return [try int]
        }
    }

    /// One float32, or several that are packed.
    var floats: [Float] {
        get throws {
            guard case .bytes(let bytes) = self else { return [try float] }
            guard bytes.count % 4 == 0 else { throw ProtobufReader.malformed }
            return stride(from: 0, to: bytes.count, by: 4).map {
                Float(bitPattern: bytes.littleEndian(at: $0)!)
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Calls `body` with each field of the message that these bytes are.
    func eachField(_ body: (Int, ProtobufReader.Value) throws -> Void) throws {
        var reader = ProtobufReader(self)
        while let (field, value) = try reader.next() { try body(field, value) }
    }
}
