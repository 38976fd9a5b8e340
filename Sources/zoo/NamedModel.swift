import Strata
import StrataModels

/// What MODEL stands for: an architecture by its name, or a model in a file.
struct NamedModel {
    static let options: [any AnyOption] = [
        Options.inputShape, Options.imageSize, Options.classes, Options.weights,
    ]

    let name: String
    let model: Model
    /// How it is trained unless the file or the options say otherwise.
    let recipe: Recipe
    let isFile: Bool

    /// The shape of one sample.
    var inputShape: Shape { model.inputs.first?.shape.withoutBatch ?? [] }

    /// Samples per step: as the model was trained, or as its recipe says.
    var batchSize: Int { model.trainingRecord?.batchSize ?? recipe.batchSize }

    /// Whether the file says how the model is trained.
    var isCompiled: Bool { model.compilation != nil }

    /// - Parameters:
    ///   - compiled: whether the compile settings in a file are wanted.
    ///   - inputShape: other images than an architecture's own.
    ///   - classes: another number of classes.
    ///   - loss: a loss in place of those in the file.
    init(
        _ name: String, compiled: Bool = false, inputShape: Shape? = nil, classes: Int? = nil,
        loss: Loss? = nil
    ) throws {
        self.name = name
        isFile = try ModelFile.isModel(name)
        if isFile {
            guard classes == nil else {
                throw UsageError("--classes is for architectures; \(name) has its own.")
            }
            model = try Model.load(
                FileBytes(path: name), name: name, compiled: compiled, inputShape: inputShape,
                loss: loss)
            for metric in model.compilation?.unknownMetrics ?? [] {
                CommandLineTool.note(
                    "The metric \(metric) of \(name) is not known and is left out.")
            }
            recipe = Recipe(optimizer: .adam, batchSize: 32)
            guard !model.inputs.isEmpty else {
                throw StrataError("\(name): the model is not built: its input shape is not known.")
            }
        } else {
            let architecture = try Architecture.find(name)
            model = architecture.makeModel(inputShape: inputShape, classes: classes)
            recipe = architecture.recipe
        }
    }

    /// The same with another model, made from the first.
    init(_ other: NamedModel, _ model: Model) {
        (name, recipe, isFile) = (other.name, other.recipe, other.isFile)
        self.model = model
    }

    /// What pixels are multiplied by: what the options say, or else what was done in training; 1/255
    /// unless the model scales them itself.
    func pixelScale(_ arguments: Arguments) -> Float {
        arguments[Options.scale] ?? model.dataDescription?.scale(for: .uint8)
            ?? (model.scalesPixels ? 1 : 1 / 255)
    }

    /// Compiles the model by the recipe, if the file does not say how.
    /// - Parameter loss: another loss than the recipe's.
    func compileIfNeeded(loss: Loss? = nil) throws {
        guard !isCompiled else { return }
        if isFile, loss == nil {
            CommandLineTool.note(
                "\(name) does not say how it is trained: taking \(recipe.loss.name).")
        }
        try model.compile(
            optimizer: recipe.makeOptimizer(), loss: loss ?? recipe.loss, metrics: [.accuracy])
    }

    /// Throws unless the model takes and gives a row of numbers, or more, for each sample.
    func checkRows() throws {
        for tensor in model.inputs + model.outputs where tensor.rank < 2 {
            throw StrataError(
                "\(name): a model whose inputs and outputs are of at least two dimensions, with the "
                    + "batch, was expected, but got \(tensor.shape)")
        }
    }

    /// Says that a model has not learned anything, unless it comes with weights.
    func warnIfUntrained(_ arguments: Arguments) {
        if !isFile, arguments[Options.weights] == nil {
            CommandLineTool.note("Without --weights the model has its first, untrained weights.")
        }
    }
}

extension Arguments {
    /// The model that is named, or `standard` if none is, with what the options say of its shape and
    /// its weights.
    func model(standard: Architecture? = nil, compiled: Bool = false) throws -> NamedModel {
        let name = operands.first ?? standard?.name ?? ""
        let architecture = Architecture.named(name)
        guard self[Options.inputShape] == nil || self[Options.imageSize] == nil else {
            throw UsageError("--input-shape and --image-size exclude each other.")
        }
        let classes = try architecture.map(classCount) ?? self[Options.classes]
        let named = try NamedModel(
            name, compiled: compiled,
            inputShape: architecture.map(inputShape) ?? self[Options.inputShape], classes: classes,
            loss: self[Options.loss])
        if named.isFile, let size = self[Options.imageSize],
            named.inputShape.dimensions.dropLast() != [size.height, size.width]
        {
            throw UsageError(
                "--image-size must be that of \(name), which takes \(named.inputShape).")
        }
        if let seed = self[Options.seed] { named.model.seed = seed }
        if let initializer = try initializer() { named.model.drawKernels(initializer) }
        if let path = self[Options.weights] { try named.model.loadWeights(from: path) }
        return try adapted(named)
    }

    /// How kernels are drawn, if not as their layers say.
    private func initializer() throws -> Initializer? {
        switch (self[Options.initializer], self[Options.initialDeviation]) {
        case (let named?, nil): return named
        case (nil, let deviation?): return .randomNormal(stddev: deviation)
        case (nil, nil): return nil
        case (_?, _?): throw UsageError("--init and --init-std exclude each other.")
        }
    }
}

extension Model {
    /// Draws the first numbers of every kernel by another rule; biases stay.
    fileprivate func drawKernels(_ initializer: Initializer) {
        for (path, weight) in namedWeights where weight.name.hasSuffix("kernel") {
            weight.assign(initializer.make(weight.shape, Random.Key(seed: seed, path: path)))
        }
    }
}

/// The kinds of files that models and weights are kept in.
enum ModelFile {
    /// The ends of names of files with weights alone that can be written.
    static let weights = ModelFileFormat.weightsAlone.map(\.ending)
    /// The ends of names of files that can be written.
    static let all = ModelFileFormat.written.map(\.ending)
    /// The ends of names of files that can be read.
    static let readable = ModelFileFormat.all.map(\.ending)

    /// Whether MODEL is a file's name, not an architecture's.
    /// - Throws: a sentence that says what to do with a file of weights.
    static func isModel(_ name: String) throws -> Bool {
        guard readable.contains(where: name.hasSuffix) else { return false }
        let isWeights = weights.contains(where: name.hasSuffix)
        guard !isWeights, try Model.isSaved(in: name) else {
            throw UsageError(
                "\(name) holds weights without a model: name the architecture they belong to and give "
                    + "them with --weights \(name).")
        }
        return true
    }

    /// Rejects a name whose end is not of a kind that can be written.
    static func check(_ path: String, option: String, among kinds: [String] = all) throws {
        guard kinds.contains(where: path.hasSuffix) else {
            throw UsageError(
                "\(option) takes the name of a \(list(kinds)) file, but got \(path)")
        }
    }

    static func list(_ kinds: [String]) -> String {
        kinds.dropLast().joined(separator: ", ") + (kinds.count > 1 ? " or " : "") + kinds.last!
    }
}
