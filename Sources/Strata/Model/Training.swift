import CStrata

/// How much `fit`, `evaluate` and `predict` print: 0 nothing, 1 a bar, 2 a line an epoch.
public enum Verbosity: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// Nothing.
    case silent
    /// A progress bar.
    case bar
    /// A line for each epoch.
    case lines
    /// A bar at a terminal, lines elsewhere.
    case automatic
    /// A number that means nothing: an error of `fit`, `evaluate` or `predict`.
    case unknown(Int)

    /// - Parameter number: 0 for nothing, 1 for a bar, 2 for lines.
    public init(_ number: Int) {
        switch number {
        case 0: self = .silent
        case 1: self = .bar
        case 2: self = .lines
        default: self = .unknown(number)
        }
    }

    public init(integerLiteral number: Int) { self.init(number) }
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
    ///   - classWeight: what samples of a class count for in the loss, 1 for classes not named.
    ///   - sampleWeight: what each sample counts for in the loss.
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
        let data = try prepared(x, y)
        guard let compilation else { throw Model.notCompiled }
        try check("batchSize", batchSize, least: 1)
        try check("validationBatchSize", validationBatchSize ?? batchSize, least: 1)
        try check("epochs", epochs, least: 0)
        try check("initialEpoch", initialEpoch, least: 0)
        let rows = data.x[0].rowCount
        var trained = 0..<rows
        var validation = try validationData.map { try prepared($0.x, $0.y) }
        var validated = 0..<(validation?.x[0].rowCount ?? 0)
        if validation == nil, validationSplit != 0 {
            guard validationSplit > 0, validationSplit < 1 else {
                throw StrataError(
                    "validationSplit is at least 0 and below 1. Received: \(validationSplit)")
            }
            let end = Int((Double(rows) * (1 - validationSplit)).rounded(.down))
            guard end > 0, end < rows else {
                throw StrataError(
                    "A validationSplit of \(validationSplit) leaves \(end) of the \(rows) samples to "
                        + "train on and \(rows - end) to validate on.")
            }
            trained = 0..<end
            validated = end..<rows
            validation = data
        }
        let weights = try sampleWeights(classWeight, sampleWeight, data)
        // The weights of samples hold for those that are split off; those of classes train only.
        let validationWeights = validationData == nil && sampleWeight != nil ? weights : nil

        let recorder = HistoryRecorder()
        let progress = try Progress.callback(verbose)
        let callbacks: [any Callback] = callbacks + [progress, recorder].compactMap { $0 }
        let steps = (trained.count - 1) / batchSize + 1
        let run = RunDescription(
            epochs: epochs, steps: steps, samples: trained.count, isValidation: false)
        let totals = RunningTotals(compilation)
        var order = trained.map(Int64.init)
        stopTraining = false
        Progress.warnOnceIfSlow(verbose)
        for callback in callbacks { try callback.onTrainBegin(run, model: self) }
        var logs = Logs([], [])
        for epoch in initialEpoch..<max(initialEpoch, epochs) {
            for callback in callbacks { try callback.onEpochBegin(epoch, model: self) }
            if shuffle {
                // By the steps made, so that fitting twice is fitting on.
                let steps = compilation.optimizer.batches
                let key = Random.Key(seed: seed, path: "shuffle after \(steps) steps")
                for (place, row) in key.permutation(trained.count).enumerated() {
                    order[place] = Int64(trained.lowerBound + row)
                }
            }
            totals.reset()
            for batch in 0..<steps {
                for callback in callbacks { try callback.onTrainBatchBegin(batch, model: self) }
                let first = batch * batchSize
                let count = min(batchSize, trained.count - first)
                try step(
                    .train, data, weights, rows: order, at: first, count,
                    inOrder: !shuffle && weights == nil, totals)
                let batchLogs = totals.logs
                for callback in callbacks {
                    try callback.onTrainBatchEnd(batch, logs: batchLogs, model: self)
                }
                if stopTraining { break }
            }
            logs = totals.logs
            if let validation {
                let result = try test(
                    validation, validationWeights, rows: validated,
                    batchSize: validationBatchSize ?? batchSize, callbacks, isValidation: true)
                for (name, value) in zip(result.names, result.values) {
                    logs["val_" + name] = value
                }
            }
            for callback in callbacks {
                try callback.onEpochEnd(epoch, logs: &logs, model: self)
            }
            if stopTraining { break }
        }
        if epochs > 0 { compilation.optimizer.finish(trainedWeights) }
        for callback in callbacks { try callback.onTrainEnd(logs, model: self) }
        return recorder.history
    }

    /// Loss and metrics over data, in inference mode.
    /// - Throws: ``StrataError`` as `fit` does.
    @discardableResult
    public func evaluate(
        _ x: [any SampleSource], _ y: [any SampleSource], batchSize: Int = 32,
        verbose: Verbosity = .automatic, callbacks: [any Callback] = [],
        sampleWeight: [Float]? = nil
    ) throws -> Logs {
        let data = try prepared(x, y)
        try check("batchSize", batchSize, least: 1)
        let weights = try sampleWeights(nil, sampleWeight, data)
        Progress.warnOnceIfSlow(verbose)
        let callbacks = callbacks + [try Progress.callback(verbose)].compactMap { $0 }
        return try test(
            data, weights, rows: 0..<data.x[0].rowCount, batchSize: batchSize, callbacks,
            isValidation: false)
    }

    /// The model's outputs for samples `[samples, …]` of each input, computed batch by batch.
    /// - Throws: ``StrataError`` if the model's definition is wrong or the samples do not fit it.
    public func predict(
        _ x: [any SampleSource], batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> [Tensor] {
        let samples = try prepared(x, nil).x
        try check("batchSize", batchSize, least: 1)
        let rows = samples[0].rowCount
        let types = outputs.map { TensorType($0.shape.withoutBatch.batched(rows)) }
        try Runtime.checkMemory(types.reduce(0) { $0 + $1.byteCount }, for: "the outputs")
        let results = types.map { Storage(byteCount: $0.byteCount) }
        let steps = (rows - 1) / batchSize + 1
        let run = RunDescription(epochs: 1, steps: steps, samples: rows, isValidation: false)
        for callback in callbacks { try callback.onPredictBegin(run, model: self) }
        let order = samples.allSatisfy(\.isReady) ? [] : (0..<rows).map(Int64.init)
        for batch in 0..<steps {
            for callback in callbacks { try callback.onPredictBatchBegin(batch, model: self) }
            let first = batch * batchSize
            let count = min(batchSize, rows - first)
            let plan = try plan(.predict, (samples, []), count, isWeighted: false, inOrder: true)
            withIndex(order, first) { index in
                plan.run(samples, [], weights: nil, first: first, index: index, step: 0)
            }
            for (index, type) in types.enumerated() {
                let numbers = plan.plan.output(index)
                let start = first * type.byteCount / max(1, rows)
                (results[index].pointer + start).copyMemory(
                    from: numbers.baseAddress!, byteCount: numbers.count * 4)
            }
            for callback in callbacks { try callback.onPredictBatchEnd(batch, model: self) }
        }
        for callback in callbacks { try callback.onPredictEnd(model: self) }
        return zip(results, types).map { Tensor($0, $1) }
    }

    /// One step of training on one batch. - Returns: the batch's loss and metrics before the step.
    @discardableResult
    public func trainOnBatch(
        _ x: [any SampleSource], _ y: [any SampleSource], sampleWeight: [Float]? = nil,
        classWeight: [Int: Float]? = nil
    ) throws -> Logs {
        try onBatch(.train, x, y, sampleWeight, classWeight)
    }

    /// Loss and metrics of one batch, in inference mode.
    public func testOnBatch(
        _ x: [any SampleSource], _ y: [any SampleSource], sampleWeight: [Float]? = nil
    ) throws -> Logs {
        try onBatch(.test, x, y, sampleWeight, nil)
    }

    private func onBatch(
        _ mode: PlanKey.Mode, _ x: [any SampleSource], _ y: [any SampleSource],
        _ sampleWeight: [Float]?, _ classWeight: [Int: Float]?
    ) throws -> Logs {
        let data = try prepared(x, y)
        guard let compilation else { throw Model.notCompiled }
        let rows = data.x[0].rowCount
        let weights = try sampleWeights(classWeight, sampleWeight, data)
        let totals = RunningTotals(compilation)
        try step(
            mode, data, weights, rows: (0..<rows).map(Int64.init), at: 0, rows,
            inOrder: weights == nil, totals)
        return totals.logs
    }

    /// The prepared steps that one batch runs through; print it to see fused steps, algorithms, FLOPs
    /// and bytes.
    ///
    /// - Parameters:
    ///   - training: the training step of a compiled model, or the forward pass. By default the
    ///     training step if the model is compiled.
    ///   - batchSize: samples in the batch.
    ///   - profiled: runs the steps on zeros and tells the time of each. Weights are not kept from
    ///     changing.
    /// - Throws: ``StrataError`` if the model's definition is wrong, `training` is asked for and the
    ///   model is not compiled, or the batch needs more memory than there is.
    public func plan(
        training: Bool? = nil, batchSize: Int = 32, profiled: Bool = false
    ) throws -> Plan {
        if let error { throw error }
        try check("batchSize", batchSize, least: 1)
        let training = training ?? (compilation != nil)
        if training, compilation == nil { throw Model.notCompiled }
        let inputs = try batches(of: self.inputs.map(\.shape.withoutBatch), batchSize)
        let targets = try training ? batches(of: targetShapes, batchSize) : []
        let mode = targets.isEmpty ? PlanKey.Mode.predict : .train
        let plan = try plan(mode, (inputs, targets), batchSize, isWeighted: false, inOrder: true)
        for _ in 0..<(profiled ? 30 : 0) {
            plan.run(
                inputs, targets, weights: nil, first: 0, index: Model.noIndex, step: 0,
                profiled: true)
        }
        return plan.plan
    }

    /// Zeros for a batch of samples of each shape.
    private func batches(of shapes: [Shape], _ batchSize: Int) throws -> [Samples] {
        let whole = shapes.map { $0.batched(batchSize) }
        if let large = whole.first(where: { $0.count > Tensor.countLimit }) {
            throw StrataError(
                "A batch has at most \(Tensor.countLimit) numbers. Received: \(large)")
        }
        try Runtime.checkMemory(whole.reduce(0) { $0 + 4 * $1.count }, for: "a batch's numbers")
        return shapes.map { Samples(zeros: $0, rows: batchSize) }
    }

    // MARK: - Steps

    private static var noIndex: UnsafePointer<Int64> {
        UnsafePointer(bitPattern: 8)!
    }

    private func withIndex(
        _ order: [Int64], _ first: Int, _ body: (UnsafePointer<Int64>) -> Void
    ) {
        order.withUnsafeBufferPointer { body($0.baseAddress.map { $0 + first } ?? Model.noIndex) }
    }

    private func step(
        _ mode: PlanKey.Mode, _ data: Data, _ weights: Storage?, rows: [Int64], at first: Int,
        _ count: Int, inOrder: Bool, _ totals: RunningTotals
    ) throws {
        let plan = try plan(mode, data, count, isWeighted: weights != nil, inOrder: inOrder)
        withIndex(rows, first) { index in
            plan.run(
                data.x, data.y, weights: weights, first: inOrder ? Int(rows[first]) : 0,
                index: index, step: compilation?.optimizer.batches ?? 0)
        }
        totals.add(plan, samples: count)
    }

    private func plan(
        _ mode: PlanKey.Mode, _ data: Data, _ count: Int, isWeighted: Bool, inOrder: Bool
    ) throws -> ModelPlan {
        let key = PlanKey(
            mode: mode, batchSize: count,
            inputs: data.x.map { PlanKey.Feed($0, inOrder: inOrder) },
            targets: data.y.map { PlanKey.Feed($0, inOrder: inOrder) }, isWeighted: isWeighted)
        if let known = plans[key] { return known }
        let made = try ModelPlan(self, key)
        // A few batch sizes are in use at a time; someone who tries hundreds keeps no more than these.
        if plans.count >= 16 { plans.removeAll() }
        plans[key] = made
        return made
    }

    private func test(
        _ data: Data, _ weights: Storage?, rows: Range<Int>, batchSize: Int,
        _ callbacks: [any Callback],
        isValidation: Bool
    ) throws -> Logs {
        guard let compilation else { throw Model.notCompiled }
        let steps = (rows.count - 1) / batchSize + 1
        let run = RunDescription(
            epochs: 1, steps: steps, samples: rows.count, isValidation: isValidation)
        let totals = RunningTotals(compilation)
        let order = rows.map(Int64.init)
        for callback in callbacks { try callback.onTestBegin(run, model: self) }
        for batch in 0..<steps {
            for callback in callbacks { try callback.onTestBatchBegin(batch, model: self) }
            let first = batch * batchSize
            let count = min(batchSize, rows.count - first)
            try step(
                .test, data, weights, rows: order, at: first, count, inOrder: weights == nil, totals
            )
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
