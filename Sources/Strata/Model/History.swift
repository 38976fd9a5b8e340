/// What `fit` observed: for each name the numbers of the epochs, `history["val_loss"]`.
public struct History: Sendable {
    /// The epochs run, counted from 0.
    public private(set) var epochs: [Int] = []
    /// In alphabetical order, as Keras has them.
    public private(set) var names: [String] = []
    private var values: [String: [Double]] = [:]

    public subscript(_ name: String) -> [Double]? { values[name] }

    mutating func append(_ epoch: Int, _ logs: Logs) {
        epochs.append(epoch)
        for (name, value) in logs.sorted {
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(value)
        }
    }
}

/// Writes the history down; `fit` adds it to the callbacks.
final class HistoryRecorder: Callback {
    private(set) var history = History()

    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) {
        history.append(epoch, logs)
    }
}
