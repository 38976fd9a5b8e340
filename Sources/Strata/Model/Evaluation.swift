// Use of a model in inference mode: its loss and metrics, and its outputs.
extension Model {
    /// Loss and metrics over data, in inference mode.
    /// - Throws: ``StrataError`` as `fit` does.
    @discardableResult
    public func evaluate(
        _ x: [any SampleSource], _ y: [any SampleSource], batchSize: Int = 32,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        sampleWeight: [Float]? = nil
    ) throws -> Logs {
        let data = try weighted(prepared(x, y), sampleWeight: sampleWeight)
        try check("batchSize", batchSize, least: 1)
        Progress.warnOnceIfSlow(verbose)
        let callbacks = callbacks + [Progress.callback(verbose)].compactMap { $0 }
        return try test(
            DataPart(data), batchSize: batchSize, callbacks, isValidation: false)
    }

    /// The model's outputs for samples `[samples, …]` of each input, computed batch by batch.
    /// - Throws: ``StrataError`` if the model's definition is wrong or the samples do not fit it.
    public func predict(
        _ x: [any SampleSource], batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> [Tensor] {
        let data = try prepared(x, nil)
        try check("batchSize", batchSize, least: 1)
        let rows = data.rowCount
        var shapes = outputs.map(\.shape)
        if !shapes.allSatisfy(\.isKnown) {
            // The plan of the first batch knows the sizes.
            shapes = try exclusively {
                try plan(.predict, data, min(batchSize, rows), inOrder: true).predictionShapes
            }
        }
        let types = shapes.map { TensorType($0.withoutBatch.batched(rows)) }
        try Runtime.checkMemory(types.reduce(0) { $0 + $1.byteCount }, for: "the outputs")
        let results = types.map { Storage(byteCount: $0.byteCount) }
        let steps = (rows - 1) / batchSize + 1
        let run = RunDescription(epochs: 1, steps: steps, samples: rows, isValidation: false)
        for callback in callbacks { try callback.onPredictBegin(run, model: self) }
        let order = data.x.allSatisfy(\.isReady) ? [] : (0..<rows).map(Int64.init)
        for batch in 0..<steps {
            for callback in callbacks { try callback.onPredictBatchBegin(batch, model: self) }
            let first = batch * batchSize
            let count = min(batchSize, rows - first)
            try exclusively {
                let plan = try plan(.predict, data, count, inOrder: true)
                withIndex(order, first) { plan.run(data, first: first, index: $0, step: 0) }
                for (index, type) in types.enumerated() {
                    let numbers = plan.plan.output(index)
                    let start = first * type.byteCount / max(1, rows)
                    (results[index].pointer + start).copyMemory(
                        from: numbers.baseAddress!, byteCount: numbers.count * 4)
                }
            }
            for callback in callbacks { try callback.onPredictBatchEnd(batch, model: self) }
        }
        for callback in callbacks { try callback.onPredictEnd(model: self) }
        return zip(results, types).map { Tensor($0, $1) }
    }

    /// Loss and metrics over a part of the data.
    func test(
        _ part: DataPart, batchSize: Int, _ callbacks: [any Callback], isValidation: Bool
    ) throws -> Logs {
        guard let compilation else { throw Model.notCompiled }
        let steps = (part.rows.count - 1) / batchSize + 1
        let run = RunDescription(
            epochs: 1, steps: steps, samples: part.rows.count, isValidation: isValidation)
        let totals = RunningTotals(compilation)
        let order = part.order
        for callback in callbacks { try callback.onTestBegin(run, model: self) }
        for batch in 0..<steps {
            for callback in callbacks { try callback.onTestBatchBegin(batch, model: self) }
            let first = batch * batchSize
            let count = min(batchSize, part.rows.count - first)
            try step(.test, part.data, rows: order, at: first, count, inOrder: true, totals)
            let logs = totals.logs
            for callback in callbacks {
                try callback.onTestBatchEnd(batch, logs: logs, model: self)
            }
        }
        let logs = totals.logs
        for callback in callbacks { try callback.onTestEnd(logs, model: self) }
        return logs
    }
}
