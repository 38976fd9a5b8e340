/// Ends training when a number has not improved for some epochs.
public final class EarlyStopping: Callback {
    private let monitor: Monitor
    private let patience: Int
    private let verbose: Bool
    private let baseline: Double?
    private let restoresBestWeights: Bool
    private let firstEpoch: Int
    package var announce: (String) -> Void = Strata.announce

    /// The best value seen, and its epoch, counted from 0.
    public private(set) var best: Double?
    public private(set) var bestEpoch = 0
    /// The epoch, counted from 0, after which training was ended; 0 if it was not.
    public private(set) var stoppedEpoch = 0
    private var wait = 0
    private var bestWeights: [(variable: Variable, value: Tensor)] = []

    /// - Parameters:
    ///   - monitor: the number watched, of those that `fit` reports.
    ///   - minDelta: smaller improvements count as none.
    ///   - patience: after how many epochs without improvement training ends.
    ///   - verbose: whether it is said that training ends early, and what weights are restored.
    ///   - baseline: improvements of numbers worse than this do not make the waiting begin anew.
    ///   - restoreBestWeights: whether the model gets back the weights of its best epoch when
    ///     training ends, early or not.
    ///   - startFromEpoch: how many epochs are not looked at.
    public init(
        monitor: String = "val_loss", minDelta: Double = 0, patience: Int = 0,
        verbose: Bool = false, mode: MonitorMode = .automatic, baseline: Double? = nil,
        restoreBestWeights: Bool = false, startFromEpoch: Int = 0
    ) {
        self.monitor = Monitor(monitor, mode: mode, minDelta: minDelta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        restoresBestWeights = restoreBestWeights
        firstEpoch = startFromEpoch
    }

    public func onTrainBegin(_ run: RunDescription, model: Model) {
        (wait, stoppedEpoch, best, bestEpoch, bestWeights) = (0, 0, nil, 0, [])
    }

    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws {
        guard let current = logs[monitor.name] else {
            announce(
                "Early stopping conditioned on metric `\(monitor.name)` which is not available. "
                    + "Available metrics are: \(logs.available)")
            return
        }
        guard epoch >= firstEpoch else { return }
        if restoresBestWeights, bestWeights.isEmpty { remember(model, epoch) }
        wait += 1
        if try monitor.isImprovement(current, over: best, model) {
            best = current
            bestEpoch = epoch
            if restoresBestWeights { remember(model, epoch) }
            if try baseline.map({ try monitor.isImprovement(current, over: $0, model) }) ?? true {
                wait = 0
            }
        } else if wait >= patience, epoch > 0 {
            stoppedEpoch = epoch
            model.stopTraining = true
        }
    }

    public func onTrainEnd(_ logs: Logs, model: Model) {
        if stoppedEpoch > 0, verbose { announce("Epoch \(stoppedEpoch + 1): early stopping") }
        guard !bestWeights.isEmpty else { return }
        if verbose {
            announce("Restoring model weights from the end of the best epoch: \(bestEpoch + 1).")
        }
        for (variable, value) in bestWeights { variable.assign(storageOf: value) }
        bestWeights = []
    }

    /// Snapshots are not copied before the weights change.
    private func remember(_ model: Model, _ epoch: Int) {
        bestWeights = model.weights.map { ($0, $0.value) }
        bestEpoch = epoch
    }
}
