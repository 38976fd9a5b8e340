/// Takes part in `fit`, `evaluate` and `predict` at Keras's hook points. The progress bar and ``History``
/// are callbacks, too.
///
/// Epochs and batches are counted from 0. Implement the methods you need; the others do nothing. Set
/// `model.stopTraining` to end training after the current batch. An error that a method throws ends the
/// run and is thrown by `fit`, `evaluate` or `predict`.
public protocol Callback: AnyObject {
    /// Called when `fit` begins.
    func onTrainBegin(_ run: RunDescription, model: Model) throws
    /// Called when `fit` ends, with the numbers of the last epoch.
    func onTrainEnd(_ logs: Logs, model: Model) throws
    /// Called before each epoch.
    func onEpochBegin(_ epoch: Int, model: Model) throws
    /// Called after each epoch, with its numbers; those of the validation data begin with `val_`. Later
    /// callbacks and the history see what a callback adds.
    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws
    /// Called before each batch of training.
    func onTrainBatchBegin(_ batch: Int, model: Model) throws
    /// Called after each batch of training, with the running means of the epoch.
    func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws
    /// Called when an evaluation begins, by `evaluate` or for the validation of `fit`.
    func onTestBegin(_ run: RunDescription, model: Model) throws
    /// Called when an evaluation ends, with its numbers.
    func onTestEnd(_ logs: Logs, model: Model) throws
    /// Called before each batch of an evaluation.
    func onTestBatchBegin(_ batch: Int, model: Model) throws
    /// Called after each batch of an evaluation, with the running means.
    func onTestBatchEnd(_ batch: Int, logs: Logs, model: Model) throws
    /// Called when `predict` begins.
    func onPredictBegin(_ run: RunDescription, model: Model) throws
    /// Called when `predict` ends.
    func onPredictEnd(model: Model) throws
    /// Called before each batch of `predict`.
    func onPredictBatchBegin(_ batch: Int, model: Model) throws
    /// Called after each batch of `predict`.
    func onPredictBatchEnd(_ batch: Int, model: Model) throws
}

/// Describes a run to callbacks when it begins.
public struct RunDescription: Sendable {
    /// The number of the last epoch of a `fit`; 1 otherwise.
    public let epochs: Int
    /// The number of batches in an epoch; nil if that is known only at its end.
    public let steps: Int?
    /// The number of samples in an epoch; nil if that is known only at its end.
    public let samples: Int?
    /// Whether the run is the validation of a `fit`.
    public let isValidation: Bool

    package init(epochs: Int, steps: Int?, samples: Int?, isValidation: Bool) {
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
