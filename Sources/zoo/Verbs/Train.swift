import Strata
import StrataModels
import StrataPlots

extension CommandLineTool {
    static let train = Verb(
        "train", .optional("MODEL"), purpose: "Trains a model; cifar_cnn if none is named.",
        options: NamedModel.options + LoadedData.options + [
            Options.epochs, Options.batchSize, Options.optimizer, Options.learningRate,
            Options.schedule, Options.loss, Options.validationSplit, Options.augment,
            Options.earlyStopping, Options.evaluateSamples, Options.initializer,
            Options.initialDeviation, Options.seed, Options.noShuffle,
        ] + TrainingFiles.options + [Options.threads, Options.verbose],
        remarks: """
            Without data, ten thousand generated images of ten shapes are used. \(TrainingRun.standardEpochs) epochs by default.
            A test split, where there is one, is evaluated at the end.
            Losses: \(Options.lossNames).
            Initializers: \(Options.initializerNames); Glorot's are also called Xavier's.
            \(ScheduleChoice.help)
            Early stopping, checkpoints and plateaus watch the validation loss if there is one,
            otherwise the training loss.
            Ctrl-C or SIGTERM ends training after the present step and writes what was asked for; a
            second one ends it at once.
            """
    ) { arguments in
        try TrainingRun(arguments).run()
    }
}

/// Everything that `zoo train` was asked for, checked before the work begins.
private struct TrainingRun {
    static let standardEpochs = 10

    private let named: NamedModel
    private let recipe: Recipe
    private let epochs: Int
    private let validationSplit: Double
    private let shuffles: Bool
    private let verbosity: Verbosity
    private let files: TrainingFiles
    private let data: LoadedData
    private var model: Model { named.model }
    private let monitor = TrainingMonitor()
    private let callbacks: [any Callback]
    /// The optimizer, the learning rate and how it changes, for people.
    private let optimizerDescription: String

    init(_ arguments: Arguments) throws {
        epochs = arguments[Options.epochs] ?? Self.standardEpochs
        validationSplit = arguments[Options.validationSplit] ?? 0
        shuffles = !arguments.has(Options.noShuffle)
        verbosity = arguments[Options.verbose] ?? .automatic
        files = try TrainingFiles(arguments)
        if let threads = arguments[Options.threads] { Runtime.threadCount = threads }
        named = try arguments.model(standard: .cifarCNN, compiled: true)
        recipe = named.recipe.changed(by: arguments)
        data = try LoadedData(arguments, for: named)

        let monitored = validationSplit > 0 ? "val_loss" : "loss"
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
            try files.checkpoint.map {
                ModelCheckpoint(
                    $0, monitor: monitored, verbose: announces,
                    saveBestOnly: !$0.contains("{epoch"))
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
        let steps = epochs * ((trained - 1) / recipe.batchSize + 1)
        try named.compile(by: recipe, arguments, steps: steps)
        try files.makeFolder()
        let optimizer = named.model.compilation!.optimizer
        let keepsOptimizer = named.isFile && arguments[Options.optimizer] == nil
        optimizerDescription =
            "\(keepsOptimizer ? optimizer.name : recipe.optimizer.name) at "
            + "\(schedule == nil ? optimizer.learningRate : recipe.learningRate)"
            + (schedule.map { " (\($0.text))" } ?? "")
    }

    func run() throws {
        Runtime.catchInterrupt()
        do {
            try model.fit(
                data.train.x, data.train.y, batchSize: recipe.batchSize, epochs: epochs,
                verbose: verbosity, callbacks: callbacks, validationSplit: validationSplit,
                shuffle: shuffles)
        } catch is Interruption {
            monitor.recordUnfinishedEpoch()
        }
        try files.write(model, monitor.history)
        if Runtime.isInterrupted { throw interruption }
        let result: Logs?
        do {
            result = try data.test.map {
                try model.evaluate(
                    $0.x, $0.y, batchSize: recipe.batchSize, verbose: verbosity,
                    callbacks: [monitor])
            }
        } catch is Interruption {
            throw interruption
        }
        let rows = report(result)
        func show(_ rows: [(String, String)]) {
            for (title, text) in rows {
                print(title + String(repeating: " ", count: 12 - title.count) + text)
            }
        }
        show(rows)
        if let page = files.report {
            let report = TrainingReport(
                title: "\(named.name): a training run", facts: rows, numbers: monitor.history,
                model: model, examples: data.test ?? data.train,
                examplesName: data.test == nil ? "training examples" : "test examples",
                classNames: data.classNames, batchSize: recipe.batchSize)
            try report.write(to: page)
            show([("report", page)])
        }
    }

    private var interruption: Interruption {
        let newLine = Runtime.terminalColumns(of: 2) == nil ? "" : "\n"
        let written = files.description ?? "Nothing was written: there was no --output."
        return Interruption(message: "\(newLine)Interrupted \(monitor.place). \(written)")
    }

    /// What came out, in rows of a name and what it stands for.
    private func report(_ test: Logs?) -> [(String, String)] {
        func described(_ prefix: String) -> String? {
            let numbers = monitor.history.filter {
                $0.name.hasPrefix("val_") == (prefix == "val_")
            }
            guard !numbers.isEmpty else { return nil }
            return CommandLineTool.described(
                Logs(
                    numbers.map { String($0.name.dropFirst(prefix.count)) },
                    numbers.map { $0.values.last ?? .nan }))
        }
        let epochCount = monitor.history.first?.values.count ?? 0
        let rate = Double(monitor.sampleCount) / monitor.seconds
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
            ("training", described("")),
            ("validation", described("val_")),
            ("test", test.map(CommandLineTool.described)),
            ("written", files.description),
        ]
        return rows.compactMap { title, text in text.map { (title, $0) } }
    }
}

