/// How far a model's training has come, so that it can go on:
///
/// ```swift
/// let model = try Model.load(from: "model.keras")
/// let done = model.trainingRecord?.epochs ?? 0
/// try model.fit(x, y, epochs: done + 5, initialEpoch: done)
/// ```
public struct TrainingRecord: Hashable, Sendable {
    /// Samples per step.
    public var batchSize: Int
    /// The epochs finished.
    public var epochs: Int
    /// The numbers of all epochs, those before the model was last loaded included.
    public var history: History

    /// - Parameters:
    ///   - batchSize: samples per step.
    ///   - epochs: the epochs finished.
    ///   - history: the numbers of all epochs.
    public init(batchSize: Int, epochs: Int, history: History = History()) {
        self.batchSize = batchSize
        self.epochs = epochs
        self.history = history
    }
}

// As files keep it.
extension TrainingRecord {
    var json: JSON {
        .object([
            JSON.Member("batch_size", .integer(batchSize)), JSON.Member("epochs", .integer(epochs)),
            JSON.Member("history", history.json),
        ])
    }

    init(json: JSON) throws {
        let settings = try Configuration(json)
        batchSize = try settings.value("batch_size")
        epochs = try settings.value("epochs")
        guard batchSize >= 1, (0...1_000_000_000).contains(epochs) else {
            throw StrataError(
                "batch_size must be at least 1 and epochs at least 0, but got \(batchSize) and "
                    + "\(epochs)")
        }
        history = try History(json: json["history"] ?? .object([]))
    }
}
