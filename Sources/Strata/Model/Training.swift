/// How much `fit`, `evaluate` and `predict` print: 0 nothing, 1 a bar, 2 a line an epoch.
public enum Verbosity: Int, Sendable, ExpressibleByIntegerLiteral {
    /// Prints nothing.
    case silent = 0
    /// A bar for each epoch.
    case bar = 1
    /// A line for each epoch.
    case lines = 2
    /// A bar at a terminal, lines elsewhere.
    case automatic = 3

    /// Makes a verbosity from a literal: 0, 1 or 2, as in Keras.
    /// - Parameter value: the number.
    public init(integerLiteral value: Int) { self = Verbosity(rawValue: value) ?? .automatic }
}

extension Model {
    /// Trains the model for a number of passes over the data.
    ///
    /// - Parameters:
    ///   - x: samples `[samples, …]` for each of the model's inputs, of any number type; cast, not
    ///     scaled.
    ///   - y: targets for each output that is compared with any, a row for each sample.
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
    ///   not fit it.
    @discardableResult
    public func fit(
        _ x: [any SampleSource], _ y: [any SampleSource], batchSize: Int = 32, epochs: Int = 1,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        validationSplit: Double = 0,
        validationData: (x: [any SampleSource], y: [any SampleSource])? = nil, shuffle: Bool = true,
        classWeight: [Int: Float]? = nil, sampleWeight: [Float]? = nil, initialEpoch: Int = 0,
        validationBatchSize: Int? = nil
    ) throws -> History {
        let samples = try prepared(x, y)
        guard let compilation else { throw Model.notCompiled }
        try check("batchSize", batchSize, least: 1)
        try check("validationBatchSize", validationBatchSize ?? batchSize, least: 1)
        try check("epochs", epochs, least: 0)
        try check("initialEpoch", initialEpoch, least: 0)
        let data = try weighted(samples, classWeight: classWeight, sampleWeight: sampleWeight)
        let parts = try data.split(
            validationSplit: validationData == nil ? validationSplit : 0)
        var validation = parts.validation
        // The weights of samples hold for those that are split off; those of classes train only.
        if sampleWeight == nil { validation?.data.weights = nil }
        if let validationData {
            validation = DataPart(try prepared(validationData.x, validationData.y))
        }
        let loop = TrainingLoop(
            model: self, compilation: compilation, training: parts.training, validation: validation,
            batchSize: batchSize, validationBatchSize: validationBatchSize ?? batchSize,
            shuffles: shuffle, callbacks: callbacks + [Progress.callback(verbose)].compactMap { $0 }
        )
        Progress.warnOnceIfSlow(verbose)
        return try asOnlyTrainer {
            try loop.run(epochs: initialEpoch..<max(initialEpoch, epochs), of: epochs)
        }
    }

    /// One step of training on one batch. - Returns: the batch's loss and metrics before the step.
    @discardableResult
    public func trainOnBatch(
        _ x: [any SampleSource], _ y: [any SampleSource], sampleWeight: [Float]? = nil,
        classWeight: [Int: Float]? = nil
    ) throws -> Logs {
        let data = try weighted(
            prepared(x, y), classWeight: classWeight, sampleWeight: sampleWeight)
        return try onBatch(.train, data)
    }

    /// Loss and metrics of one batch, in inference mode.
    public func testOnBatch(
        _ x: [any SampleSource], _ y: [any SampleSource], sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try onBatch(.test, weighted(prepared(x, y), sampleWeight: sampleWeight))
    }

    private func onBatch(_ mode: PlanKey.Mode, _ data: Data) throws -> Logs {
        guard let compilation else { throw Model.notCompiled }
        let totals = RunningTotals(compilation)
        let part = DataPart(data)
        try step(mode, data, rows: part.order, at: 0, data.rowCount, inOrder: true, totals)
        return totals.logs
    }
}
