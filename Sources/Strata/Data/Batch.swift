/// The samples of one step.
struct Batch {
    /// The samples of an input or a target, or the weights.
    struct Part {
        let samples: Samples
        /// Where the batch begins in `samples`; nil if it consists of the rows that its index lists.
        let first: Int?

        var feed: PlanKey.Feed { PlanKey.Feed(samples, isGathered: first == nil) }

        /// What a plan reads: the batch, or all rows to gather it from.
        var pointer: UnsafeRawPointer {
            samples.array.bytes.baseAddress! + (first ?? 0) * samples.rowByteCount
        }
    }

    let count: Int
    let inputs: [Part]
    let targets: [Part]
    /// Nil where all samples count alike.
    let weights: Part?
    /// The rows of the data that are gathered.
    var index: ArraySlice<Int64> = []

    /// The inputs, the targets and the weights, by number, in this order.
    subscript(_ number: Int) -> Part {
        if number < inputs.count { return inputs[number] }
        let number = number - inputs.count
        return number < targets.count ? targets[number] : weights!
    }

    func key(_ mode: PlanKey.Mode) -> PlanKey {
        PlanKey(
            mode: mode, batchSize: count, inputs: inputs.map(\.feed), targets: targets.map(\.feed),
            weights: weights?.feed)
    }
}

/// What training and evaluation take batches from, pass by pass.
protocol BatchSupply {
    /// The batches of a pass; nil if that is known only at its end.
    var steps: Int? { get }
    /// The samples of a pass; nil if that is known only at its end.
    var sampleCount: Int? { get }
    /// Begins a pass over the data.
    /// - Parameters:
    ///   - epoch: the epoch, from 0.
    ///   - key: decides the order; nil for the data's own.
    func makePass(epoch: Int, shuffledBy key: Random.Key?) throws -> any BatchPass
}

/// One pass over the data. Whoever begins one calls ``stop()`` in the end.
protocol BatchPass: AnyObject {
    /// The next batch, valid until the next call; nil at the end.
    func next() throws -> Batch?
    /// Ends the pass, at any time.
    func stop()
}
