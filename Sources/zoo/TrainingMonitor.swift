import Foundation
import Strata

/// Keeps the numbers and the time of a training run; ends it at Ctrl-C or SIGTERM, and when the loss is no
/// longer a number.
final class TrainingMonitor: Callback {
    /// The loss is no longer a finite number.
    struct Divergence: Error {
        let message: String
    }

    /// The numbers of each epoch, those of earlier runs included, in the order they are reported; not a
    /// number where one was not reported. The last epoch may be unfinished.
    private(set) var history: [(name: String, values: [Double])] = []
    /// The epochs of this run.
    private(set) var epochCount = 0
    private var earlierEpochs: Int
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

    /// - Parameter record: the training before this run; nil if there was none.
    init(after record: TrainingRecord?) {
        // An epoch that was broken off is run again.
        let known = record?.history ?? History()
        let count = min(known.epochs.count, record?.epochs ?? 0)
        earlierEpochs = count
        history = known.names.compactMap { name in
            guard let values = known[name] else { return nil }
            let missing = max(0, known.epochs.count - values.count)
            return (name, Array(([Double](repeating: .nan, count: missing) + values).prefix(count)))
        }
    }

    private var now: Double { ProcessInfo.processInfo.systemUptime }

    func onTrainBegin(_ run: RunDescription, model: Model) {
        steps = run.steps ?? 0
        samples = run.samples ?? 0
    }

    func onEpochBegin(_ epoch: Int, model: Model) {
        self.epoch = epoch
        epochBegin = now
    }

    func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {
        running = logs
        place = "in epoch \(epoch + 1) at batch \(batch + 1) of \(steps)"
        if let loss = logs["loss"], !loss.isFinite {
            throw Divergence(
                message:
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

    func onPredictBatchEnd(_ batch: Int, model: Model) throws {
        if Runtime.isInterrupted { throw Interruption(message: "") }
    }

    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) { record(logs) }

    /// Adds the numbers of an epoch that was left before its end.
    func recordUnfinishedEpoch() {
        if let running { record(running) }
    }

    private func record(_ logs: Logs) {
        running = nil
        for index in history.indices { history[index].values.append(.nan) }
        let count = earlierEpochs + epochCount
        for (name, value) in zip(logs.names, logs.values) {
            if let index = history.firstIndex(where: { $0.name == name }) {
                history[index].values[count] = value
            } else {
                history.append((name, [Double](repeating: .nan, count: count) + [value]))
            }
        }
        epochCount += 1
    }
}
