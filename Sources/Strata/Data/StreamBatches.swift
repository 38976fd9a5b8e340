/// Batches from a sequence whose length need not be known.
final class StreamBatches: BatchSupply {
    private let model: Model
    /// Begins the sequence anew.
    private let begin: () -> AnyIterator<Examples>
    private let classWeight: [Int: Float]?
    /// Where the sequence goes on in the next pass, if its passes have a number of steps.
    private var rest: AnyIterator<Examples>?
    private let continues: Bool
    /// The first batch, which was asked for before the first pass.
    private var first: Examples?

    let steps: Int?
    var sampleCount: Int? { nil }

    /// - Parameters:
    ///   - steps: the batches of a pass; if nil, a pass goes through the whole sequence.
    ///   - continues: whether a pass begins where the one before ended, rather than at the beginning.
    init(
        _ model: Model, _ sequence: some Sequence<Examples>, steps: Int?, continues: Bool,
        classWeight: [Int: Float]? = nil
    ) {
        self.model = model
        begin = { AnyIterator(sequence.makeIterator()) }
        self.steps = steps
        self.continues = continues && steps != nil
        self.classWeight = classWeight
    }

    /// Checks the first batch, which tells a model without an input shape what it is.
    /// - Throws: ``StrataError`` if there is none, or it does not fit the model.
    func open() throws {
        rest = begin()
        first = rest?.next()
        guard let first else { throw StrataError("The stream of batches is empty.") }
        _ = try model.prepared(first)
    }

    func makePass(epoch: Int, shuffledBy key: Random.Key?) -> any BatchPass {
        if first == nil, !continues { rest = begin() }
        return Pass(self)
    }

    private func next() -> Examples? {
        defer { first = nil }
        return first ?? rest?.next()
    }

    private final class Pass: BatchPass {
        private let supply: StreamBatches
        private var count = 0

        init(_ supply: StreamBatches) { self.supply = supply }

        func next() throws -> Batch? {
            if count == supply.steps { return nil }
            guard let examples = supply.next() else {
                guard let steps = supply.steps else { return nil }
                throw StrataError(
                    "The stream of batches ended at batch \(count) of a pass of \(steps).")
            }
            count += 1
            return try supply.batch(examples)
        }

        func stop() {}
    }

    private func batch(_ examples: Examples) throws -> Batch {
        let data = try model.weighted(model.prepared(examples), classWeight: classWeight)
        func part(_ samples: Samples) -> Batch.Part { Batch.Part(samples: samples, first: 0) }
        var weights: Batch.Part?
        if case .rows(let samples) = data.weights { weights = part(samples) }
        return Batch(
            count: examples.count, inputs: data.x.compactMap(\.samples).map(part),
            targets: data.y.compactMap(\.samples).map(part), weights: weights)
    }
}
