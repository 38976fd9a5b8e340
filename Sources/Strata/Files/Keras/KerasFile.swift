import Foundation

// Keras's `.keras` files: a ZIP file of config.json (architecture and compile settings),
// metadata.json and model.weights.h5 (weights and the optimizer's state); and of strata.json, if there
// is anything to say that Keras's members have no place for.
extension Model {
    /// Reads a model from a `.keras` file, or from an `.h5` file with a whole model, as Keras 2 wrote them: its
    /// architecture, weights and compile settings, so that training continues where it ended.
    ///
    /// ```swift
    /// let model = try Model.load(from: "model.keras")
    /// try model.fit(x, y, epochs: 5)
    /// ```
    /// A file whose name ends in `.onnx` is read as ONNX, of operator sets 7 and later, as PyTorch and others
    /// export it: see ``load(onnx:channelsLast:inputShape:)``.
    ///
    /// Files of all versions of Keras 2 and 3 are supported. Unknown settings are ignored, but unknown layers,
    /// optimizers, losses and metrics are errors. An optimizer whose state in a file of Keras 2 does not fit
    /// starts anew, as in Keras 3.
    /// - Parameters:
    ///   - path: the file.
    ///   - compiled: whether to use the compile settings, if the file has any; true by default.
    ///   - inputShape: the shape of one sample, `[height, width, channels]`, for a model whose file leaves
    ///     sizes open; by default as the file says.
    ///   - custom: your own layer classes; none by default.
    ///   - losses: your own losses, which a file names; none by default.
    ///   - metrics: your own metrics, which a file names; none by default.
    /// - Throws: ``StrataError`` if the file cannot be read or is not valid. Whatever is in it, reading never
    ///   traps.
    public static func load(
        from path: String, compiled: Bool = true, inputShape: Shape? = nil,
        custom: [any SerializableLayer.Type] = [], losses: [Loss] = [], metrics: [Metric] = []
    ) throws -> Model {
        try load(
            FileBytes(path: path), name: path, compiled: compiled, inputShape: inputShape,
            custom: custom, losses: losses, metrics: metrics)
    }

    /// - Parameter path: what errors call the file.
    /// - Parameter loss: a loss in place of those in the file, which then need not be known.
    package static func load(
        _ file: FileBytes, name path: String, compiled: Bool = true, inputShape: Shape? = nil,
        custom: [any SerializableLayer.Type] = [], losses: [Loss] = [], metrics: [Metric] = [],
        loss: Loss? = nil
    ) throws -> Model {
        if path.hasSuffix(ONNXFile.ending) {
            return try load(onnx: file, name: path, inputShape: inputShape)
        }
        let saved: any SavedModel =
            HDF5Reader.isHDF5(file)
            ? try LegacyModelFile(file, name: path) : try KerasFile(file, name: path)
        do {
            guard saved.generation > 1 else {
                throw StrataError("models of Keras 1 are not supported")
            }
            let isCurrent = saved.generation > 2
            var configuration = saved.configuration
            if !isCurrent { configuration = KerasTwo.model(configuration) }
            if let inputShape { configuration = try configuration.settingInput(inputShape) }
            let layer = try LayerRegistry.layer(serialized: configuration, custom: custom)
            guard let model = layer as? Model else {
                throw StrataError("a model was expected, but got the layer \(layer.description)")
            }
            try model.assignWeights(saved.weights(for: model), file: path)
            let notes = try saved.notes()
            model.dataDescription = try notes["data"].map { try DataDescription(json: $0) }
            model.trainingRecord = try notes["training"].map { try TrainingRecord(json: $0) }
            if compiled, let settings = saved.compileSettings {
                try model.compile(
                    serialized: isCurrent ? settings : KerasTwo.compileSettings(settings),
                    losses: losses, metrics: metrics, loss: loss)
                try saved.restoreState(
                    of: model.compilation?.optimizer, for: model.trainedWeights)
                try model.compilation?.optimizer.restore(notes: notes)
                model.core.trainingCalls = model.compilation?.optimizer.batches ?? 0
            }
            if !isCurrent { model.forgetSources() }
            return model
        } catch let error as StrataError where !error.message.hasPrefix(path) {
            let end = error.message.hasSuffix(".") ? "" : "."
            let writer =
                saved.generation > 2 ? "" : ", written by Keras \(saved.kerasVersion ?? "1")"
            throw StrataError("Cannot read \(path)\(writer): \(error.message)\(end)")
        }
    }

