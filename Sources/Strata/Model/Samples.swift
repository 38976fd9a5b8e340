/// Rows of numbers of any type, in memory or in a mapped file, with the factor that scales them for a
/// model. They become float32 when a batch of them is gathered.
public struct Samples: Sendable {
    let storage: Storage
    let type: TensorType
    let isByteSwapped: Bool
    package let scale: Float

    /// The shape, `[rows, …]`.
    public var shape: Shape { type.shape }
    /// The number of rows.
    public var rowCount: Int { shape.rank > 0 ? shape[0] : 0 }

    init(storage: Storage, type: TensorType, isByteSwapped: Bool = false, scale: Float = 1) {
        self.storage = storage
        self.type = type
        self.isByteSwapped = isByteSwapped
        self.scale = scale
    }

    /// Uses an array without copying it.
    /// - Parameters:
    ///   - array: the array, `[rows, …]`.
    ///   - scale: the factor that each number is multiplied by when it is used; 1 by default.
    public init(_ array: ArrayData, scale: Float = 1) {
        self.init(
            storage: Storage(array), type: TensorType(Shape(array.shape), array.dtype),
            isByteSwapped: array.byteOrderSwapped, scale: scale)
    }

    /// The first `count` rows, or all if there are fewer, without copying them.
    public func prefix(_ count: Int) -> Samples {
        let rows = type.shape.withoutBatch.batched(max(0, min(count, rowCount)))
        return Samples(
            storage: storage, type: TensorType(rows, type.dtype), isByteSwapped: isByteSwapped,
            scale: scale)
    }

    /// Neighbouring rows, which are not copied.
    package func rows(_ range: Range<Int>) -> Samples {
        let type = TensorType(type.shape.withoutBatch.batched(range.count), type.dtype)
        let part = Storage(
            borrowing: storage.pointer + range.lowerBound * rowByteCount, byteCount: type.byteCount,
            owner: storage)
        return Samples(storage: part, type: type, isByteSwapped: isByteSwapped, scale: scale)
    }

    /// The same samples with a last axis of 1 more or less, where a model's input differs by that: grey
    /// images `[rows, height, width]` for a model of `[height, width, 1]`.
    func matched(to input: Shape) -> Samples {
        var type = type
        if shape.rank + 1 == input.rank, input[-1] == 1 {
            type.shape = Shape(shape.dimensions + [1])
        } else if shape.rank == input.rank + 1, shape[-1] == 1 {
            type.shape = Shape(Array(shape.dimensions.dropLast()))
        }
        return Samples(storage: storage, type: type, isByteSwapped: isByteSwapped, scale: scale)
    }

    init(zeros shape: Shape, rows: Int) {
        let type = TensorType(shape.batched(rows))
        self.init(storage: Storage(byteCount: type.byteCount), type: type)
    }

    init(floats: [Float], shape: Shape) {
        self.init(storage: Storage(floats: floats), type: TensorType(shape))
    }

    /// Whether a model can use the memory directly, so that a batch of consecutive rows is not copied.
    var isReady: Bool { type.dtype == .float32 && !isByteSwapped && scale == 1 }

    var rowByteCount: Int { type.byteCount / max(1, rowCount) }

    /// All numbers as float32, scaled, in row-major order.
    func labels() throws -> [Float] {
        var flat = self.type
        flat.shape = [shape.count]
        let gather = Gather(scale: scale, swapped: isByteSwapped)
        return try Tensor.record(gather, Tensor(storage, flat)).computedScalars()
    }
}

/// What `fit`, `evaluate` and `predict` take: a ``Tensor``, an ``ArrayData`` or ``Samples``.
public protocol SampleSource: Sendable {
    /// The rows.
    /// - Throws: ``StrataError`` if they cannot be computed.
    func samples() throws -> Samples
}

extension Samples: SampleSource {
    public func samples() -> Samples { self }
}

extension ArrayData: SampleSource {
    public func samples() -> Samples { Samples(self) }
}

extension Tensor: SampleSource {
    public func samples() throws -> Samples {
        Samples(storage: try Evaluator.shared.storage(of: self), type: type)
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
        let samples = Samples(array)
        let raw = Tensor(samples.storage, samples.type)
        self =
            samples.isReady
            ? raw : Tensor.record(Gather(scale: 1, swapped: samples.isByteSwapped), raw)
    }
}