extension NamedModel {
    /// Compiles the model by a recipe; or, if the file says how the model is trained, changes that by
    /// what options say, so that otherwise training goes on where it ended.
    fileprivate func compile(by recipe: Recipe, _ arguments: Arguments, steps: Int) throws {
        let schedule = arguments[Options.schedule]
        let wantsOptimizer = arguments[Options.optimizer] != nil
        guard isCompiled else {
            if isFile, !wantsOptimizer || arguments[Options.loss] == nil {
                CommandLineTool.note(
                    "\(name) does not say how it is trained: taking "
                        + "\(recipe.optimizer.name) and \(recipe.loss.name).")
            }
            let rates = schedule?.schedule(rate: recipe.learningRate, steps: steps)
            try model.compile(
                optimizer: recipe.makeOptimizer(schedule: rates), loss: recipe.loss,
                metrics: [.accuracy])
            return
        }
        if wantsOptimizer || arguments[Options.loss] != nil {
            try model.recompile(
                optimizer: wantsOptimizer ? recipe.makeOptimizer() : nil,
                loss: arguments[Options.loss])
        }
        let optimizer = model.compilation!.optimizer
        if let rate = arguments[Options.learningRate] { optimizer.learningRate = rate }
        if let rates = schedule?.schedule(rate: optimizer.learningRate, steps: steps) {
            optimizer.schedule = rates
        }
    }
}

extension Recipe {
    /// The recipe with what the options say.
    fileprivate func changed(by arguments: Arguments) -> Recipe {
        var recipe = self
        if let optimizer = arguments[Options.optimizer], optimizer != recipe.optimizer {
            recipe.optimizer = optimizer
            recipe.learningRate = optimizer.defaultLearningRate
        }
        recipe.learningRate = arguments[Options.learningRate] ?? recipe.learningRate
        recipe.batchSize = arguments[Options.batchSize] ?? recipe.batchSize
        recipe.loss = arguments[Options.loss] ?? recipe.loss
        return recipe
    }
}