    /// Whether a file has a whole model: not weights alone.
    package static func isSaved(in path: String) throws -> Bool {
        let file = try FileBytes(path: path)
        if HDF5Reader.isHDF5(file) { return try LegacyModelFile.isModel(file, name: path) }
        return ModelFileFormat(path)?.keepsModel ?? false
    }

    /// Makes files say of the model what Strata says of it, not the words of the file it is from, which
    /// an earlier Keras wrote.
    private func forgetSources() {
        for layer in tree {
            layer.core.source = nil
            layer.core.buildSource = nil
        }
        compilation?.source = nil
        compilation?.optimizer.source = nil
    }

    /// Writes the model to a `.keras` file: its architecture, weights, compile settings and the state of the
    /// optimizer. Keras opens it with `load_model`. The file is replaced atomically.
    /// - Parameters:
    ///   - path: the file, whose name must end in `.keras`.
    ///   - compiled: whether to write the compile settings, if there are any; true by default.
    /// - Throws: ``StrataError`` if the model cannot be saved: a ``Lambda``, a layer that is not a
    ///   ``ConfigurableLayer``, and custom losses and metrics cannot be.
    public func save(to path: String, compiled: Bool = true) throws {
        if let error { throw error }
        guard let format = ModelFileFormat(path), format.keepsModel, format.write != nil else {
            throw StrataError("The name of a model's file must end in .keras, but got \(path)")
        }
        var configuration = Configuration.members(of: try serialized())
        configuration["compile_config"] = compiled ? try compilation?.serialized : nil
        let notes = notes(compiled: compiled)
        let weights = try HDF5Writer(KerasWeights.tree(of: self, withOptimizer: compiled))
        try AtomicFile.write(to: path) { file in
            var archive = ZIPWriter(file)
            try archive.add("metadata.json", KerasFile.metadata.description)
            try archive.add("config.json", configuration.json.description)
            if notes != .object([]) { try archive.add(KerasFile.ownMember, notes.description) }
            try weights.withPieces { try archive.add("model.weights.h5", $0) }
            try archive.finish()
        }
    }

    /// What Keras's members have no place for.
    private func notes(compiled: Bool) -> JSON {
        var members: [JSON.Member] = []
        if let dataDescription { members.append(JSON.Member("data", dataDescription.json)) }
        if let trainingRecord { members.append(JSON.Member("training", trainingRecord.json)) }
        if compiled, let note = compilation?.optimizer.note { members.append(note) }
        return .object(members)
    }
}

/// A file with a whole model.
protocol SavedModel {
    /// The model as the version of Keras that wrote it serialized it.
    var configuration: JSON { get }
    /// What the model was compiled with.
    var compileSettings: JSON? { get }
    /// The version of Keras that wrote the file; nil if it does not say.
    var kerasVersion: String? { get }

    /// The arrays for a model's weights.
    func weights(for model: Model) throws -> [NamedArray]
    /// Gives an optimizer the state that the file keeps of it.
    func restoreState(of optimizer: Optimizer?, for weights: [Variable]) throws
    /// What Strata adds to what Keras keeps; an empty object if there is nothing.
    func notes() throws -> JSON
}

extension SavedModel {
    /// The first part of the version of Keras.
    var generation: Int {
        kerasVersion.flatMap { Int($0.prefix { $0 != "." }) } ?? 3
    }

    func notes() throws -> JSON { .object([]) }
}

/// A `.keras` file that is being read.
struct KerasFile: SavedModel {
    let configuration: JSON
    let kerasVersion: String?
    private let archive: ZIPReader
    private let path: String

    /// Configurations are text; a longer one would describe no model.
    private static let configurationLimit = 1 << 28

    /// - Parameter path: what errors call the file.
    init(_ file: FileBytes, name path: String) throws {
        self.path = path
        archive = try ZIPReader(file, name: path)
        configuration = try Self.json("config.json", archive, path).withoutSharing
        // Not all that write such files say so.
        let metadata = try? Self.json("metadata.json", archive, path)
        kerasVersion = metadata?["keras_version"].flatMap { try? String(json: $0) }
    }

