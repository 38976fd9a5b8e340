import Foundation
import Strata
import StrataModels
import StrataPlots

extension CommandLineTool {
    static let train = Verb(
        "train", .optional("MODEL"), purpose: "Trains a model; cifar_cnn by default.",
        options: NamedModel.options + LoadedData.options + [
            Options.epochs, Options.batchSize, Options.optimizer, Options.learningRate,
            Options.schedule, Options.loss, Options.validationSplit, Options.stratify,
            Options.augment,
            Options.earlyStopping, Options.evaluateSamples, Options.initializer,
            Options.initialDeviation, Options.seed, Options.noShuffle,
        ] + TransferOptions.all + [Options.classNames] + TrainingFiles.options + [
            Options.threads, Options.verbose, Options.json,
        ],
        remarks: """
            With --data DIR the number of classes is that of the data, with --y that of the labels.
            Without data, ten thousand generated images of ten shapes are used. \(TrainingRun.standardEpochs) epochs by default.
            A test split, where there is one, is evaluated at the end.
            Losses: \(Options.lossNames).
            Initializers: \(Options.initializerNames); Glorot's are also called Xavier's.
            \(ScheduleChoice.help)
            Early stopping, checkpoints and plateaus watch the validation loss if there is one,
            otherwise the training loss. A checkpoint's file that exists is evaluated first, and replaced
            only by a better model.
            A model's file is trained further: with its batch size, its epochs counted on, --epochs more
            of them. A --schedule begins anew with the run.
            --new-head N --freeze trains a new classifier on a trained network; --preprocessing puts what a
            network of keras.applications expects before it. Frozen layers compute as in inference.
            Ctrl-C or SIGTERM ends training after the present step and writes what was asked for; a
            second one ends it at once.
            """
    ) { arguments in
        try TrainingRun(arguments).run()
    }
}

/// Everything that `zoo train` was asked for, checked before the work begins.
struct TrainingRun {
    static let standardEpochs = 10

    private let named: NamedModel
    private let recipe: Recipe
    /// The epochs to run, counted from 0: those after the epochs that the model was trained for before.
    private let epochs: Range<Int>
    private let validationSplit: Double
    private let shuffles: Bool
    private let verbosity: Verbosity
    private let files: TrainingFiles
    private let data: LoadedData
    private var model: Model { named.model }
    private let monitor: TrainingMonitor
    private let callbacks: [any Callback]
    private let checkpoint: ModelCheckpoint?
    private let printsJSON: Bool
    /// Whether what frozen layers give is computed once.
    private let cachesFeatures: Bool
    /// The optimizer, the learning rate and how it changes, for people.
    private let optimizerDescription: String

