import Foundation

/// Writes the numbers of a run to event files for TensorBoard, which shows them while the run lasts:
/// `tensorboard --logdir runs`.
///
/// Numbers of training are in the folder `train`, those of the validation data in `validation`, under Keras's
/// names: `epoch_loss`, `epoch_learning_rate`, `batch_loss`, `evaluation_loss_vs_iterations`. The folder itself
/// has the settings of the run, by which TensorBoard compares it with others.
///
/// What cannot be written, because the disk is full say, is announced once, and training goes on.
public final class TensorBoard: Callback {
    /// When the running means of an epoch are written.
    public enum UpdateFrequency: Hashable, Sendable {
        /// Only those of whole epochs.
        case epoch
        /// Also those after every so many batches, counted across epochs.
        case batches(Int)
    }

    /// A folder of event files.
    public enum Part: String, Hashable, Sendable, CaseIterable {
        /// What belongs to the run as a whole: the folder itself.
        case run = ""
        /// The numbers of training.
        case training = "train"
        /// The numbers of validation.
        case validation = "validation"
    }

    /// The folder of the run.
    public let folder: String
    private let histogramFrequency: Int
    private let writesGraph: Bool
    private let writesImages: Bool
    private let writesStepsPerSecond: Bool
    private let updateFrequency: UpdateFrequency
    private let hyperparameters: [String: JSON]
    package var announce: (String) -> Void = Strata.announce
    package var clock: () -> Double = { Date().timeIntervalSince1970 }

    private var writers: [Part: SummaryWriter] = [:]
    private var announced = Set<String>()
    private var run: RunDescription?
    /// Whether what stands at the beginning has been written.
    private var hasBegun = false
    /// The batches of training, counted across epochs.
    private var batches = 0
    private var batchBegin = 0.0
    private var epochBegin = (time: 0.0, iterations: 0)

    /// - Parameters:
    ///   - folder: the folder of the run; `logs` by default.
    ///   - histogramFrequency: the number of epochs after which the distributions of all weights, and of the
    ///     gradients of the last batch, are written; 0, for never, by default.
    ///   - writeGraph: whether to write the model's layers and their connections; true by default.
    ///   - writeImages: whether to write, with the distributions, a picture of the first convolution's filters;
    ///     false by default.
    ///   - writeStepsPerSecond: whether to write the speed of training; false by default.
    ///   - updateFrequency: when to write the running means of an epoch; only at its end by default.
    ///   - hyperparameters: settings by which to compare runs, beside those of the optimizer, the loss and the
    ///     batch size; none by default.
    public init(
        _ folder: String = "logs", histogramFrequency: Int = 0, writeGraph: Bool = true,
        writeImages: Bool = false, writeStepsPerSecond: Bool = false,
        updateFrequency: UpdateFrequency = .epoch, hyperparameters: [String: JSON] = [:]
    ) {
        self.folder = folder
        self.histogramFrequency = histogramFrequency
        writesGraph = writeGraph
        writesImages = writeImages
        writesStepsPerSecond = writeStepsPerSecond
        self.updateFrequency = updateFrequency
        self.hyperparameters = hyperparameters
    }

