/// A message of Google's protocol buffers, written field by field.
struct Protobuf {
    private(set) var bytes: [UInt8] = []

    /// The encoding of a field's value.
    private enum Wire: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    /// A field that contains `bytes`, for messages that are written in pieces.
    static func header(_ field: Int, byteCount: Int) -> [UInt8] {
        var message = Protobuf()
        message.tag(field, .lengthDelimited)
        message.varint(UInt64(byteCount))
        return message.bytes
    }

    mutating func add(_ field: Int, _ value: Int) {
        tag(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func add(_ field: Int, _ value: Float) {
        tag(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func add(_ field: Int, _ value: Double) {
        tag(field, .fixed64)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    mutating func add(_ field: Int, _ contents: [UInt8]) {
        bytes += Protobuf.header(field, byteCount: contents.count) + contents
    }

    mutating func add(_ field: Int, _ build: (inout Protobuf) -> Void) {
        var message = Protobuf()
        build(&message)
        add(field, message.bytes)
    }

    private mutating func tag(_ field: Int, _ wire: Wire) {
        varint(UInt64(field) << 3 | wire.rawValue)
    }

    /// A variable-length integer: seven bits per byte, the lowest first.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