    init(_ arguments: Arguments) throws {
        shuffles = !arguments.has(Options.noShuffle)
        verbosity = arguments[Options.verbose] ?? .automatic
        printsJSON = arguments.has(Options.json)
        cachesFeatures = arguments.has(Options.cacheFeatures)
        if cachesFeatures {
            // These use the whole model, or change its inputs, in every epoch.
            let others: [any AnyOption] = [
                Options.augment, Options.checkpoint, Options.evaluateSamples,
            ]
            if let other = others.first(where: arguments.isGiven) {
                throw UsageError("--cache-features and --\(other.name) exclude each other.")
            }
        }
        files = try TrainingFiles(arguments)
        if let threads = arguments[Options.threads] { Runtime.threadCount = threads }
        named = try arguments.model(standard: .cifarCNN, compiled: true)
        let record = named.model.trainingRecord
        let first = record?.epochs ?? 0
        epochs = first..<first + (arguments[Options.epochs] ?? Self.standardEpochs)
        monitor = TrainingMonitor(after: record)
        recipe = named.recipe(changedBy: arguments)
        data = try LoadedData(arguments, for: named)
        // Pictures in folders are split already.
        validationSplit =
            data.validation == nil ? arguments[Options.validationSplit] ?? 0 : 0
        // Kept in what is written.
        named.model.dataDescription = data.forModel

        let monitored = validationSplit > 0 || data.validation != nil ? "val_loss" : "loss"
        let announces = verbosity != .silent
        let schedule = arguments[Options.schedule]
        let (data, recipe) = (self.data, self.recipe)
        callbacks = [
            arguments[Options.evaluateSamples].map {
                SampledAccuracy(data, count: $0, batchSize: recipe.batchSize)
            },
            monitor,
            schedule?.callback(monitor: monitored, verbose: announces),
            arguments[Options.earlyStopping].map {
                EarlyStopping(
                    monitor: monitored, patience: $0, verbose: announces, restoreBestWeights: true)
            },
            files.csv.map { CSVLogger($0) },
        ].compactMap { $0 }
        if let pixels = arguments[Options.augment] {
            let shape = named.inputShape
            guard shape.rank == 3 else {
                throw UsageError("--augment is for images. \(named.name) takes \(shape)")
            }
            let (height, width) = (shape[0], shape[1])
            named.model.augmentation = [
                RandomFlip(.horizontal),
                RandomTranslation(
                    heightFactor: Float(pixels) / Float(height),
                    widthFactor: Float(pixels) / Float(width)),
            ]
        }
        let trained = Int(Double(data.train.count) * (1 - validationSplit))
        let steps = epochs.count * ((trained - 1) / recipe.batchSize + 1)
        let rate = try named.compile(by: recipe, arguments, steps: steps)
        try files.makeFolder()
        let (files, model, split) = (self.files, named.model, validationSplit)
        checkpoint = try files.checkpoint.map { path in
            let savesBestOnly = !path.contains("{epoch")
            let judges = data.judges(validationSplit: split)
            let reached =
                savesBestOnly
                ? try model.lossReached(by: path, on: judges, batchSize: recipe.batchSize) : nil
            if let reached, announces {
                CommandLineTool.note(
                    "\(path) has a \(monitored) of \(formatted(reached)): only a better model replaces it."
                )
            }
            return ModelCheckpoint(
                path, monitor: monitored, verbose: announces, saveBestOnly: savesBestOnly,
                initialThreshold: reached)
        }
        let optimizer = named.model.compilation!.optimizer
        let keepsOptimizer = named.isFile && arguments[Options.optimizer] == nil
        optimizerDescription =
            "\(keepsOptimizer ? optimizer.name : recipe.optimizer.name) at \(rate)"
            + (schedule.map { " (\($0.text))" } ?? "")
    }

    func run() throws {
        Runtime.catchInterrupt()
        do {
            if cachesFeatures {
                try model.trainOnFeatures(
                    data.train, validation: data.validation, batchSize: recipe.batchSize,
                    callbacks: [monitor], fit: fit)
            } else {
                try fit(model, data.train, data.validation)
            }
        } catch is Interruption {
            monitor.recordUnfinishedEpoch()
        } catch let divergence as TrainingMonitor.Divergence {
            throw try abandoned(divergence)
        }
        try files.write(model, monitor.history)
        if Runtime.isInterrupted { throw try interruption() }
        let result: Logs?
        do {
            result = try data.test.map {
                try model.evaluate(
                    $0, batchSize: recipe.batchSize, verbose: verbosity,
                    callbacks: [monitor])
            }
        } catch is Interruption {
            throw try interruption()
        }
        let rows = report(result)
        func show(_ rows: [(String, String)]) {
            guard !printsJSON else { return }
            for (title, text) in rows {
                print(title + String(repeating: " ", count: 12 - title.count) + text)
            }
        }
        show(rows)
        if let page = files.report {
            try writeReport(to: page, rows, judgesModel: true)
            show([("report", page)])
        }
        if printsJSON { print(json(result)) }
    }

    private func fit(
        _ model: Model, _ data: any SampleSource, _ validation: (any SampleSource)?
    ) throws {
        try model.fit(
            data, batchSize: recipe.batchSize, epochs: epochs.upperBound, verbose: verbosity,
            callbacks: callbacks + [checkpoint].compactMap { $0 },
            validationSplit: validationSplit, validationData: validation, shuffle: shuffles,
            initialEpoch: epochs.lowerBound)
    }