    /// The writer of a folder's event file, for what a callback of your own adds. The file is begun when it is
    /// first asked for.
    /// - Parameter part: the folder.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public func writer(for part: Part) throws -> SummaryWriter {
        if let known = writers[part] { return known }
        let name = part.rawValue.isEmpty ? folder : folder + "/" + part.rawValue
        let made = try SummaryWriter(name, clock: clock)
        writers[part] = made
        return made
    }

    // MARK: - Hooks

    public func onTrainBegin(_ run: RunDescription, model: Model) throws {
        guard histogramFrequency >= 0 else {
            throw StrataError(
                "TensorBoard: histogramFrequency must be at least 0, but got \(histogramFrequency)")
        }
        if case .batches(let count) = updateFrequency, count < 1 {
            throw StrataError(
                "TensorBoard: updateFrequency must be at least 1 batch, but got \(count)")
        }
        self.run = run
        writers = [:]
        hasBegun = false
        batches = 0
    }

    public func onEpochBegin(_ epoch: Int, model: Model) {
        if !hasBegun { writeBeginning(model) }
        hasBegun = true
        epochBegin = (clock(), model.optimizer?.iterations ?? 0)
    }

    public func onTrainBatchBegin(_ batch: Int, model: Model) {
        if writesStepsPerSecond { batchBegin = clock() }
    }

    public func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) {
        batches += 1
        guard case .batches(let count) = updateFrequency, batches % count == 0 else { return }
        attempt(.training) { writer in
            if writesStepsPerSecond {
                try writer.scalar(
                    "batch_steps_per_second", 1 / (clock() - batchBegin), step: batches)
            }
            for (name, value) in logs.sorted {
                try writer.scalar("batch_" + name, value, step: batches)
            }
        }
    }

    public func onTestEnd(_ logs: Logs, model: Model) {
        guard let iterations = model.optimizer?.iterations else { return }
        attempt(.validation) { writer in
            for (name, value) in logs.sorted {
                try writer.scalar("evaluation_\(name)_vs_iterations", value, step: iterations)
            }
        }
    }

    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) {
        let prefix = "val_"
        var own = Logs([], [])
        for (name, value) in logs.sorted where !name.hasPrefix(prefix) { own[name] = value }
        if let optimizer = model.optimizer {
            own["learning_rate"] = Double(optimizer.learningRate)
            if writesStepsPerSecond {
                let steps = Double(optimizer.iterations - epochBegin.iterations)
                own["steps_per_second"] = steps / (clock() - epochBegin.time)
            }
        }
        attempt(.training) { writer in
            for (name, value) in zip(own.names, own.values) {
                try writer.scalar("epoch_" + name, value, step: epoch)
            }
        }
        let others = logs.sorted.filter { $0.name.hasPrefix(prefix) }
        if !others.isEmpty {
            attempt(.validation) { writer in
                for (name, value) in others {
                    try writer.scalar("epoch_" + name.dropFirst(prefix.count), value, step: epoch)
                }
            }
        }
        if histogramFrequency > 0, epoch % histogramFrequency == 0 {
            attempt(.training) { try writeWeights(of: model, to: $0, epoch) }
        }
    }

    public func onTrainEnd(_ logs: Logs, model: Model) {
        if hasBegun { attempt(.run) { try $0.finishRun() } }
        writers = [:]
    }

    // MARK: - What is written

    /// Training goes on without what cannot be written.
    private func attempt(_ part: Part, _ write: (SummaryWriter) throws -> Void) {
        do {
            try write(writer(for: part))
        } catch {
            let message = StrataError(error).message
            if announced.insert(message).inserted {
                announce("\nTensorBoard: \(message) Training goes on.")
            }
        }
    }

    private func writeBeginning(_ model: Model) {
        let settings = settings(of: model)
        if writesGraph { attempt(.training) { try $0.graph(of: model) } }
        attempt(.run) { writer in
            try writer.hyperparameters(settings)
            try writer.text("summary", "```\n\(model.summaryText())```", step: 0)
            try writer.text("settings", table(of: settings, model), step: 0)
        }
    }

    /// The settings by which runs are compared.
    private func settings(of model: Model) -> [String: JSON] {
        guard let compilation = model.compilation else { return hyperparameters }
        let optimizer = compilation.optimizer
        var settings: [String: JSON] = ["optimizer": .string(optimizer.name)]
        let configuration = (try? optimizer.serialized())?["config"]
        for member in Configuration.members(of: configuration ?? .null).members {
            switch member.value {
            case .null: break
            case .object: settings[member.name] = member.value["class_name"]
            default: settings[member.name] = member.value
            }
        }
        settings["name"] = nil
        let losses = compilation.outputs.compactMap { $0.loss?.name }
        settings["loss"] = .string(losses.joined(separator: ", "))
        if let record = model.trainingRecord { settings["batch_size"] = .integer(record.batchSize) }
        return settings.merging(hyperparameters) { $1 }
    }

    /// The settings as a table in Markdown, with what describes the run beside them.
    private func table(of settings: [String: JSON], _ model: Model) -> String {
        var rows = settings.sorted { $0.key < $1.key }.map { name, value -> (String, String) in
            if case .string(let text) = value { return (name, text) }
            return (name, value.description)
        }
        rows.append(("parameters", "\(model.parameterCount)"))
        if let run {
            rows.append(("epochs", "\(run.epochs)"))
            if let steps = run.steps { rows.append(("steps per epoch", "\(steps)")) }
            if let samples = run.samples { rows.append(("samples", "\(samples)")) }
        }
        rows.append(("Strata", Runtime.version))
        return "| setting | value |\n|---|---|\n"
            + rows.map { "| \($0) | \($1) |\n" }.joined()
    }

    private func writeWeights(of model: Model, to writer: SummaryWriter, _ epoch: Int) throws {
        for (path, weight) in model.namedWeights {
            try writer.histogram(
                path + "/histogram", UnsafeBufferPointer(weight.storage.floats), step: epoch)
        }
        try model.withGradientsOfLastBatch { path, gradient in
            try writer.histogram(path + "/gradient/histogram", gradient, step: epoch)
        }
        guard writesImages,
            let (path, kernel) = model.namedWeights.first(where: { $0.variable.shape.rank == 4 }),
            let layer = model.tree.first(where: { $0.core.ownWeights.contains { $0 === kernel } })
        else { return }
        let sheet = Image.sheet(try Image.filters(of: layer))
        try writer.images(
            path + "/image", [sheet], step: epoch, description: "The filters of \(layer.name)")
    }
}
