/// Weights as Keras 1 and 2 laid them out in HDF5, in `.h5` files: a group for each layer, listed in
/// the attribute `layer_names`, with arrays that are listed in its attribute `weight_names`. The
/// weights that `keras.applications` downloads are such files.
///
/// As in Keras, names do not matter: the layers that have weights are matched in their order.
enum LegacyWeights {
    /// The group with the layers: the root, or `model_weights` where there is a whole model; nil if
    /// the file has another form.
    static func group(in root: HDF5Group) throws -> HDF5Group? {
        if try names("layer_names", of: root) != nil { return root }
        return root.group("model_weights")
    }

    /// The arrays in `group` by the names that `model` has for its weights.
    /// - Parameters:
    ///   - file: what is read.
    ///   - skipMismatch: whether layers may differ in their number of weights.
    static func arrays(
        in group: HDF5Group, for model: Model, file: String, skipMismatch: Bool
    ) throws -> [NamedArray] {
        var paths = Dictionary(
            model.namedWeights.map { (ObjectIdentifier($0.variable), $0.path) },
            uniquingKeysWith: { first, _ in first })
        let layers = model.layers.filter { !$0.weights.isEmpty }
        let saved = try (names("layer_names", of: group) ?? []).compactMap { name in
            let layer = group.group(name)
            let weights = try layer.flatMap { try names("weight_names", of: $0) } ?? []
            return layer.flatMap {
                weights.isEmpty ? nil : (name: name, group: $0, weights: weights)
            }
        }
        guard saved.count == layers.count else {
            throw StrataError(
                "\(file) does not fit the model: it has \(saved.count) layers with weights, the model"
                    + " has \(layers.count).")
        }
        var arrays: [NamedArray] = []
        for (saved, layer) in zip(saved, layers) {
            let variables = order(of: layer)
            guard saved.weights.count == variables.count else {
                if skipMismatch { continue }
                throw StrataError(
                    "\(file) does not fit the model: its layer \(saved.name) has"
                        + " \(saved.weights.count) weights, the model's layer \(layer.name) has"
                        + " \(variables.count).")
            }
            for (name, variable) in zip(saved.weights, variables) {
                // Weights that layers share come once.
                guard let path = paths.removeValue(forKey: ObjectIdentifier(variable)) else {
                    continue
                }
                guard let array = try saved.group.array(name) else {
                    throw StrataError(
                        "\(file) does not have \(saved.name)/\(name), which it lists.")
                }
                arrays.append(NamedArray(path, array))
            }
        }
        return arrays
    }

    /// A layer's weights as Keras lists them here: first those that training changes.
    private static func order(of layer: any Layer) -> [Variable] {
        let trainable = layer.trainableWeights
        let isTrainable = Set(trainable.map { ObjectIdentifier($0) })
        return trainable + layer.weights.filter { !isTrainable.contains(ObjectIdentifier($0)) }
    }

    /// The texts of an attribute, which stands in parts `name0`, `name1`, … if it is long.
    static func names(_ name: String, of group: HDF5Group) throws -> [String]? {
        if let names = try group.strings(name) { return names }
        var parts: [[String]] = []
        while let part = try group.strings("\(name)\(parts.count)") { parts.append(part) }
        return parts.isEmpty ? nil : parts.flatMap { $0 }
    }
}
