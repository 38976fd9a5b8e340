/// Takes part in `fit`, `evaluate` and `predict` at Keras's hook points. Progress and ``History`` are
/// callbacks themselves.
///
/// Epochs and batches are counted from 0. To end training, set `model.stopTraining`; to fail, throw.
public protocol Callback: AnyObject {
    func onTrainBegin(_ run: RunDescription, model: Model) throws
    func onTrainEnd(_ logs: Logs, model: Model) throws
    func onEpochBegin(_ epoch: Int, model: Model) throws
    /// Logs hold the epoch's numbers, with `val_` before those of the validation data; what a callback
    /// adds, later ones see.
    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws
    func onTrainBatchBegin(_ batch: Int, model: Model) throws
    /// Logs hold the running means of the epoch so far.
    func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws
    func onTestBegin(_ run: RunDescription, model: Model) throws
    func onTestEnd(_ logs: Logs, model: Model) throws
    func onTestBatchBegin(_ batch: Int, model: Model) throws
    func onTestBatchEnd(_ batch: Int, logs: Logs, model: Model) throws
    func onPredictBegin(_ run: RunDescription, model: Model) throws
    func onPredictEnd(model: Model) throws
    func onPredictBatchBegin(_ batch: Int, model: Model) throws
    func onPredictBatchEnd(_ batch: Int, model: Model) throws
}

/// What a callback is told at the beginning of a run.
public struct RunDescription: Sendable {
    /// The epochs asked for (`fit`), 1 otherwise.
    public let epochs: Int
    /// The batches of an epoch.
    public let steps: Int
    /// The samples of an epoch.
    public let samples: Int
    /// Whether the run is the validation of a `fit`.
    public let isValidation: Bool

    package init(epochs: Int, steps: Int, samples: Int, isValidation: Bool) {
        self.epochs = epochs
        self.steps = steps
        self.samples = samples
        self.isValidation = isValidation
    }
}

extension Callback {
    public func onTrainBegin(_ run: RunDescription, model: Model) throws {}
    public func onTrainEnd(_ logs: Logs, model: Model) throws {}
    public func onEpochBegin(_ epoch: Int, model: Model) throws {}
    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws {}
    public func onTrainBatchBegin(_ batch: Int, model: Model) throws {}
    public func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {}
    public func onTestBegin(_ run: RunDescription, model: Model) throws {}
    public func onTestEnd(_ logs: Logs, model: Model) throws {}
    public func onTestBatchBegin(_ batch: Int, model: Model) throws {}
    public func onTestBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {}
    public func onPredictBegin(_ run: RunDescription, model: Model) throws {}
    public func onPredictEnd(model: Model) throws {}
    public func onPredictBatchBegin(_ batch: Int, model: Model) throws {}
    public func onPredictBatchEnd(_ batch: Int, model: Model) throws {}
}
