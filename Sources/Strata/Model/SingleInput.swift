// Training and use of models of one input and one output, without the brackets.
extension Model {
    /// Trains the model for a number of passes over the data; the parameters are those of `fit` with
    /// lists of inputs and outputs.
    @discardableResult
    public func fit(
        _ x: any SampleSource, _ y: any SampleSource, batchSize: Int = 32, epochs: Int = 1,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        validationSplit: Double = 0,
        validationData: (x: any SampleSource, y: any SampleSource)? = nil, shuffle: Bool = true,
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

    /// Loss and metrics over data, in inference mode.
    @discardableResult
    public func evaluate(
        _ x: any SampleSource, _ y: any SampleSource, batchSize: Int = 32,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try evaluate(
            [x], [y], batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            sampleWeight: sampleWeight)
    }

    /// The model's output for samples `[samples, …]`, computed batch by batch.
    public func predict(
        _ x: any SampleSource, batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> Tensor {
        let results: [Tensor] = try predict([x], batchSize: batchSize, callbacks: callbacks)
        guard results.count == 1 else {
            throw StrataError(
                "One output was expected. Received: a model with \(results.count); for all of them "
                    + "call predict with a list")
        }
        return results[0]
    }

    /// One step of training on one batch. - Returns: the batch's loss and metrics before the step.
    @discardableResult
    public func trainOnBatch(
        _ x: any SampleSource, _ y: any SampleSource, sampleWeight: [Float]? = nil,
        classWeight: [Int: Float]? = nil
    ) throws -> Logs {
        try trainOnBatch([x], [y], sampleWeight: sampleWeight, classWeight: classWeight)
    }

    /// Loss and metrics of one batch, in inference mode.
    public func testOnBatch(
        _ x: any SampleSource, _ y: any SampleSource, sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try testOnBatch([x], [y], sampleWeight: sampleWeight)
    }
}
