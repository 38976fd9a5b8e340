/// The type of an array's elements.
public enum DType: String, Sendable, CaseIterable {
    case uint8, int8, uint16, int16, uint32, int32, uint64, int64
    case float16, float32, float64
    case bool

    /// The size of one element.
    public var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    public var isFloatingPoint: Bool {
        self == .float16 || self == .float32 || self == .float64
    }
}
