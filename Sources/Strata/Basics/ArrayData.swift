/// An array of numbers of any type in row-major order, in memory or mapped from a file.
public struct ArrayData: Sendable {
    /// The size of each dimension; empty for a single number.
    public let shape: [Int]
    /// The type of the elements.
    public let dtype: DType
    /// Whether the bytes of each element are in the opposite order to this machine's.
    public let byteOrderSwapped: Bool
    /// The number of elements.
    public let count: Int

    private let storage: FileBytes
    /// What keeps the bytes alive.
    var owner: AnyObject { storage }
    private let offset: Int

    /// Uses the elements at `offset` of `storage` in place, whether or not they are aligned. The caller has
    /// checked that they are there.
    package init(
        shape: [Int], dtype: DType, byteOrderSwapped: Bool = false, storage: FileBytes, offset: Int
    ) {
        self.shape = shape
        self.dtype = dtype
        self.byteOrderSwapped = byteOrderSwapped && dtype.byteCount > 1
        count = shape.reduce(1, *)
        let byteCount = count * dtype.byteCount
        precondition(offset >= 0 && byteCount <= storage.count - offset)
        self.storage = storage
        self.offset = offset
    }

    /// The number of bytes of an array in a file.
    /// - Throws: ``StrataError`` if no array can have this shape.
    package static func byteCount(shape: [Int], dtype: DType) throws -> Int {
        guard shape.count <= 64 else {
            throw StrataError("its shape must have at most 64 dimensions, but has \(shape.count)")
        }
        if let negative = shape.first(where: { $0 < 0 }) {
            throw StrataError("its shape \(shape) has the negative dimension \(negative)")
        }
        // Zeros are skipped, so that the product of any subset of the dimensions fits too.
        var product = dtype.byteCount
        for dimension in shape where dimension > 0 {
            let (partial, overflow) = product.multipliedReportingOverflow(by: dimension)
            guard !overflow else {
                throw StrataError("its shape \(shape) is too large for any memory")
            }
            product = partial
        }
        return shape.contains(0) ? 0 : product
    }

    /// Uses the elements of `other` in place, with another shape.
    init(_ other: ArrayData, shape: [Int]) {
        self.init(
            shape: shape, dtype: other.dtype, byteOrderSwapped: other.byteOrderSwapped,
            storage: other.storage, offset: other.offset)
    }

    /// Uses neighbouring rows of `other` in place.
    init(_ other: ArrayData, rows: Range<Int>) {
        let rowByteCount = other.byteCount / max(1, other.shape[0])
        self.init(
            shape: [rows.count] + other.shape.dropFirst(), dtype: other.dtype,
            byteOrderSwapped: other.byteOrderSwapped, storage: other.storage,
            offset: other.offset + rows.lowerBound * rowByteCount)
    }

    /// Makes an array.
    /// - Parameters:
    ///   - shape: the size of each dimension.
    ///   - elements: the elements in row-major order.
    /// - Precondition: there are as many elements as the product of `shape`.
    public init<Element: ArrayElement>(shape: [Int], _ elements: [Element]) {
        precondition(
            shape.reduce(1, *) == elements.count,
            "\(elements.count) elements do not fill the shape \(shape)")
        let bytes = elements.withUnsafeBytes { source in
            FileBytes(count: source.count) { $0.copyMemory(from: source) }
        }
        self.init(shape: shape, dtype: Element.dtype, storage: bytes, offset: 0)
    }

    /// Makes an array of floats.
    /// - Parameters:
    ///   - shape: the size of each dimension.
    ///   - floats: the elements in row-major order.
    /// - Precondition: there are as many elements as the product of `shape`.
    public init(shape: [Int], floats: [Float]) {
        self.init(shape: shape, floats)
    }

    /// Makes an array by writing its bytes.
    /// - Parameters:
    ///   - shape: the size of each dimension.
    ///   - dtype: the type of the elements.
    ///   - initialize: writes all the bytes.
    public init(
        shape: [Int], dtype: DType, initialize: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        try self.init(shape: shape, dtype: dtype, isSwapped: false, initialize: initialize)
    }

    /// Makes an array by writing its bytes, in the opposite order to this machine's if `isSwapped`.
    init(
        shape: [Int], dtype: DType, isSwapped: Bool,
        initialize: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        let byteCount = shape.reduce(dtype.byteCount, *)
        let bytes = try FileBytes(count: byteCount, initialize: initialize)
        self.init(
            shape: shape, dtype: dtype, byteOrderSwapped: isSwapped, storage: bytes, offset: 0)
    }

    /// Borrows floats that `owner` keeps alive and that nobody changes.
    init(shape: [Int], borrowing floats: UnsafeMutableBufferPointer<Float>, owner: AnyObject) {
        let bytes = FileBytes(borrowing: UnsafeRawBufferPointer(floats), owner: owner)
        self.init(shape: shape, dtype: .float32, storage: bytes, offset: 0)
    }

    /// The number of bytes of all elements.
    public var byteCount: Int { count * dtype.byteCount }

