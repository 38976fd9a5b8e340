/// Stops training when a number has not improved for some epochs.
public final class EarlyStopping: Callback {
    private let monitor: Monitor
    private let patience: Int
    private let verbose: Bool
    private let baseline: Double?
    private let restoresBestWeights: Bool
    private let firstEpoch: Int
    package var announce: (String) -> Void = Strata.announce

    /// The best value so far.
    public private(set) var best: Double?
    /// The epoch of the best value, counted from 0.
    public private(set) var bestEpoch = 0
    /// The epoch, counted from 0, after which training stopped; 0 if it did not stop early.
    public private(set) var stoppedEpoch = 0
    private var wait = 0
    private var bestWeights: [(variable: Variable, value: Tensor)] = []

    /// - Parameters:
    ///   - monitor: the number to watch, one of those that `fit` reports; `val_loss` by default.
    ///   - minDelta: the smallest change that counts as an improvement; 0 by default.
    ///   - patience: the number of epochs without improvement after which training stops; 0 by default.
    ///   - verbose: whether to print a message when training stops early and when weights are restored;
    ///     false by default.
    ///   - mode: whether lower or higher is better; by default the metric decides.
    ///   - baseline: a value that must be exceeded for an improvement to restart the count of epochs; none
    ///     by default.
    ///   - restoreBestWeights: whether to restore the weights of the best epoch when training ends, early
    ///     or not; false by default.
    ///   - startFromEpoch: the first epoch that is considered; 0 by default.
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

    /// Keeps snapshots, which are copied only when the weights change.
    private func remember(_ model: Model, _ epoch: Int) {
        bestWeights = model.weights.map { ($0, $0.value) }
        bestEpoch = epoch
    }
}
