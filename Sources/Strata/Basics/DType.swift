/// The type of the elements of an array.
public enum DType: String, Sendable, CaseIterable {
    /// An unsigned integer of 8 bits.
    case uint8
    /// A signed integer of 8 bits.
    case int8
    /// An unsigned integer of 16 bits.
    case uint16
    /// A signed integer of 16 bits.
    case int16
    /// An unsigned integer of 32 bits.
    case uint32
    /// A signed integer of 32 bits.
    case int32
    /// An unsigned integer of 64 bits.
    case uint64
    /// A signed integer of 64 bits.
    case int64
    /// A floating-point number of 16 bits (IEEE 754 half precision).
    case float16
    /// A floating-point number of 32 bits.
    case float32
    /// A floating-point number of 64 bits.
    case float64
    /// True or false, in a byte.
    case bool

    /// The size of an element in bytes.
    public var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// Whether elements are floating-point numbers.
    public var isFloatingPoint: Bool {
        self == .float16 || self == .float32 || self == .float64
    }
}
