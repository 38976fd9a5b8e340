// Use of a model in inference mode: its loss and metrics, and its outputs.
extension Model {
    /// Loss and metrics over data, in inference mode.
    /// - Parameters:
    ///   - data: the samples with their targets.
    ///   - batchSize: samples that are computed at a time.
    ///   - verbose: what is printed, on the standard error stream.
    ///   - callbacks: called at each hook point, in order.
    ///   - sampleWeight: the weight of each sample in the loss.
    /// - Throws: ``StrataError`` as `fit` does, and what the source throws.
    @discardableResult
    public func evaluate(
        _ data: any SampleSource, batchSize: Int = 32, verbose: Verbosity = .automatic,
        callbacks: [any Callback] = [], sampleWeight: [Float]? = nil
    ) throws -> Logs {
        let data = try weighted(prepared(data), sampleWeight: sampleWeight)
        try check("batchSize", batchSize, least: 1)
        return try evaluate(
            SourceBatches(self, data, batchSize: batchSize), verbose, callbacks)
    }

    /// Loss and metrics over batches from a sequence, in inference mode.
    /// - Parameters:
    ///   - batches: the batches, in order.
    ///   - steps: how many of them; all by default.
    ///   - verbose: what is printed, on the standard error stream.
    ///   - callbacks: called at each hook point, in order.
    /// - Throws: ``StrataError`` as `fit` does, and if there are fewer batches than `steps`.
    @discardableResult
    public func evaluate(
        batches: any Sequence<Examples>, steps: Int? = nil, verbose: Verbosity = .automatic,
        callbacks: [any Callback] = []
    ) throws -> Logs {
        let batches = try stream(batches, steps, "steps")
        try batches.open()
        return try evaluate(batches, verbose, callbacks)
    }

    private func evaluate(
        _ batches: any BatchSupply, _ verbose: Verbosity, _ callbacks: [any Callback]
    ) throws -> Logs {
        Progress.warnOnceIfSlow(verbose)
        return try test(
            batches, callbacks + [try Progress.callback(verbose)].compactMap { $0 },
            isValidation: false)
    }

    /// The model's output for the samples of a source, computed batch by batch.
    /// - Parameters:
    ///   - data: the samples; targets, if they have any, are not used.
    ///   - batchSize: samples that are computed at a time.
    ///   - callbacks: called at each hook point, in order.
    /// - Returns: the output, `[samples, …]`.
    /// - Throws: ``StrataError`` if the model has several outputs, its definition is wrong or the samples
    ///   do not fit it, and what the source throws.
    public func predict(
        _ data: any SampleSource, batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> Tensor {
        let results = try predictOutputs(data, batchSize: batchSize, callbacks: callbacks)
        guard results.count == 1 else {
            throw StrataError(
                "The model must have one output, but has \(results.count): call predictOutputs, or predict "
                    + "with a list of inputs.")
        }
        return results[0]
    }

    /// All outputs of a model for the samples of a source, computed batch by batch.
    /// - Parameters:
    ///   - data: the samples; targets, if they have any, are not used.
    ///   - batchSize: samples that are computed at a time.
    ///   - callbacks: called at each hook point, in order.
    /// - Returns: each output, `[samples, …]`.
    /// - Throws: ``StrataError`` if the model's definition is wrong or the samples do not fit it, and
    ///   what the source throws.
    public func predictOutputs(
        _ data: any SampleSource, batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> [Tensor] {
        let data = try prepared(data, hasTargets: false)
        try check("batchSize", batchSize, least: 1)
        let rows = data.rowCount
        var (types, results): ([TensorType], [Storage]) = ([], [])
        func allocate(_ shapes: [Shape]) throws {
            types = shapes.map { TensorType($0.withoutBatch.batched(rows)) }
            try Runtime.checkMemory(types.reduce(0) { $0 + $1.byteCount }, for: "the outputs")
            results = types.map { Storage(byteCount: $0.byteCount) }
        }
        if outputs.allSatisfy(\.shape.isKnown) { try allocate(outputs.map(\.shape)) }
        let batches = SourceBatches(self, data, batchSize: batchSize)
        let run = RunDescription(
            epochs: 1, steps: batches.steps, samples: rows, isValidation: false)
        for callback in callbacks { try callback.onPredictBegin(run, model: self) }
        let pass = try batches.makePass(epoch: 0, shuffledBy: nil)
        defer { pass.stop() }
        var number = 0
        while let batch = try pass.next() {
            for callback in callbacks { try callback.onPredictBatchBegin(number, model: self) }
            let first = number * batchSize
            try exclusively {
                let plan = try plan(.predict, batch)
                // Of other models the plan of the first batch knows the sizes.
                if results.isEmpty { try allocate(plan.predictionShapes) }
                plan.run(batch, step: 0)
                for (index, type) in types.enumerated() {
                    let numbers = plan.plan.output(index)
                    let start = first * type.byteCount / max(1, rows)
                    (results[index].pointer + start).copyMemory(
                        from: numbers.baseAddress!, byteCount: numbers.count * 4)
                }
            }
            for callback in callbacks { try callback.onPredictBatchEnd(number, model: self) }
            number += 1
        }
        for callback in callbacks { try callback.onPredictEnd(model: self) }
        return zip(results, types).map { Tensor($0, $1) }
    }

    /// Loss and metrics over batches.
    func test(
        _ batches: any BatchSupply, _ callbacks: [any Callback], isValidation: Bool
    ) throws -> Logs {
        guard let compilation else { throw Model.notCompiled }
        let run = RunDescription(
            epochs: 1, steps: batches.steps, samples: batches.sampleCount,
            isValidation: isValidation)
        let totals = RunningTotals(compilation)
        for callback in callbacks { try callback.onTestBegin(run, model: self) }
        let pass = try batches.makePass(epoch: 0, shuffledBy: nil)
        defer { pass.stop() }
        var number = 0
        while let batch = try pass.next() {
            for callback in callbacks { try callback.onTestBatchBegin(number, model: self) }
            try step(.test, batch, totals)
            let logs = totals.logs
            for callback in callbacks {
                try callback.onTestBatchEnd(number, logs: logs, model: self)
            }
            number += 1
        }
        let logs = totals.logs
        for callback in callbacks { try callback.onTestEnd(logs, model: self) }
        return logs
    }
}