    /// - Parameter judgesModel: whether the model's answers are shown, which takes time.
    private func writeReport(
        to page: String, _ facts: [(String, String)], judgesModel: Bool
    ) throws {
        let report = TrainingReport(
            title: "\(named.name): a training run", facts: facts, numbers: monitor.history,
            model: model, examples: judgesModel ? data.test ?? data.train : nil,
            examplesName: data.test == nil ? "training examples" : "test examples",
            classNames: data.classNames, batchSize: recipe.batchSize)
        try report.write(to: page)
    }

    /// The numbers of the last epoch, in training or in validation.
    private func last(_ prefix: String) -> Logs? {
        let numbers = monitor.history.filter { $0.name.hasPrefix("val_") == (prefix == "val_") }
        guard !numbers.isEmpty else { return nil }
        return Logs(
            numbers.map { String($0.name.dropFirst(prefix.count)) },
            numbers.map { $0.values.last ?? .nan })
    }

    private func json(_ test: Logs?) -> JSON {
        func object(_ logs: Logs) -> JSON {
            .object(zip(logs.names, logs.values).map { ($0, JSON.finite($1)) })
        }
        var members: [(String, JSON)] = [
            ("model", .string(named.name)), ("parameters", .integer(model.parameterCount)),
            ("optimizer", .string(optimizerDescription)),
            ("batch_size", .integer(recipe.batchSize)), ("data", .string(data.description)),
            ("epochs", .integer(monitor.epochCount)),
            ("seconds", .finite(monitor.seconds)),
            ("samples_per_second", .finite(Double(monitor.sampleCount) / monitor.seconds)),
        ]
        let numbers = [("training", last("")), ("validation", last("val_")), ("test", test)]
        members += numbers.compactMap { name, logs in logs.map { (name, object($0)) } }
        if !data.classNames.isEmpty { members.append(("classes", data.classNames.json)) }
        members.append(("files", files.json(checkpoints: checkpoint?.files ?? [])))
        return .object(members)
    }

    /// What Ctrl-C leaves: the files, and the page without the model's answers.
    private func interruption() throws -> Interruption {
        let newLine = Runtime.terminalColumns(of: 2) == nil ? "" : "\n"
        if let page = files.report {
            try writeReport(
                to: page, report(nil) + [("interrupted", monitor.place)], judgesModel: false)
        }
        let written =
            files.description(checkpoints: checkpoint?.files ?? [], withReport: true)
            ?? "Nothing was written: there was no --output."
        return Interruption(message: "\(newLine)Interrupted \(monitor.place). \(written)")
    }

    /// What a loss that is no number leaves: the epochs before.
    private func abandoned(_ divergence: TrainingMonitor.Divergence) throws -> StrataError {
        if monitor.epochCount > 0 {
            try files.write(nil, monitor.history)
            if let page = files.report {
                let stopped = ("stopped", divergence.message)
                try writeReport(to: page, report(nil) + [stopped], judgesModel: false)
            }
        }
        let output = files.output.map { " \($0) was not written." } ?? ""
        return StrataError(divergence.message + output)
    }

    /// What came out, in rows of a name and what it stands for.
    private func report(_ test: Logs?) -> [(String, String)] {
        let epochCount = monitor.epochCount
        let rate = Double(monitor.sampleCount) / max(monitor.seconds, 1e-9)
        let rows: [(String, String?)] = [
            (
                "model",
                "\(named.name), \(grouped(model.parameterCount)) parameters, "
                    + "\(optimizerDescription), batches of \(recipe.batchSize)"
            ),
            ("data", data.description),
            (
                "time",
                "\(duration(monitor.seconds)) for \(counted(epochCount, "epoch")), "
                    + "\(grouped(Int(rate.rounded()))) images/s on "
                    + counted(Runtime.threadCount, "thread")
            ),
            ("training", last("").map(CommandLineTool.described)),
            ("validation", last("val_").map(CommandLineTool.described)),
            ("test", test.map(CommandLineTool.described)),
            ("written", files.description(checkpoints: checkpoint?.files ?? [])),
        ]
        return rows.compactMap { title, text in text.map { (title, $0) } }
    }
}