    private static func json(_ name: String, _ archive: ZIPReader, _ path: String) throws -> JSON {
        let member = try member(name, archive, path)
        let bytes = member.storage.bytes[member.offset..<member.offset + member.count]
        guard bytes.count <= configurationLimit else {
            throw StrataError("\(path) has a \(name) of \(bytes.count) bytes.")
        }
        do {
            return try JSON(parsing: bytes)
        } catch let error as StrataError {
            throw StrataError("\(path): \(name) is not usable: \(error.message).")
        }
    }

    var compileSettings: JSON? { configuration["compile_config"] }

    func weights(for model: Model) throws -> [NamedArray] {
        try KerasWeights.arrays(in: weights(), for: model)
    }

    func restoreState(of optimizer: Optimizer?, for weights: [Variable]) throws {
        let state = try KerasWeights.optimizerState(in: self.weights())
        if generation > 2 {
            try optimizer?.restore(state, for: weights)
        } else {
            let module = configuration["compile_config"]?["optimizer"]?["module"]
            optimizer?.restore(
                kerasTwo: state, isLegacy: module == "keras.optimizers.legacy", for: weights)
        }
    }

    /// The member that holds what Keras has no place for. Keras reads only the members that it knows.
    static let ownMember = "strata.json"

    func notes() throws -> JSON {
        let isThere = archive.members.contains { $0.name == Self.ownMember }
        return isThere ? try Self.json(Self.ownMember, archive, path) : .object([])
    }

    func weights() throws -> HDF5Group {
        let member = try Self.member("model.weights.h5", archive, path)
        return try HDF5Reader(
            member.storage, offset: member.offset, count: member.count,
            name: "\(path): model.weights.h5"
        ).root
    }

    private static func member(
        _ name: String, _ archive: ZIPReader, _ path: String
    ) throws -> (storage: FileBytes, offset: Int, count: Int) {
        guard let member = archive.members.first(where: { $0.name == name }) else {
            throw StrataError("\(path) is not a Keras model: it has no \(name).")
        }
        return try archive.contents(of: member)
    }

    /// The version of Keras whose form is written, and the time, in UTC.
    static var metadata: JSON {
        var seconds = time(nil)
        var date = tm()
        gmtime_r(&seconds, &date)
        let text = String(
            format: "%04d-%02d-%02d@%02d:%02d:%02d", Int(date.tm_year) + 1900, Int(date.tm_mon) + 1,
            Int(date.tm_mday), Int(date.tm_hour), Int(date.tm_min), Int(date.tm_sec))
        return ["keras_version": "3.15.1", "date_saved": .string(text)]
    }
}

extension ZIPWriter {
    fileprivate mutating func add(_ name: String, _ text: String) throws {
        var text = text
        try text.withUTF8 { try add(name, [UnsafeRawBufferPointer($0)]) }
    }
}

extension JSON {
    /// A model's configuration with a shape of samples in place of one that leaves sizes open.
    fileprivate func settingInput(_ shape: Shape) throws -> JSON {
        guard let config = self["config"], case .array(var layers)? = config["layers"],
            let place = layers.firstIndex(where: { $0["class_name"] == "InputLayer" }),
            let input = layers[place]["config"].flatMap({ try? Configuration($0) })
        else { throw StrataError("the model has no input whose shape could be set") }
        let sizes: [JSON] = try input.withCurrentNames(of: "InputLayer").value("batch_shape")
        let declared = try InputLayer.shape(ofBatch: sizes).batched(Shape.unknown)
        let wanted = shape.batched(Shape.unknown)
        guard declared.accepts(wanted), wanted.isKnown else {
            throw StrataError(
                "the model takes samples of shape \(declared), but got the input shape \(wanted)")
        }
        var changed = input
        for name in ["batch_input_shape", "shape", "input_shape"] { changed[name] = nil }
        changed["batch_shape"] = wanted.json
        layers[place] = layers[place].setting("config", changed.json)
        return setting("config", config.setting("layers", .array(layers)))
    }

    /// The value without the marks of objects that are written several times, each time in full.
    var withoutSharing: JSON {
        switch self {
        case .array(let elements): return .array(elements.map(\.withoutSharing))
        case .object(let members):
            return .object(
                members.filter { $0.name != "shared_object_id" }
                    .map { Member($0.name, $0.value.withoutSharing) })
        default: return self
        }
    }
}
