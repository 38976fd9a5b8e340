/// How much `fit`, `evaluate` and `predict` print: 0 nothing, 1 a bar, 2 a line an epoch.
public enum Verbosity: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// Prints nothing.
    case silent
    /// A bar for each epoch.
    case bar
    /// A line for each epoch.
    case lines
    /// A bar at a terminal, lines elsewhere.
    case automatic
    /// A number that means nothing: an error of `fit`, `evaluate` or `predict`.
    case unknown(Int)

    /// Makes a verbosity of a number, as in Keras.
    /// - Parameter number: 0 for nothing, 1 for a bar, 2 for lines; `fit` throws for others.
    public init(_ number: Int) {
        switch number {
        case 0: self = .silent
        case 1: self = .bar
        case 2: self = .lines
        default: self = .unknown(number)
        }
    }

    /// Makes a verbosity from a literal: 0, 1 or 2, as in Keras.
    /// - Parameter number: the number.
    public init(integerLiteral number: Int) { self.init(number) }
}

extension Model {
    /// Trains the model for a number of passes over a source of samples.
    ///
    /// Samples that do not exist yet, such as pictures in files, are made ahead of their use on all cores.
    /// - Parameters:
    ///   - data: the samples with their targets: the `train` part of a data set, say.
    ///   - batchSize: samples per step; the last batch of an epoch may be smaller.
    ///   - epochs: the number of the last epoch: from `initialEpoch` on, `epochs - initialEpoch` are
    ///     run.
    ///   - verbose: what is printed, on the standard error stream.
    ///   - callbacks: called at each hook point, in order.
    ///   - validationSplit: the part of the data, between 0 and 1, taken from its end before any
    ///     shuffling, that is evaluated after each epoch and not trained on.
    ///   - validationData: data to evaluate after each epoch; overrides `validationSplit`.
    ///   - shuffle: whether each epoch goes through the data in an order of its own.
    ///   - classWeight: the weight of each class in the loss, 1 for classes not named. Targets are class
    ///     numbers, rounded to whole ones, or one-hot; of masks `[samples, height, width]` each pixel
    ///     is weighted by its own class.
    ///   - sampleWeight: the weight of each sample in the loss; or of each position of a sample, such as
    ///     a mask's pixels, in row-major order.
    ///   - initialEpoch: the first epoch, for going on with training.
    ///   - validationBatchSize: `batchSize` by default.
    /// - Returns: loss and metrics of each epoch.
    /// - Throws: ``StrataError`` if the model is not compiled, its definition is wrong, or the data do
    ///   not fit it; and what the source throws.
    @discardableResult
    public func fit(
        _ data: any SampleSource, batchSize: Int = 32, epochs: Int = 1,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        validationSplit: Double = 0, validationData: (any SampleSource)? = nil,
        shuffle: Bool = true, classWeight: [Int: Float]? = nil, sampleWeight: [Float]? = nil,
        initialEpoch: Int = 0, validationBatchSize: Int? = nil
    ) throws -> History {
        let samples = try prepared(data)
        guard isCompiled else { throw Model.notCompiled }
        let validationBatchSize = validationBatchSize ?? batchSize
        try check("batchSize", batchSize, least: 1)
        try check("validationBatchSize", validationBatchSize, least: 1)
        let weighted = try weighted(
            samples, classWeight: classWeight, sampleWeight: sampleWeight)
        var validation: SourceBatches?
        let rows = try samples.split(validationSplit: validationData == nil ? validationSplit : 0)
        if let validationData {
            validation = SourceBatches(
                self, try prepared(validationData), batchSize: validationBatchSize)
        } else if let rows = rows.validation {
            // The weights of samples hold for those that are split off; those of classes train only.
            let data = sampleWeight == nil ? samples : weighted
            validation = SourceBatches(self, data, rows, batchSize: validationBatchSize)
        }
        return try train(
            SourceBatches(self, weighted, rows.training, batchSize: batchSize), validation,
            batchSize: batchSize, shuffles: shuffle, epochs: initialEpoch, epochs, verbose,
            callbacks)
    }

