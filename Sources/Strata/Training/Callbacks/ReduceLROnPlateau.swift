/// Lowers the learning rate when a number has not improved for some epochs, and reports it as
/// `learning_rate`.
public final class ReduceLROnPlateau: Callback {
    private let monitor: Monitor
    private let factor: Double
    private let patience: Int
    private let verbose: Bool
    private let cooldown: Int
    private let minimum: Double
    package var announce: (String) -> Void = Strata.announce

    private var best: Double?
    private var wait = 0
    private var cooldownLeft = 0

    /// - Parameters:
    ///   - monitor: the number to watch, one of those that `fit` reports; `val_loss` by default.
    ///   - factor: the factor that the learning rate is multiplied by, below 1; 0.1 by default. `fit`
    ///     throws if it is not.
    ///   - patience: the number of epochs without improvement before that; 10 by default.
    ///   - verbose: whether to print a message each time; false by default.
    ///   - mode: whether lower or higher is better; by default the metric decides.
    ///   - minDelta: the smallest change that counts as an improvement; 1e-4 by default.
    ///   - cooldown: the number of epochs after a reduction during which none are counted; 0 by default.
    ///   - minLR: the lower bound of the learning rate; 0 by default.
    public init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10,
        verbose: Bool = false, mode: MonitorMode = .automatic, minDelta: Double = 1e-4,
        cooldown: Int = 0, minLR: Double = 0
    ) {
        self.monitor = Monitor(monitor, mode: mode, minDelta: minDelta)
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        minimum = minLR
    }

    public func onTrainBegin(_ run: RunDescription, model: Model) throws {
        guard factor < 1 else {
            throw StrataError("ReduceLROnPlateau: factor must be below 1, but got \(factor)")
        }
        (best, wait, cooldownLeft) = (nil, 0, 0)
    }

    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws {
        let optimizer = try model.settableOptimizer(for: "ReduceLROnPlateau")
        let rate = optimizer.learningRate
        logs["learning_rate"] = Double(rate)
        guard let current = logs[monitor.name] else {
            announce(
                "Learning rate reduction is conditioned on metric `\(monitor.name)` which is not "
                    + "available. Available metrics are: \(logs.available).")
            return
        }
        if cooldownLeft > 0 {
            cooldownLeft -= 1
            wait = 0
        }
        if try monitor.isImprovement(current, over: best, model) {
            best = current
            wait = 0
        } else if cooldownLeft == 0 {
            wait += 1
            guard wait >= patience, rate > Float(minimum) else { return }
            let lower = max(Double(rate) * factor, minimum)
            optimizer.learningRate = Float(lower)
            if verbose {
                announce(
                    "\nEpoch \(epoch + 1): ReduceLROnPlateau reducing learning rate to \(lower).")
            }
            cooldownLeft = cooldown
            wait = 0
        }
    }
}

extension Model {
    /// The optimizer, if its learning rate can be set.
    /// - Throws: ``StrataError`` if the learning rate follows a schedule.
    func settableOptimizer(for callback: String) throws -> Optimizer {
        guard let optimizer = compilation?.optimizer else { throw Model.notCompiled }
        guard !optimizer.followsSchedule else {
            throw StrataError(
                "\(callback) cannot set a learning rate that follows a schedule, "
                    + "\(optimizer.schedule.map { "\(type(of: $0))" } ?? ""): give the optimizer a number."
            )
        }
        return optimizer
    }
}
