/// An HDF5 file with a whole model, as Keras 2 wrote it and Keras 3 still does: its architecture and
/// compile settings in attributes of the root, its weights as in ``LegacyWeights``.
struct LegacyModelFile: SavedModel {
    let configuration: JSON
    let compileSettings: JSON?
    let kerasVersion: String?
    private let root: HDF5Group
    private let path: String

    /// - Parameter path: what errors call the file.
    init(_ file: FileBytes, name path: String) throws {
        self.path = path
        root = try HDF5Reader(file, name: path).root
        guard let model = try Self.json("model_config", in: root, path) else {
            throw StrataError(
                "\(path) holds weights without a model: make the model, then read them with loadWeights."
            )
        }
        configuration = model.withoutSharing
        // In a file of Keras 3 only the name of the optimizer's settings differs.
        compileSettings = try Self.json("training_config", in: root, path)
            .map { KerasTwo.compileSettings($0.withoutSharing) }
        kerasVersion = try root.strings("keras_version")?.first
    }

    /// Whether an HDF5 file has a whole model, not weights alone.
    static func isModel(_ file: FileBytes, name path: String) throws -> Bool {
        try HDF5Reader(file, name: path).root.strings("model_config") != nil
    }

    private static func json(_ name: String, in root: HDF5Group, _ path: String) throws -> JSON? {
        guard let text = try root.strings(name)?.first else { return nil }
        do {
            return try JSON(parsing: text)
        } catch let error as StrataError {
            throw StrataError("\(path): \(name) is not usable: \(error.message).")
        }
    }

    func weights(for model: Model) throws -> [NamedArray] {
        guard let group = try LegacyWeights.group(in: root) else {
            throw StrataError("\(path) has no weights.")
        }
        return try LegacyWeights.arrays(in: group, for: model, file: path, skipMismatch: false)
    }

    func restoreState(of optimizer: Optimizer?, for weights: [Variable]) throws {
        guard let optimizer, let group = root.group("optimizer_weights") else { return }
        let names = try LegacyWeights.names("weight_names", of: group) ?? []
        let state = try names.map { name in
            guard let array = try group.array(name) else {
                throw StrataError(
                    "\(path) does not have optimizer_weights/\(name), which it lists.")
            }
            return array
        }
        if generation > 2 {
            try optimizer.restore(state, for: weights)
        } else {
            let isCurrent = names.first?.hasSuffix("iteration:0") ?? false
            optimizer.restore(kerasTwo: state, isLegacy: !isCurrent, for: weights)
        }
    }
}
