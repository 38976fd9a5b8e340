/// Sets the learning rate at the beginning of each epoch, and reports it as `learning_rate`.
public final class LearningRateScheduler: Callback {
    private let schedule: (_ epoch: Int, _ rate: Double) -> Double
    private let verbose: Bool
    package var announce: (String) -> Void = Strata.announce

    /// - Parameters:
    ///   - verbose: whether to print the learning rate each epoch; false by default.
    ///   - schedule: maps the epoch, counted from 0, and the current learning rate to the new one.
    public init(verbose: Bool = false, schedule: @escaping (_ epoch: Int, _ rate: Double) -> Double)
    {
        self.schedule = schedule
        self.verbose = verbose
    }

    public func onEpochBegin(_ epoch: Int, model: Model) throws {
        let optimizer = try model.settableOptimizer(for: "LearningRateScheduler")
        let rate = schedule(epoch, Double(optimizer.learningRate))
        optimizer.learningRate = Float(rate)
        if verbose {
            announce(
                "\nEpoch \(epoch + 1): LearningRateScheduler setting learning rate to \(rate).")
        }
    }

    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) {
        if let rate = model.compilation?.optimizer.learningRate {
            logs["learning_rate"] = Double(rate)
        }
    }
}