    /// Calls `body` with the bytes of the elements, aligned for their type. They must not be used after it
    /// returns.
    public func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let array = aligned()
        return try withExtendedLifetime(array.storage) { try body(array.bytes) }
    }

    /// The array with its elements aligned for their type: itself, or a copy.
    func aligned() -> ArrayData {
        offset % dtype.byteCount == 0
            ? self
            : ArrayData(shape: shape, dtype: dtype, isSwapped: byteOrderSwapped) {
                $0.copyMemory(from: bytes)
            }
    }

    /// The array with its elements in little-endian byte order: itself, or a copy.
    var littleEndian: ArrayData {
        let isBigEndian = (1.littleEndian == 1) == byteOrderSwapped
        guard isBigEndian, dtype.byteCount > 1 else { return self }
        return ArrayData(shape: shape, dtype: dtype, isSwapped: !byteOrderSwapped) { target in
            let source = bytes
            let size = dtype.byteCount
            for index in source.indices {
                target[index] = source[index - index % size + size - 1 - index % size]
            }
        }
    }

    /// The float32 numbers whose upper halves (bfloat16) the elements, of two little-endian bytes, are.
    var floatsFromUpperHalves: ArrayData {
        ArrayData(shape: shape, dtype: .float32) { target in
            let source = bytes
            for index in 0..<count {
                let upper: UInt16 = source.littleEndian(at: 2 * index)!
                target.storeBytes(
                    of: UInt32(upper) << 16, toByteOffset: 4 * index, as: UInt32.self)
            }
        }
    }

    /// The bytes of the elements, aligned or not, valid while something holds the array.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage.bytes[offset..<offset + byteCount])
    }

    /// The elements as floats, rounded where necessary; `true` is 1.
    public func floats() -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { result, initializedCount in
            copyFloats(to: UnsafeMutableBufferPointer(rebasing: result[..<count]))
            initializedCount = count
        }
    }

    /// Writes the elements as floats to `target`. A mapped file is read piece by piece, so that its
    /// numbers are not in memory twice.
    package func copyFloats(to target: UnsafeMutableBufferPointer<Float>) {
        precondition(target.count == count)
        let pieceCount = 1 << 20
        for start in stride(from: 0, to: count, by: pieceCount) {
            let piece = start..<min(start + pieceCount, count)
            let size = dtype.byteCount
            let range = offset + piece.lowerBound * size..<offset + piece.upperBound * size
            convert(
                UnsafeRawBufferPointer(rebasing: storage.bytes[range]),
                to: UnsafeMutableBufferPointer(rebasing: target[piece]))
            storage.release(range)
        }
    }

    private func convert(
        _ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableBufferPointer<Float>
    ) {
        func convert<Bits: FixedWidthInteger>(_: Bits.Type, _ value: (Bits) -> Float) {
            for index in target.indices {
                let bits = bytes.loadUnaligned(
                    fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
                target.initializeElement(
                    at: index, to: value(byteOrderSwapped ? bits.byteSwapped : bits))
            }
        }
        switch dtype {
        case .uint8: convert(UInt8.self) { Float($0) }
        case .int8: convert(Int8.self) { Float($0) }
        case .uint16: convert(UInt16.self) { Float($0) }
        case .int16: convert(Int16.self) { Float($0) }
        case .uint32: convert(UInt32.self) { Float($0) }
        case .int32: convert(Int32.self) { Float($0) }
        case .uint64: convert(UInt64.self) { Float($0) }
        case .int64: convert(Int64.self) { Float($0) }
        case .float16: convert(UInt16.self) { Float(halfBits: $0) }
        case .float32 where !byteOrderSwapped:
            UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
        case .float32: convert(UInt32.self) { Float(bitPattern: $0) }
        case .float64: convert(UInt64.self) { Float(Double(bitPattern: $0)) }
        case .bool: convert(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }
}

/// A Swift type that can be the element of an array.
public protocol ArrayElement: Sendable {
    /// The corresponding element type.
    static var dtype: DType { get }
}

extension UInt8: ArrayElement { public static var dtype: DType { .uint8 } }
extension Int8: ArrayElement { public static var dtype: DType { .int8 } }
extension UInt16: ArrayElement { public static var dtype: DType { .uint16 } }
extension Int16: ArrayElement { public static var dtype: DType { .int16 } }
extension UInt32: ArrayElement { public static var dtype: DType { .uint32 } }
extension Int32: ArrayElement { public static var dtype: DType { .int32 } }
extension UInt64: ArrayElement { public static var dtype: DType { .uint64 } }
extension Int64: ArrayElement { public static var dtype: DType { .int64 } }
extension Float: ArrayElement { public static var dtype: DType { .float32 } }
extension Double: ArrayElement { public static var dtype: DType { .float64 } }
extension Bool: ArrayElement { public static var dtype: DType { .bool } }

extension Float {
    /// The value of an IEEE 754 half. (Swift's Float16 is not available on Intel Macs.)
    package init(halfBits bits: UInt16) {
        let magnitude = UInt32(bits & 0x7fff)
        let value: Float
        if magnitude >= 0x7c00 {  // infinity or NaN: all ones in the wider exponent too
            value = Float(bitPattern: 0x7f80_0000 | (magnitude & 0x3ff) << 13)
        } else {
            // Shifted into place, the exponent is 112 too small; the product also puts right the
            // subnormal halves, which are normal floats.
            value = Float(bitPattern: magnitude << 13) * 0x1p112
        }
        self = bits & 0x8000 == 0 ? value : -value
    }
}
