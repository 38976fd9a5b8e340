/// Samples addressed by index: what `fit`, `evaluate` and `predict` read.
///
/// A source says what its samples consist of, column by column. A column is either ``SampleColumn/rows(_:)``,
/// an array that exists already, or ``SampleColumn/written(_:)``, made sample by sample when a batch needs
/// it: a picture that is decoded, say. ``Examples`` has rows only. Because samples have numbers, shuffling,
/// validation splits, weights and resuming mean the same for all sources, and results do not depend on the
/// number of threads.
///
/// ```swift
/// struct Ramps: SampleSource {
///     let count = 1000
///     let inputs = [SampleColumn.written(SampleType(shape: [16]))]
///     let targets = [SampleColumn.written(SampleType(shape: [1]))]
///
///     func write(_ index: Int, epoch: Int, to place: SamplePlace) {
///         let slope = Float(index % 10)
///         place.inputs[0].store((0..<16).map { Float($0) * slope })
///         place.targets[0].store([slope])
///     }
/// }
/// ```
public protocol SampleSource: Sendable {
    /// The number of samples.
    var count: Int { get }
    /// The columns that the model's inputs read, in order.
    var inputs: [SampleColumn] { get }
    /// The columns that outputs are compared with, in order; empty for samples without targets.
    var targets: [SampleColumn] { get }

    /// Writes the written columns of one sample.
    ///
    /// Several threads call this at the same time, for different samples, ahead of their use. The same index
    /// and epoch must give the same numbers each time.
    /// - Parameters:
    ///   - index: the sample, from 0.
    ///   - epoch: the epoch, from 0, for changes at random; 0 in `evaluate` and `predict`.
    ///   - place: where to write; every number must be written.
    /// - Throws: any error; it ends `fit`, `evaluate` or `predict`, which throws it.
    func write(_ index: Int, epoch: Int, to place: SamplePlace) throws
}

extension SampleSource {
    /// Samples without targets.
    public var targets: [SampleColumn] { [] }

    /// Some neighbouring samples, as a source of their own.
    /// - Precondition: the samples exist.
    public func samples(_ range: Range<Int>) -> any SampleSource {
        SampleRange(base: self, range: range)
    }
}

/// One input or target of all samples of a source.
public enum SampleColumn: Sendable {
    /// A row for each sample, in memory or in a mapped file.
    case rows(Samples)
    /// Numbers that ``SampleSource/write(_:epoch:to:)`` writes when they are needed.
    case written(SampleType)

    /// What a sample has in this column.
    public var type: SampleType {
        switch self {
        case .written(let type): type
        case .rows(let samples):
            SampleType(
                shape: samples.shape.withoutBatch, dtype: samples.array.dtype, scale: samples.scale)
        }
    }

    /// The factor that each number is multiplied by when it is used.
    var scale: Float {
        get { type.scale }
        set {
            switch self {
            case .rows(let samples): self = .rows(Samples(samples.array, scale: newValue))
            case .written(let type):
                self = .written(SampleType(shape: type.shape, dtype: type.dtype, scale: newValue))
            }
        }
    }

    /// The same numbers with a last axis of 1 more or less, where a model's input differs by that: grey
    /// images `[height, width]` for a model of `[height, width, 1]`.
    /// - Parameter input: the shape of one sample that the model takes.
    func matched(to input: Shape) -> SampleColumn {
        var shape = type.shape
        if shape.rank + 1 == input.rank, input[-1] == 1 {
            shape.dimensions.append(1)
        } else if shape.rank == input.rank + 1, shape[-1] == 1 {
            shape.dimensions.removeLast()
        } else {
            return self
        }
        switch self {
        case .written(let type):
            return .written(SampleType(shape: shape, dtype: type.dtype, scale: type.scale))
        case .rows(let samples):
            let array = samples.array.reshaped(to: [samples.rowCount] + shape.dimensions)
            return .rows(Samples(array, scale: samples.scale))
        }
    }

    /// The rows, if they exist already.
    public var samples: Samples? {
        guard case .rows(let samples) = self else { return nil }
        return samples
    }
}

/// The shape and type of an input or target of one sample.
public struct SampleType: Hashable, Sendable {
    /// The shape of one sample, without a batch dimension.
    public let shape: Shape
    /// The type of the numbers.
    public let dtype: DType
    /// The factor that each number is multiplied by when it is used.
    public let scale: Float

    /// - Parameters:
    ///   - shape: the shape of one sample, without a batch dimension.
    ///   - dtype: the type of the numbers; float32 by default.
    ///   - scale: the factor that each number is multiplied by when it is used; 1 by default.
    public init(shape: Shape, dtype: DType = .float32, scale: Float = 1) {
        self.shape = shape
        self.dtype = dtype
        self.scale = scale
    }

    var byteCount: Int { shape.count * dtype.byteCount }
}

/// Where the written columns of one sample go.
public struct SamplePlace {
    /// The memory of each input that is written, in the order of ``SampleSource/inputs``.
    public let inputs: [UnsafeMutableRawBufferPointer]
    /// The memory of each target that is written, in the order of ``SampleSource/targets``.
    public let targets: [UnsafeMutableRawBufferPointer]
}

extension UnsafeMutableRawBufferPointer {
    /// Writes numbers, from the first byte on.
    /// - Precondition: they fill the memory exactly.
    public func store<Element: ArrayElement>(_ numbers: [Element]) {
        numbers.withUnsafeBytes { source in
            precondition(
                source.count == count, "\(source.count) bytes do not fill the sample's \(count)")
            copyMemory(from: source)
        }
    }
}

/// Neighbouring samples of another source.
private struct SampleRange: SampleSource {
    let base: any SampleSource
    let range: Range<Int>

    var count: Int { range.count }
    var inputs: [SampleColumn] { base.inputs.map(cut) }
    var targets: [SampleColumn] { base.targets.map(cut) }

    func write(_ index: Int, epoch: Int, to place: SamplePlace) throws {
        try base.write(range.lowerBound + index, epoch: epoch, to: place)
    }

    private func cut(_ column: SampleColumn) -> SampleColumn {
        column.samples.map { .rows($0.rows(range)) } ?? column
    }
}
