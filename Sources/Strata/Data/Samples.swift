/// Rows of numbers of any type, in memory or in a mapped file, with the factor that scales them for a
/// model. They become float32 when a batch of them is gathered.
public struct Samples: Sendable {
    /// The numbers, `[rows, …]`.
    public let array: ArrayData
    /// The factor that each number is multiplied by when it is used.
    public let scale: Float

    /// The shape, `[rows, …]`.
    public var shape: Shape { Shape(array.shape) }
    /// The number of rows.
    public var rowCount: Int { array.shape.first ?? 0 }

    /// Uses an array without copying it.
    /// - Parameters:
    ///   - array: the array, `[rows, …]`.
    ///   - scale: the factor that each number is multiplied by when it is used; 1 by default.
    public init(_ array: ArrayData, scale: Float = 1) {
        self.array = array.aligned()
        self.scale = scale
    }

    /// The first `count` rows, or all if there are fewer, without copying them.
    public func prefix(_ count: Int) -> Samples { rows(0..<max(0, min(count, rowCount))) }

    /// Neighbouring rows, without copying them.
    /// - Precondition: the rows exist.
    public func rows(_ range: Range<Int>) -> Samples { Samples(array.rows(range), scale: scale) }

    init(floats: [Float], shape: Shape) {
        self.init(ArrayData(shape: shape.dimensions, floats: floats))
    }

    /// Samples in memory that a plan or a worker fills.
    init(_ storage: Storage, _ type: TensorType, scale: Float = 1) {
        let bytes = UnsafeRawBufferPointer(start: storage.pointer, count: type.byteCount)
        self.init(
            ArrayData(
                shape: type.shape.dimensions, dtype: type.dtype,
                storage: FileBytes(borrowing: bytes, owner: storage), offset: 0), scale: scale)
    }

    var rowByteCount: Int { array.byteCount / max(1, rowCount) }

    /// All numbers as float32, scaled, in row-major order.
    func labels() -> [Float] {
        scale == 1 ? array.floats() : array.floats().map { $0 * scale }
    }
}

/// An array of samples, one row each: a ``Tensor``, an ``ArrayData``, or ``Samples`` with their scale.
public protocol SampleArray: Sendable {
    /// The rows.
    /// - Throws: ``StrataError`` if they cannot be computed.
    func samples() throws -> Samples
}

extension Samples: SampleArray {
    public func samples() -> Samples { self }
}

extension ArrayData: SampleArray {
    public func samples() -> Samples { Samples(self) }
}

extension Tensor: SampleArray {
    public func samples() throws -> Samples {
        Samples(try Evaluator.shared.storage(of: self), type)
    }
}

extension Storage {
    convenience init(_ array: ArrayData) {
        let array = array.aligned()
        let pointer = array.withUnsafeBytes { $0.baseAddress }
        if let pointer {
            self.init(
                borrowing: pointer, byteCount: array.count * array.dtype.byteCount,
                owner: array.owner)
        } else {
            self.init(byteCount: 0)
        }
    }
}

extension Tensor {
    /// Converts an array to float32. A float32 array in this machine's byte order is not copied.
    /// - Parameter array: the array, of any type.
    public init(_ array: ArrayData) {
        let raw = Tensor(Storage(array), TensorType(Shape(array.shape), array.dtype))
        let isReady = array.dtype == .float32 && !array.byteOrderSwapped
        self = isReady ? raw : Tensor.record(Gather(scale: 1, swapped: array.byteOrderSwapped), raw)
    }
}
