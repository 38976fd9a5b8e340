/// Samples that a closure makes.
///
/// ```swift
/// let noise = SampleGenerator(
///     count: 10_000, inputs: [SampleType(shape: [8])], targets: [SampleType(shape: [1])]
/// ) { index, epoch, place in
///     let key = Random.Key(seed: 1, path: "\(epoch)/\(index)")
///     let numbers = (0..<8).map { Float(key.uniform($0)) }
///     place.inputs[0].store(numbers)
///     place.targets[0].store([numbers.reduce(0, +)])
/// }
/// try model.fit(noise, epochs: 5)
/// ```
public struct SampleGenerator: SampleSource {
    public let count: Int
    public let inputs: [SampleColumn]
    public let targets: [SampleColumn]
    private let make: @Sendable (_ index: Int, _ epoch: Int, _ place: SamplePlace) throws -> Void

    /// - Parameters:
    ///   - count: the number of samples.
    ///   - inputs: what each input of a sample is.
    ///   - targets: what each target of a sample is; none by default.
    ///   - write: writes one sample, as ``SampleSource/write(_:epoch:to:)`` does: called from several
    ///     threads at a time, and for the same index and epoch always writes the same.
    public init(
        count: Int, inputs: [SampleType], targets: [SampleType] = [],
        write: @escaping @Sendable (_ index: Int, _ epoch: Int, _ place: SamplePlace) throws -> Void
    ) {
        self.count = count
        self.inputs = inputs.map(SampleColumn.written)
        self.targets = targets.map(SampleColumn.written)
        make = write
    }

    public func write(_ index: Int, epoch: Int, to place: SamplePlace) throws {
        try make(index, epoch, place)
    }
}
