/// Samples in arrays, as a rule with targets: labelled examples, from the file that they are read from to
/// the step that trains on them.
///
/// ```swift
/// try model.fit(data.train, epochs: 10)
/// print(try model.evaluate(data.test))
/// ```
public struct Examples: SampleSource {
    /// The rows of each input, with their scales.
    public let inputSamples: [Samples]
    /// The rows of each target.
    public let targetSamples: [Samples]

    public var count: Int { inputSamples.first?.rowCount ?? 0 }
    public var inputs: [SampleColumn] { inputSamples.map(SampleColumn.rows) }
    public var targets: [SampleColumn] { targetSamples.map(SampleColumn.rows) }

    /// The numbers of the first input, `[N, …]`, not scaled.
    public var x: ArrayData { inputSamples[0].array }
    /// The numbers of the first target, `[N, …]`, such as class numbers.
    /// - Precondition: the examples have targets.
    public var y: ArrayData { targetSamples[0].array }
    /// The factor that the first input is multiplied by when a batch is gathered; until then bytes stay
    /// bytes.
    public var scale: Float { inputSamples[0].scale }

    /// Examples of any number of inputs and targets. What uses them checks their shapes.
    /// - Parameters:
    ///   - inputs: the rows of each input of a model.
    ///   - targets: the rows of each target; none by default.
    /// - Precondition: there is an input.
    public init(inputs: [Samples], targets: [Samples] = []) {
        precondition(!inputs.isEmpty, "Examples must have at least one input.")
        inputSamples = inputs
        targetSamples = targets
    }

    /// Examples of one input, with class numbers.
    /// - Parameters:
    ///   - x: the inputs, `[N, …]`: `[N, height, width, channels]` for images.
    ///   - y: class numbers from 0: `[N]`, `[N, 1]`, or `[N, height, width]` for each pixel.
    ///   - scale: the factor that inputs are multiplied by; by default 1/255 for bytes and 1 otherwise.
    /// - Throws: ``StrataError`` if there are no examples, or the shapes do not match.
    public init(x: ArrayData, y: ArrayData, scale: Float? = nil) throws {
        guard let count = x.shape.first, x.shape.count > 1 else {
            throw StrataError("x must have the shape [N, …], but got \(x.shape)")
        }
        let isOfPixels = x.shape.count == 4 && y.shape.dropFirst() == x.shape[1..<3]
        guard y.shape == [y.count] || y.shape == [y.count, 1] || isOfPixels else {
            throw StrataError(
                "y must have the shape [N] or [N, 1], or [N, height, width] for the pixels of images, but "
                    + "got \(y.shape)")
        }
        guard count == y.shape[0] else {
            throw StrataError(
                "There must be a label for each example, but got \(count) examples and \(y.shape[0]) labels"
            )
        }
        guard count > 0 else {
            throw StrataError("There must be at least one example, but x and y are empty")
        }
        let standard: Float = x.dtype == .uint8 ? 1 / 255 : 1
        self.init(inputs: [Samples(x, scale: scale ?? standard)], targets: [Samples(y)])
    }

    /// All samples of a source, brought into memory.
    /// - Parameter source: the source; its samples are those of epoch 0.
    /// - Throws: what the source throws, and ``StrataError`` if there is not enough memory.
    public init(reading source: any SampleSource) throws {
        let columns = source.inputs + source.targets
        let written = columns.reduce(0) { $0 + ($1.samples == nil ? $1.type.byteCount : 0) }
        try Runtime.checkMemory(written * source.count, for: "\(source.count) samples")
        let memory = columns.map { column in
            column.samples == nil ? Storage(byteCount: column.type.byteCount * source.count) : nil
        }
        let places = SamplePlaces(source, memory.compactMap { $0 })
        _ = try Runtime.concurrentMap(source.count) { index in
            try source.write(index, epoch: 0, to: places[index])
        }
        let samples = zip(columns, memory).map { column, memory in
            column.samples
                ?? Samples(
                    memory!, TensorType(column.type.shape.batched(source.count), column.type.dtype),
                    scale: column.type.scale)
        }
        let count = source.inputs.count
        self.init(inputs: Array(samples[..<count]), targets: Array(samples[count...]))
    }

    public func write(_ index: Int, epoch: Int, to place: SamplePlace) {}

    /// Some of the examples, in the given order, copied.
    /// - Precondition: there is at least one index, and all are valid.
    public func rows(_ indices: [Int]) -> Examples {
        precondition(!indices.isEmpty, "At least one example is required.")
        func chosen(_ samples: Samples) -> Samples {
            Samples(samples.array.rows(indices), scale: samples.scale)
        }
        return Examples(
            inputs: inputSamples.map(chosen), targets: targetSamples.map(chosen))
    }
}

/// Memory for the written columns of a number of samples.
struct SamplePlaces: @unchecked Sendable {
    // Each sample's part is written by one thread, and read when it is whole.
    private let columns: [(memory: Storage, byteCount: Int)]
    private let inputCount: Int

    /// - Parameter memory: the memory of each written column.
    init(_ source: any SampleSource, _ memory: [Storage]) {
        let inputs = source.inputs.filter { $0.samples == nil }
        let targets = source.targets.filter { $0.samples == nil }
        columns = zip(memory, inputs + targets).map { ($0, $1.type.byteCount) }
        inputCount = inputs.count
    }

    /// The place of a sample.
    subscript(_ index: Int) -> SamplePlace {
        let buffers = columns.map { memory, byteCount in
            UnsafeMutableRawBufferPointer(
                start: memory.pointer + index * byteCount, count: byteCount)
        }
        return SamplePlace(
            inputs: Array(buffers[..<inputCount]), targets: Array(buffers[inputCount...]))
    }
}
