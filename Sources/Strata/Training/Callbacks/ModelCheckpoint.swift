import Foundation

/// Saves the model or its weights after each epoch, or whenever it is the best so far.
public final class ModelCheckpoint: Callback {
    /// When to save.
    public enum SaveFrequency: Hashable, Sendable {
        /// After each epoch.
        case epoch
        /// After a number of batches, counted across epochs.
        case batches(Int)
    }

    private let path: String
    private let template: PathTemplate
    private let monitor: Monitor
    private let verbose: Bool
    private let savesBestOnly: Bool
    private let frequency: SaveFrequency
    package var announce: (String) -> Void = Strata.announce

    /// The files written, in the order of their first writing.
    public private(set) var files: [String] = []
    /// The best value so far.
    public private(set) var best: Double?
    private var epoch = 0
    private var batches = 0

    /// - Parameters:
    ///   - path: the file: `.keras` for the whole model, or `.weights.h5`, `.npz` or `.safetensors` for
    ///     the weights; `fit` throws if the extension is another. As in Python's formatting, `{epoch:02d}` stands for the epoch, counted from 1,
    ///     `{val_loss:.2f}` for a number that `fit` reports and, when saving after batches, `{batch}` for
    ///     the batch.
    ///   - monitor: the number to watch, one of those that `fit` reports; `val_loss` by default.
    ///   - verbose: whether to print a message each time; false by default.
    ///   - saveBestOnly: whether to save only when the number has improved; false by default.
    ///   - mode: whether lower or higher is better; by default the metric decides.
    ///   - saveFrequency: when to save; after each epoch by default.
    ///   - initialThreshold: a value that the first saved model must exceed; none by default.
    public init(
        _ path: String, monitor: String = "val_loss", verbose: Bool = false,
        saveBestOnly: Bool = false, mode: MonitorMode = .automatic,
        saveFrequency: SaveFrequency = .epoch, initialThreshold: Double? = nil
    ) {
        self.path = path
        template = PathTemplate(path)
        self.monitor = Monitor(monitor, mode: mode)
        self.verbose = verbose
        savesBestOnly = saveBestOnly
        frequency = saveFrequency
        best = initialThreshold
    }

    public func onTrainBegin(_ run: RunDescription, model: Model) throws {
        _ = try ModelFileFormat.of(
            path, "a checkpoint's file", among: ModelFileFormat.written)
        if case .batches(let count) = frequency, count < 1 {
            throw StrataError("ModelCheckpoint saves after at least 1 batch, but got \(count)")
        }
    }

    public func onEpochBegin(_ epoch: Int, model: Model) { self.epoch = epoch }

    public func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {
        guard case .batches(let count) = frequency else { return }
        batches += 1
        guard batches >= count else { return }
        batches = 0
        try save(model, logs, batch: batch)
    }

    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws {
        if frequency == .epoch { try save(model, logs, batch: nil) }
    }

    private func save(_ model: Model, _ logs: Logs, batch: Int?) throws {
        let path = try template.path(epoch: epoch + 1, batch: batch.map { $0 + 1 }, logs)
        guard try isDue(model, logs, path) else { return }
        try Folder.make(Folder.parent(of: path))
        try model.write(to: path)
        if !files.contains(path) { files.append(path) }
        say("finished saving model to \(path)")
    }

    private func isDue(_ model: Model, _ logs: Logs, _ path: String) throws -> Bool {
        guard savesBestOnly else {
            say("saving model to \(path)")
            return true
        }
        guard let current = logs[monitor.name] else {
            announce("Can save best model only with \(monitor.name) available.")
            return true
        }
        let before = best.map { String(format: "%.5f", $0) } ?? "None"
        guard try monitor.isImprovement(current, over: best, model) else {
            say("\(monitor.name) did not improve from \(before)")
            return false
        }
        let now = String(format: "%.5f", current)
        say("\(monitor.name) improved from \(before) to \(now), saving model to \(path)")
        best = current
        return true
    }

    private func say(_ text: String) {
        if verbose { announce("\nEpoch \(epoch + 1): \(text)") }
    }
}