    /// Trains the model on batches from a sequence, such as a stream whose length is not known.
    ///
    /// The sequence is asked for each batch when it is needed, by the thread that calls `fit`.
    /// - Parameters:
    ///   - batches: the batches, in order.
    ///   - stepsPerEpoch: the batches of an epoch; the next epoch begins where the one before ended. If
    ///     nil, each epoch goes through the whole sequence.
    ///   - epochs: the number of the last epoch: from `initialEpoch` on, `epochs - initialEpoch` are
    ///     run.
    ///   - verbose: what is printed, on the standard error stream.
    ///   - callbacks: called at each hook point, in order.
    ///   - validationBatches: batches to evaluate after each epoch, from the first on; none by default.
    ///   - validationSteps: how many of them; all by default.
    ///   - classWeight: the weight of each class in the loss, 1 for classes not named.
    ///   - initialEpoch: the first epoch, for going on with training.
    /// - Returns: loss and metrics of each epoch.
    /// - Throws: ``StrataError`` if the model is not compiled, its definition is wrong, a batch does not
    ///   fit it, or the sequence ends within an epoch of `stepsPerEpoch`.
    @discardableResult
    public func fit(
        batches: any Sequence<Examples>, stepsPerEpoch: Int? = nil, epochs: Int = 1,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        validationBatches: (any Sequence<Examples>)? = nil, validationSteps: Int? = nil,
        classWeight: [Int: Float]? = nil, initialEpoch: Int = 0
    ) throws -> History {
        try check("stepsPerEpoch", stepsPerEpoch ?? 1, least: 1)
        let training = StreamBatches(
            self, batches, steps: stepsPerEpoch, continues: true, classWeight: classWeight)
        let validation = try validationBatches.map {
            try stream($0, validationSteps, "validationSteps")
        }
        try training.open()
        guard isCompiled else { throw Model.notCompiled }
        return try train(
            training, validation, batchSize: trainingRecord?.batchSize ?? 32, shuffles: false,
            epochs: initialEpoch, epochs, verbose, callbacks)
    }

    /// Batches to evaluate.
    func stream(
        _ batches: any Sequence<Examples>, _ steps: Int?, _ name: String
    ) throws -> StreamBatches {
        try check(name, steps ?? 1, least: 1)
        return StreamBatches(self, batches, steps: steps, continues: false)
    }

    private var isCompiled: Bool { compilation != nil }

    private func train(
        _ training: any BatchSupply, _ validation: (any BatchSupply)?, batchSize: Int,
        shuffles: Bool, epochs first: Int, _ end: Int, _ verbose: Verbosity,
        _ callbacks: [any Callback]
    ) throws -> History {
        guard let compilation else { throw Model.notCompiled }
        try check("epochs", end, least: 0)
        try check("initialEpoch", first, least: 0)
        let loop = TrainingLoop(
            model: self, compilation: compilation, training: training, validation: validation,
            batchSize: batchSize, shuffles: shuffles,
            callbacks: callbacks + [try Progress.callback(verbose)].compactMap { $0 })
        Progress.warnOnceIfSlow(verbose)
        return try asOnlyTrainer {
            try loop.run(epochs: first..<max(first, end), of: end)
        }
    }

    /// One step of training on one batch.
    /// - Parameters:
    ///   - batch: the samples of the batch.
    ///   - sampleWeight: the weight of each sample in the loss.
    ///   - classWeight: the weight of each class in the loss.
    /// - Returns: the batch's loss and metrics before the step.
    /// - Throws: ``StrataError`` as `fit` does.
    @discardableResult
    public func trainOnBatch(
        _ batch: any SampleSource, sampleWeight: [Float]? = nil, classWeight: [Int: Float]? = nil
    ) throws -> Logs {
        try onBatch(
            .train,
            weighted(prepared(batch), classWeight: classWeight, sampleWeight: sampleWeight))
    }

    /// Loss and metrics of one batch, in inference mode.
    /// - Parameters:
    ///   - batch: the samples of the batch.
    ///   - sampleWeight: the weight of each sample in the loss.
    /// - Throws: ``StrataError`` as `fit` does.
    public func testOnBatch(
        _ batch: any SampleSource, sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try onBatch(.test, weighted(prepared(batch), sampleWeight: sampleWeight))
    }

    private func onBatch(_ mode: PlanKey.Mode, _ data: Data) throws -> Logs {
        guard let compilation else { throw Model.notCompiled }
        let totals = RunningTotals(compilation)
        let pass = try SourceBatches(self, data, batchSize: data.rowCount)
            .makePass(epoch: 0, shuffledBy: nil)
        defer { pass.stop() }
        if let batch = try pass.next() { try step(mode, batch, totals) }
        return totals.logs
    }
}
