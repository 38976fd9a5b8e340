/// The type of the elements of a data set or an attribute.
enum HDF5Datatype {
    case number(DType, isSwapped: Bool)
    /// Strings of a fixed number of bytes.
    case text(count: Int)
    /// Strings of variable length in a heap.
    case heapText
    /// Bytes that HDF5 has no type for. Keras writes bfloat16 so.
    case opaque(count: Int)

    private static let isLittleEndianMachine = 1.littleEndian == 1

    init(_ message: inout ByteCursor) throws {
        let first = try message.read(UInt8.self)
        let flags = try message.read(UInt8.self)
        let moreFlags = try message.read(UInt16.self)
        let size = try message.readInt(UInt32.self)
        let isSwapped = (flags & 1 == 0) != Self.isLittleEndianMachine
        switch first & 0x0f {
        case 0:
            let isSigned = flags & 8 != 0
            guard try message.read(UInt16.self) == 0, try message.readInt(UInt16.self) == size * 8,
                let type = Self.integers.first(where: { $0.size == size })
            else { throw Self.unknown("integers of \(size) bytes, some bits unused,") }
            self = .number(isSigned ? type.signed : type.unsigned, isSwapped: isSwapped)
        case 1 where size == 2 && message.rest.starts(with: Self.bfloat16):
            self = .opaque(count: size)
        case 1:
            guard let type = Self.floats.first(where: { $0.size == size }), flags & 0x40 == 0,
                try message.take(12).elementsEqual(type.properties)
            else { throw Self.unknown("numbers of \(size) bytes, not IEEE's,") }
            self = .number(type.dtype, isSwapped: isSwapped)
        case 3:
            self = .text(count: size)
        case 5:
            self = .opaque(count: size)
        case 8:
            // In h5py, booleans are an enumeration of bytes, FALSE and TRUE.
            let nameCount = Int(flags) | Int(moreFlags & 0xff) << 8
            guard let base = message.rest.first, base & 0x0f == 0,
                case .number(let dtype, let isSwapped) = try HDF5Datatype(&message)
            else { throw Self.unknown("named values other than integers") }
            let isBool =
                dtype == .int8 && nameCount == 2 && message.rest.starts(with: "FALSE\0".utf8)
            self = .number(isBool ? .bool : dtype, isSwapped: isSwapped)
        case 9 where flags & 0x0f == 1:
            self = .heapText
        case let kind:
            let names = [
                2: "times", 4: "bit fields", 6: "records", 7: "references",
                9: "lists", 10: "arrays",
            ]
            throw Self.unknown(names[Int(kind)] ?? "elements of the unknown kind \(kind)")
        }
    }

    private static func unknown(_ what: String) -> StrataError {
        StrataError("it has \(what), which are not supported")
    }

    private static let integers: [(size: Int, signed: DType, unsigned: DType)] = [
        (1, .int8, .uint8), (2, .int16, .uint16), (4, .int32, .uint32), (8, .int64, .uint64),
    ]

    /// The bytes that describe each: offset and number of bits, place and size of exponent and
    /// mantissa, bias.
    private static let floats: [(size: Int, dtype: DType, properties: [UInt8])] = [
        (2, .float16, [0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0]),
        (4, .float32, [0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]),
        (8, .float64, [0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0]),
    ]

    /// The same for the upper halves of float32 numbers.
    private static let bfloat16: [UInt8] = [0, 0, 16, 0, 7, 8, 0, 7, 127, 0, 0, 0]

    /// The message that describes the element type of an array.
    static func message(for array: ArrayData) -> [UInt8] {
        let isBigEndian = isLittleEndianMachine == array.byteOrderSwapped
        let size = array.dtype.byteCount
        if array.dtype == .bool {
            return [0x18, 2, 0, 0, 1, 0, 0, 0] + integer(size: 1, isSigned: true, isBigEndian)
                + "FALSE\0\0\0TRUE\0\0\0\0".utf8 + [0, 1]
        }
        guard let type = floats.first(where: { $0.dtype == array.dtype }) else {
            let isSigned = integers.contains { $0.signed == array.dtype }
            return integer(size: size, isSigned: isSigned, isBigEndian)
        }
        let order: UInt8 = isBigEndian ? 1 : 0
        // 0x20: the mantissa has an implied first bit. The position of the sign follows.
        return [0x11, 0x20 | order, UInt8(size * 8 - 1), 0, UInt8(size), 0, 0, 0] + type.properties
    }

    private static func integer(size: Int, isSigned: Bool, _ isBigEndian: Bool) -> [UInt8] {
        let flags: UInt8 = (isBigEndian ? 1 : 0) | (isSigned ? 8 : 0)
        return [0x10, flags, 0, 0, UInt8(size), 0, 0, 0, 0, 0, UInt8(size * 8), 0]
    }

    /// The message for UTF-8 strings of variable length, as h5py writes it.
    static let textMessage: [UInt8] =
        [0x19, 1, 1, 0, 16, 0, 0, 0] + [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]
}

/// Reads the shape of a data set or an attribute.
func hdf5Shape(_ message: inout ByteCursor) throws -> [Int] {
    try hdf5Shapes(&message).shape
}

/// The shape of a data set, and the largest it may grow to; nil is for no limit.
func hdf5Shapes(_ message: inout ByteCursor) throws -> (shape: [Int], maximum: [Int?]) {
    let version = try message.read(UInt8.self)
    let rank = try message.readInt(UInt8.self)
    let hasMaximum = try message.read(UInt8.self) & 1 != 0
    let kind = try message.read(UInt8.self)
    switch version {
    case 1: try message.skip(4)
    case 2:
        // Kind 2 has no elements at all: an empty array, not a scalar.
        guard kind < 2 else { return ([0], [0]) }
    default: throw StrataError("it has a shape of the unknown version \(version)")
    }
    let shape = try (0..<rank).map { _ in try message.readInt(UInt64.self) }
    guard hasMaximum else { return (shape, shape) }
    let maximum = try (0..<rank).map { _ in try message.read(UInt64.self) }
    return (shape, maximum.map { $0 == .max ? nil : Int(clamping: $0) })
}
