/// Rows of numbers as they lie in memory or in a mapped file, of any type, with the factor that
/// turns them into what a model takes. A batch becomes float32 as it is gathered.
public struct Samples: Sendable {
    let storage: Storage
    let type: TensorType
    let isByteSwapped: Bool
    package let scale: Float

    /// `[rows, …]`
    public var shape: Shape { type.shape }
    public var rowCount: Int { shape.rank > 0 ? shape[0] : 0 }

    init(storage: Storage, type: TensorType, isByteSwapped: Bool = false, scale: Float = 1) {
        self.storage = storage
        self.type = type
        self.isByteSwapped = isByteSwapped
        self.scale = scale
    }

    /// An array, each number multiplied by `scale` when used. The array is not copied.
    public init(_ array: ArrayData, scale: Float = 1) {
        self.init(
            storage: Storage(array), type: TensorType(Shape(array.shape), array.dtype),
            isByteSwapped: array.byteOrderSwapped, scale: scale)
    }

    /// The first rows, `count` of them if there are as many; they are not copied.
    public func prefix(_ count: Int) -> Samples {
        let rows = type.shape.withoutBatch.batched(max(0, min(count, rowCount)))
        return Samples(
            storage: storage, type: TensorType(rows, type.dtype), isByteSwapped: isByteSwapped,
            scale: scale)
    }

    init(zeros shape: Shape, rows: Int) {
        let type = TensorType(shape.batched(rows))
        self.init(storage: Storage(byteCount: type.byteCount), type: type)
    }

    /// Whether the memory is what a model computes with, so that a batch of neighbours needs no copy.
    var isReady: Bool { type.dtype == .float32 && !isByteSwapped && scale == 1 }

    var rowByteCount: Int { type.byteCount / max(1, rowCount) }

    /// One number of each row, for labels `[rows]` or `[rows, 1]`.
    func labels() throws -> [Float] {
        var flat = self.type
        flat.shape = [shape.count]
        let gather = Gather(scale: scale, swapped: isByteSwapped)
        return try Tensor.record(gather, Tensor(storage, flat)).computedScalars()
    }
}

/// What `fit`, `evaluate` and `predict` take: a ``Tensor``, an ``ArrayData`` or ``Samples``.
public protocol SampleSource: Sendable {
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
    /// The numbers of an array as float32; float32 arrays in this machine's byte order are not copied.
    public init(_ array: ArrayData) {
        let samples = Samples(array)
        let raw = Tensor(samples.storage, samples.type)
        self =
            samples.isReady
            ? raw : Tensor.record(Gather(scale: 1, swapped: samples.isByteSwapped), raw)
    }
}
