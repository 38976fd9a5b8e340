/// The epochs of a `fit`, and what is done between them.
struct TrainingLoop {
    let model: Model
    let compilation: Compilation
    let training: DataPart
    let validation: DataPart?
    let batchSize: Int
    let validationBatchSize: Int
    let shuffles: Bool
    let callbacks: [any Callback]

    private var steps: Int { (training.rows.count - 1) / batchSize + 1 }

    /// - Parameter total: the number of the last epoch, as callbacks are told.
    func run(epochs: Range<Int>, of total: Int) throws -> History {
        var history = History()
        let run = RunDescription(
            epochs: total, steps: steps, samples: training.rows.count, isValidation: false)
        model.stopTraining = false
        beginRecord(at: epochs.lowerBound)
        for callback in callbacks { try callback.onTrainBegin(run, model: model) }
        let totals = RunningTotals(compilation)
        var logs = Logs([], [])
        for epoch in epochs {
            for callback in callbacks { try callback.onEpochBegin(epoch, model: model) }
            let isWhole = try trainEpoch(totals)
            logs = totals.logs
            try validate(&logs)
            // Before callbacks, of which one may save the model; and with what they have added.
            record(epoch, logs, isWhole: isWhole)
            for callback in callbacks {
                try callback.onEpochEnd(epoch, logs: &logs, model: model)
            }
            record(epoch, logs, isWhole: isWhole)
            history.append(epoch, logs)
            if model.stopTraining { break }
        }
        if total > 0 { compilation.optimizer.finish(model.trainedWeights) }
        for callback in callbacks { try callback.onTrainEnd(logs, model: model) }
        return history
    }

    /// - Returns: whether training went on to the epoch's last batch.
    private func trainEpoch(_ totals: RunningTotals) throws -> Bool {
        let order = order
        totals.reset()
        for batch in 0..<steps {
            for callback in callbacks { try callback.onTrainBatchBegin(batch, model: model) }
            let first = batch * batchSize
            let count = min(batchSize, training.rows.count - first)
            try model.step(
                .train, training.data, rows: order, at: first, count, inOrder: !shuffles, totals)
            let logs = totals.logs
            for callback in callbacks {
                try callback.onTrainBatchEnd(batch, logs: logs, model: model)
            }
            if model.stopTraining { return batch + 1 == steps }
        }
        return true
    }

    /// The rows in the order of an epoch. It follows from the steps made, so that fitting twice is
    /// fitting on.
    private var order: [Int64] {
        guard shuffles else { return training.order }
        let key = Random.Key(
            seed: model.seed, path: "shuffle after \(model.core.trainingCalls) steps")
        return key.permutation(training.rows.count)
            .map { Int64(training.rows.lowerBound + $0) }
    }

    private func validate(_ logs: inout Logs) throws {
        guard let validation else { return }
        let result = try model.test(
            validation, batchSize: validationBatchSize, callbacks, isValidation: true)
        for (name, value) in zip(result.names, result.values) { logs["val_" + name] = value }
    }

    // MARK: - The model's record

    /// Goes on with the model's record if training does; otherwise begins a new one.
    private func beginRecord(at epoch: Int) {
        let known = model.trainingRecord
        let isContinued = epoch > 0 && known?.epochs == epoch
        model.trainingRecord = TrainingRecord(
            batchSize: batchSize, epochs: epoch,
            history: isContinued ? known?.history ?? History() : History())
    }

    /// An epoch that was broken off is begun again when training goes on.
    private func record(_ epoch: Int, _ logs: Logs, isWhole: Bool) {
        if isWhole { model.trainingRecord?.epochs = epoch + 1 }
        model.trainingRecord?.history.append(epoch, logs)
    }
}
