/// The epochs of a `fit`, and what is done between them.
struct TrainingLoop {
    let model: Model
    let compilation: Compilation
    let training: any BatchSupply
    let validation: (any BatchSupply)?
    /// Samples per step, for the model's record.
    let batchSize: Int
    let shuffles: Bool
    let callbacks: [any Callback]

    /// - Parameter total: the number of the last epoch, as callbacks are told.
    func run(epochs: Range<Int>, of total: Int) throws -> History {
        var history = History()
        let run = RunDescription(
            epochs: total, steps: training.steps, samples: training.sampleCount, isValidation: false
        )
        model.stopTraining = false
        defer { model.lastBatch = nil }
        beginRecord(at: epochs.lowerBound)
        for callback in callbacks { try callback.onTrainBegin(run, model: model) }
        let totals = RunningTotals(compilation)
        var logs = Logs([], [])
        for epoch in epochs {
            for callback in callbacks { try callback.onEpochBegin(epoch, model: model) }
            let isWhole = try trainEpoch(epoch, totals)
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
    private func trainEpoch(_ epoch: Int, _ totals: RunningTotals) throws -> Bool {
        totals.reset()
        let pass = try training.makePass(epoch: epoch, shuffledBy: shuffles ? orderKey : nil)
        defer { pass.stop() }
        var batch = 0
        while let samples = try pass.next() {
            for callback in callbacks { try callback.onTrainBatchBegin(batch, model: model) }
            try model.step(.train, samples, totals)
            model.lastBatch = samples
            let logs = totals.logs
            for callback in callbacks {
                try callback.onTrainBatchEnd(batch, logs: logs, model: model)
            }
            batch += 1
            if model.stopTraining { return batch == training.steps }
        }
        return true
    }

    /// Decides the order of an epoch. It follows from the steps made, so that fitting twice is fitting on.
    private var orderKey: Random.Key {
        Random.Key(
            seed: model.seed, path: "shuffle after \(model.core.trainingCalls) steps")
    }

    private func validate(_ logs: inout Logs) throws {
        guard let validation else { return }
        let result = try model.test(
            validation, callbacks, isValidation: true)
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
