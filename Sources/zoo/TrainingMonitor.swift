import Foundation
import Strata

/// Keeps the numbers and the time of a training run; ends it at Ctrl-C or SIGTERM, and when the loss is no
/// longer a number.
final class TrainingMonitor: Callback {
    /// The numbers of each epoch, the last perhaps unfinished, in the order they are reported.
    private(set) var history: [(name: String, values: [Double])] = []
    /// What was trained on, over all epochs, and how long that took without validation.
    private(set) var sampleCount = 0
    private(set) var seconds = 0.0
    /// Where the run is, for people.
    private(set) var place = "before the first batch"

    private var steps = 0
    private var samples = 0
    private var epoch = 0
    private var running: Logs?
    private var epochBegin = 0.0

    private var now: Double { ProcessInfo.processInfo.systemUptime }

    func onTrainBegin(_ run: RunDescription, model: Model) {
        steps = run.steps
        samples = run.samples
    }

    func onEpochBegin(_ epoch: Int, model: Model) {
        self.epoch = epoch
        epochBegin = now
    }

    func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {
        running = logs
        place = "in epoch \(epoch + 1) at batch \(batch + 1) of \(steps)"
        if let loss = logs["loss"], !loss.isFinite {
            throw StrataError(
                "The loss became \(formatted(loss)) \(place), and training stopped: look for numbers "
                    + "in the data that are not finite, or try a lower learning rate.")
        }
        if batch + 1 == steps {
            seconds += now - epochBegin
            sampleCount += samples
        }
        if Runtime.isInterrupted { model.stopTraining = true }
    }

    func onTestBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {
        if Runtime.isInterrupted { throw Interruption(message: "") }
    }

    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) { record(logs) }

    /// Adds the numbers of an epoch that was left before its end.
    func recordUnfinishedEpoch() {
        if let running { record(running) }
    }

    private func record(_ logs: Logs) {
        running = nil
        for (name, value) in zip(logs.names, logs.values) {
            if let index = history.firstIndex(where: { $0.name == name }) {
                history[index].values.append(value)
            } else {
                history.append((name, [value]))
            }
        }
    }
}
