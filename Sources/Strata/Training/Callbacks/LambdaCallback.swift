/// A callback made of closures, for what is too small for a class:
///
/// ```swift
/// let printing = LambdaCallback(onEpochEnd: { epoch, logs, _ in print(epoch, logs) })
/// ```
public final class LambdaCallback: Callback {
    /// Called with an epoch, or a batch, and the model.
    public typealias EpochBegin = (_ epoch: Int, _ model: Model) throws -> Void
    /// Called with an epoch, its numbers and the model.
    public typealias EpochEnd = (_ epoch: Int, _ logs: inout Logs, _ model: Model) throws -> Void
    /// Called with a batch, the running means of the epoch and the model.
    public typealias BatchEnd = (_ batch: Int, _ logs: Logs, _ model: Model) throws -> Void

    private let epochBegin: EpochBegin?
    private let epochEnd: EpochEnd?
    private let trainBegin: ((Model) throws -> Void)?
    private let trainEnd: ((Logs, Model) throws -> Void)?
    private let batchBegin: EpochBegin?
    private let batchEnd: BatchEnd?

    /// - Parameters:
    ///   - onEpochBegin: called before each epoch; nothing by default, as for the others.
    ///   - onEpochEnd: called after each epoch.
    ///   - onTrainBegin: called when `fit` begins.
    ///   - onTrainEnd: called when `fit` ends.
    ///   - onTrainBatchBegin: called before each batch of training.
    ///   - onTrainBatchEnd: called after each batch of training.
    public init(
        onEpochBegin: EpochBegin? = nil, onEpochEnd: EpochEnd? = nil,
        onTrainBegin: ((_ model: Model) throws -> Void)? = nil,
        onTrainEnd: ((_ logs: Logs, _ model: Model) throws -> Void)? = nil,
        onTrainBatchBegin: ((_ batch: Int, _ model: Model) throws -> Void)? = nil,
        onTrainBatchEnd: BatchEnd? = nil
    ) {
        epochBegin = onEpochBegin
        epochEnd = onEpochEnd
        trainBegin = onTrainBegin
        trainEnd = onTrainEnd
        batchBegin = onTrainBatchBegin
        batchEnd = onTrainBatchEnd
    }

    public func onTrainBegin(_ run: RunDescription, model: Model) throws { try trainBegin?(model) }
    public func onTrainEnd(_ logs: Logs, model: Model) throws { try trainEnd?(logs, model) }

    public func onEpochBegin(_ epoch: Int, model: Model) throws { try epochBegin?(epoch, model) }
    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws {
        try epochEnd?(epoch, &logs, model)
    }

    public func onTrainBatchBegin(_ batch: Int, model: Model) throws {
        try batchBegin?(batch, model)
    }
    public func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {
        try batchEnd?(batch, logs, model)
    }
}
