// Training and use of a model with arrays in place of a source of samples: a list of them, or one for a model
// of one input and one output.
extension Model {
    /// Trains the model for a number of passes over arrays; the other parameters are those of `fit` with a
    /// source of samples.
    ///
    /// - Parameters:
    ///   - x: samples `[samples, …]` for each of the model's inputs, of any number type; cast, not
    ///     scaled.
    ///   - y: targets for each output that is compared with any, a row for each sample.
    ///   - batchSize: samples per step.
    ///   - epochs: how often to go through the data.
    ///   - verbose: what to print.
    ///   - callbacks: called between steps and epochs.
    ///   - validationSplit: the fraction of the data, at its end, to validate on.
    ///   - shuffle: whether each epoch goes through the data in an order of its own.
    ///   - classWeight: the weight of each class in the loss.
    ///   - sampleWeight: the weight of each sample in the loss.
    ///   - initialEpoch: the first epoch, for going on with training.
    ///   - validationBatchSize: `batchSize` by default.
    ///   - validationData: data to evaluate after each epoch; overrides `validationSplit`.
    /// - Returns: loss and metrics of each epoch.
    @discardableResult
    public func fit(
        _ x: [any SampleArray], _ y: [any SampleArray], batchSize: Int = 32, epochs: Int = 1,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        validationSplit: Double = 0,
        validationData: (x: [any SampleArray], y: [any SampleArray])? = nil, shuffle: Bool = true,
        classWeight: [Int: Float]? = nil, sampleWeight: [Float]? = nil, initialEpoch: Int = 0,
        validationBatchSize: Int? = nil
    ) throws -> History {
        try fit(
            examples(x, y), batchSize: batchSize, epochs: epochs, verbose: verbose,
            callbacks: callbacks, validationSplit: validationSplit,
            validationData: validationData.map { try examples($0.x, $0.y) }, shuffle: shuffle,
            classWeight: classWeight, sampleWeight: sampleWeight, initialEpoch: initialEpoch,
            validationBatchSize: validationBatchSize)
    }

    /// Trains the model for a number of passes over arrays; the other parameters are those of `fit` with a
    /// source of samples.
    /// - Parameters:
    ///   - x: samples `[samples, …]`, of any number type; cast, not scaled unless they are ``Samples``.
    ///   - y: a target for each sample.
    ///   - batchSize: samples per step.
    ///   - epochs: how often to go through the data.
    ///   - verbose: what to print.
    ///   - callbacks: called between steps and epochs.
    ///   - validationSplit: the fraction of the data, at its end, to validate on.
    ///   - shuffle: whether each epoch goes through the data in an order of its own.
    ///   - classWeight: the weight of each class in the loss.
    ///   - sampleWeight: the weight of each sample in the loss.
    ///   - initialEpoch: the first epoch, for going on with training.
    ///   - validationBatchSize: `batchSize` by default.
    ///   - validationData: data to evaluate after each epoch; overrides `validationSplit`.
    @discardableResult
    public func fit(
        _ x: any SampleArray, _ y: any SampleArray, batchSize: Int = 32, epochs: Int = 1,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        validationSplit: Double = 0,
        validationData: (x: any SampleArray, y: any SampleArray)? = nil, shuffle: Bool = true,
        classWeight: [Int: Float]? = nil, sampleWeight: [Float]? = nil, initialEpoch: Int = 0,
        validationBatchSize: Int? = nil
    ) throws -> History {
        try fit(
            [x], [y], batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit,
            validationData: validationData.map { ([$0.x], [$0.y]) }, shuffle: shuffle,
            classWeight: classWeight, sampleWeight: sampleWeight, initialEpoch: initialEpoch,
            validationBatchSize: validationBatchSize)
    }

    /// Loss and metrics over arrays, one for each input and target, in inference mode.
    @discardableResult
    public func evaluate(
        _ x: [any SampleArray], _ y: [any SampleArray], batchSize: Int = 32,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try evaluate(
            examples(x, y), batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            sampleWeight: sampleWeight)
    }

    /// Loss and metrics over arrays, in inference mode.
    @discardableResult
    public func evaluate(
        _ x: any SampleArray, _ y: any SampleArray, batchSize: Int = 32,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try evaluate(
            [x], [y], batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            sampleWeight: sampleWeight)
    }

    /// The model's outputs for samples `[samples, …]` of each input, computed batch by batch.
    public func predict(
        _ x: [any SampleArray], batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> [Tensor] {
        try predictOutputs(examples(x), batchSize: batchSize, callbacks: callbacks)
    }

    /// The model's output for samples `[samples, …]`, computed batch by batch.
    public func predict(
        _ x: any SampleArray, batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> Tensor {
        try predict(examples([x]), batchSize: batchSize, callbacks: callbacks)
    }

    /// One step of training on one batch. - Returns: the batch's loss and metrics before the step.
    @discardableResult
    public func trainOnBatch(
        _ x: [any SampleArray], _ y: [any SampleArray], sampleWeight: [Float]? = nil,
        classWeight: [Int: Float]? = nil
    ) throws -> Logs {
        try trainOnBatch(
            examples(x, y), sampleWeight: sampleWeight, classWeight: classWeight)
    }

    /// One step of training on one batch. - Returns: the batch's loss and metrics before the step.
    @discardableResult
    public func trainOnBatch(
        _ x: any SampleArray, _ y: any SampleArray, sampleWeight: [Float]? = nil,
        classWeight: [Int: Float]? = nil
    ) throws -> Logs {
        try trainOnBatch([x], [y], sampleWeight: sampleWeight, classWeight: classWeight)
    }

    /// Loss and metrics of one batch, in inference mode.
    public func testOnBatch(
        _ x: [any SampleArray], _ y: [any SampleArray], sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try testOnBatch(examples(x, y), sampleWeight: sampleWeight)
    }

    /// Loss and metrics of one batch, in inference mode.
    public func testOnBatch(
        _ x: any SampleArray, _ y: any SampleArray, sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try testOnBatch([x], [y], sampleWeight: sampleWeight)
    }
}
