/// The losses and metrics of each epoch of a `fit`: `history["val_loss"]`.
public struct History: Sendable {
    /// The epochs that were run, counted from 0.
    public private(set) var epochs: [Int] = []
    /// The names of the numbers, in alphabetical order as in Keras.
    public private(set) var names: [String] = []
    private var values: [String: [Double]] = [:]

    /// The numbers of a name, one for each epoch; nil if there is no such name.
    public subscript(_ name: String) -> [Double]? { values[name] }

    mutating func append(_ epoch: Int, _ logs: Logs) {
        epochs.append(epoch)
        for (name, value) in logs.sorted {
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(value)
        }
    }
}

/// The callback by which `fit` records the history.
final class HistoryRecorder: Callback {
    private(set) var history = History()

    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) {
        history.append(epoch, logs)
    }
}