extension NamedModel {
    /// Compiles the model by a recipe; or, if the file says how the model is trained, changes that by
    /// what options say, so that otherwise training goes on where it ended.
    /// - Parameter steps: the steps of the run.
    /// - Returns: the learning rate, or where its schedule begins.
    fileprivate func compile(
        by recipe: Recipe, _ arguments: Arguments, steps: Int
    ) throws -> Float {
        let schedule = arguments[Options.schedule]
        let wantsOptimizer = arguments[Options.optimizer] != nil
        if !isCompiled {
            if isFile, !wantsOptimizer || arguments[Options.loss] == nil {
                CommandLineTool.note(
                    "\(name) has no settings for training: using "
                        + "\(recipe.optimizer.name) and \(recipe.loss.name).")
            }
            try model.compile(
                optimizer: recipe.makeOptimizer(), loss: recipe.loss, metrics: [.accuracy])
        } else if wantsOptimizer {
            try model.recompile(optimizer: recipe.makeOptimizer())
        }
        let optimizer = model.compilation!.optimizer
        let asked = arguments[Options.learningRate]
        guard let schedule else {
            if let asked {
                optimizer.learningRate = asked
            } else {
                warnIfScheduleEnds(optimizer, steps: steps)
            }
            return optimizer.learningRate
        }
        let rate = asked ?? optimizer.highestRate
        if let rates = schedule.schedule(rate: rate, steps: steps) {
            optimizer.begin(rates)
        } else {
            optimizer.learningRate = rate
        }
        return rate
    }

    /// Says that the file's schedule comes to a learning rate of 0, from which on nothing is learned.
    private func warnIfScheduleEnds(_ optimizer: Optimizer, steps: Int) {
        guard optimizer.followsSchedule, optimizer.learningRate(after: max(0, steps - 1)) == 0
        else { return }
        let end =
            optimizer.learningRate == 0
            ? "has ended: the learning rate is 0, and training will change nothing"
            : "ends within this run: the learning rate comes to 0 before the last step"
        CommandLineTool.note(
            "The learning rate schedule of \(name) \(end). --schedule begins a new one, and "
                + "--learning-rate sets a rate that stays.")
    }

    /// The recipe with what the options say; of a model that was trained before, with its batch size.
    fileprivate func recipe(changedBy arguments: Arguments) -> Recipe {
        var recipe = recipe
        if let optimizer = arguments[Options.optimizer], optimizer != recipe.optimizer {
            recipe.optimizer = optimizer
            recipe.learningRate = optimizer.defaultLearningRate
        }
        recipe.learningRate = arguments[Options.learningRate] ?? recipe.learningRate
        recipe.batchSize = arguments[Options.batchSize] ?? batchSize
        recipe.loss = arguments[Options.loss] ?? recipe.loss
        return recipe
    }
}

extension Optimizer {
    /// The learning rate, or the one that its schedule comes down from.
    fileprivate var highestRate: Float {
        if let cosine = schedule as? CosineDecay, let target = cosine.warmupTarget { return target }
        return schedule?(step: 0) ?? learningRate
    }
}

extension LoadedData {
    /// What a model is judged by while it is trained: the data for validation, or else those that it is
    /// trained on.
    fileprivate func judges(validationSplit: Double) -> any SampleSource {
        if let validation { return validation }
        guard validationSplit > 0 else { return train }
        let start = Int((Double(train.count) * (1 - validationSplit)).rounded(.down))
        return train.samples(start..<train.count)
    }
}

extension Model {
    /// The loss of the model in a checkpoint's file; nil if there is no such file.
    /// - Throws: ``StrataError`` if the file holds something else.
    fileprivate func lossReached(
        by path: String, on data: any SampleSource, batchSize: Int
    ) throws -> Double? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let current = weights.map { ($0, $0.value) }
        do {
            try loadWeights(from: path)
        } catch let error as StrataError {
            throw StrataError(
                "\(path) exists and is not a checkpoint of this model, which would replace it: "
                    + error.message)
        }
        defer { for (weight, value) in current { weight.value = value } }
        return try evaluate(data, batchSize: batchSize, verbose: .silent)["loss"]
    }
}
