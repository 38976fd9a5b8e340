import Foundation

/// How Keras lays weights out in HDF5, in `.weights.h5` and in `.keras` files: a group for each
/// layer with its weights in `vars/0`, `vars/1`, …, named by the layer's class and a number among
/// those of its class in the same model: `layers/conv2d_1/vars/0`. The optimizer's numbers are in
/// `optimizer/vars`.
enum KerasWeights {
    /// A layer's weights, where a file has them.
    private struct Place {
        /// The names of the groups that lead to the layer; none for the model itself.
        let path: [String]
        let layer: any Layer
        /// The weights, and what the model calls them.
        let weights: [(name: String, variable: Variable)]
    }

    /// How a file names the groups of a model's layers.
    private enum Naming {
        case current
        /// Keras 2.12 lists layers with weights twice in another place, and counts both.
        case keras212

        init(of root: HDF5Group) {
            self = root.group(Self.keras212.container) == nil ? .current : .keras212
        }

        var container: String { self == .current ? "layers" : "_layer_checkpoint_dependencies" }

        func name(_ base: String, _ number: Int) -> String {
            number == 0 ? base : "\(base)_\(self == .current ? number : 2 * number)"
        }
    }

    /// The model and all layers in it, a shared layer where it is first met.
    private static func places(in model: Model, _ naming: Naming = .current) -> [Place] {
        var places: [Place] = []
        var seen = Set<ObjectIdentifier>()
        func visit(_ layer: any Layer, _ path: [String], _ name: String) {
            guard seen.insert(ObjectIdentifier(layer)).inserted else { return }
            let prefix = name.isEmpty ? "" : name + "/"
            places.append(
                Place(
                    path: path, layer: layer,
                    weights: layer.core.ownWeights.map { (prefix + $0.name, $0) }))
            var used: [String: Int] = [:]
            // Operations have no weights, and take no layer's number.
            for child in (layer as? Model)?.layers ?? layer.core.children
            where !(child is TensorOperation) {
                if let role = child.core.role {
                    visit(child, path + [role], prefix + child.name)
                    continue
                }
                let base = snakeCase(child.className)
                let number = used[base, default: 0]
                used[base] = number + 1
                visit(
                    child, path + [naming.container, naming.name(base, number)],
                    prefix + child.name)
            }
        }
        visit(model, [], "")
        return places
    }

    // MARK: - Writing

    static func tree(of model: Model, withOptimizer: Bool = true) -> HDF5Tree {
        var tree = HDF5Tree()
        for place in places(in: model) {
            let arrays = place.weights.enumerated().map { ("\($0)", $1.variable.array) }
            tree.add(variables(arrays, name: place.layer.name), at: place.path[...])
        }
        if withOptimizer, let optimizer = model.compilation?.optimizer {
            let arrays = optimizer.state(of: model.trainedWeights).enumerated()
                .map { ("\($0)", $1) }
            tree.add(variables(arrays, name: optimizer.name), at: ["optimizer"])
        }
        return tree
    }

    private static func variables(_ arrays: [(String, ArrayData)], name: String) -> HDF5Tree {
        var variables = HDF5Tree("vars")
        variables.arrays = arrays.map { (name: $0, array: $1) }
        variables.attributes = [(name: "name", text: name)]
        return variables
    }

    // MARK: - Reading

    /// The arrays for a model, by the names it has for its weights; and by their places in the file
    /// those it has no weights for. The state of random numbers and of metrics, which earlier versions
    /// of Keras kept, is no weight.
    static func arrays(in root: HDF5Group, for model: Model) throws -> [NamedArray] {
        var arrays: [NamedArray] = []
        var known = Set<String>()
        for place in places(in: model, Naming(of: root)) {
            if let dense = place.layer as? Dense, let mode = dense.quantization {
                let path = (place.path + ["vars"]).joined(separator: "/")
                arrays += try dequantized(dense, mode, place.weights.map(\.name), root, path)
                known.formUnion((0..<4).map { "\(path)/\($0)" })
                continue
            }
            for (number, weight) in place.weights.enumerated() {
                let path = (place.path + ["vars", "\(number)"]).joined(separator: "/")
                known.insert(path)
                if let array = try root.array(path) {
                    arrays.append(NamedArray(weight.name, array))
                }
            }
        }
        for path in datasets(in: root) where !known.contains(path) {
            let parts = path.split(separator: "/")
            if ["optimizer", "metrics"].contains(parts[0]) { continue }
            // Keras 2 numbers the generators of a layer.
            if parts.contains(where: { $0.hasPrefix("seed_generator") }) { continue }
            if parts.contains("_random_generator") { continue }
            if let array = try root.array(path) { arrays.append(NamedArray(path, array)) }
        }
        return arrays
    }

    /// The weights of a dense layer whose kernel a file has as int8: each number divided by the scale of
    /// its unit.
    private static func dequantized(
        _ layer: Dense, _ mode: String, _ names: [String], _ root: HDF5Group, _ path: String
    ) throws -> [NamedArray] {
        guard mode == "int8" else {
            throw StrataError(
                "\(layer.description) is quantized to \(mode), which is not supported: only int8 is"
            )
        }
        let count = names.count
        let arrays = try (0...count).map { number in
            guard let array = try root.array("\(path)/\(number)") else {
                throw StrataError("\(path)/\(number) of a quantized layer is missing")
            }
            return array
        }
        let (kernel, scales) = (arrays[0], arrays[count].floats())
        guard kernel.shape.count == 2, kernel.shape[1] == scales.count, scales.count > 0 else {
            throw StrataError(
                "\(path) has a quantized kernel of shape \(kernel.shape) and \(scales.count) scales"
            )
        }
        let numbers = kernel.floats().enumerated().map { $1 / scales[$0 % scales.count] }
        layer.forgetQuantization()
        return [NamedArray(names[0], ArrayData(shape: kernel.shape, floats: numbers))]
            + zip(names, arrays[..<count]).dropFirst().map { NamedArray($0, $1) }
    }

    /// The optimizer's numbers; empty where a file has none.
    static func optimizerState(in root: HDF5Group) throws -> [ArrayData] {
        guard let variables = root.group("optimizer/vars") else { return [] }
        return try variables.names.indices.map { number in
            guard let array = try variables.array("\(number)") else {
                throw StrataError("the optimizer's number \(number) is missing")
            }
            return array
        }
    }

    /// The paths of what is no group.
    private static func datasets(in root: HDF5Group) -> [String] {
        var paths: [String] = []
        var pending = [root]
        while let group = pending.popLast() {
            for name in group.names {
                if let inner = group.group(name) {
                    pending.append(inner)
                } else {
                    paths.append(group.path.isEmpty ? name : group.path + "/" + name)
                }
            }
        }
        return paths
    }
}

extension Dense {
    /// How the file that the layer is from quantizes its kernel; nil if it does not.
    fileprivate var quantization: String? {
        guard let policy = core.source?["dtype"] else { return nil }
        if case .string(let mode)? = policy["config"]?["mode"] { return mode }
        // Earlier versions wrote a name such as int8_from_float32.
        guard case .string(let name) = policy["config"]?["name"] ?? policy,
            let end = name.range(of: "_from_")
        else { return nil }
        return String(name[..<end.lowerBound])
    }

    /// From now on files say that the layer is what it has become.
    fileprivate func forgetQuantization() {
        core.source?["dtype"] = nil
        core.source?["quantization_config"] = nil
    }
}

extension HDF5Tree {
    /// Puts a layer's variables in its group, in groups that are made where they are missing.
    fileprivate mutating func add(_ variables: HDF5Tree, at path: ArraySlice<String>) {
        guard let first = path.first else {
            groups.append(variables)
            return
        }
        if groups.last?.name != first { groups.append(HDF5Tree(first)) }
        groups[groups.count - 1].add(variables, at: path.dropFirst())
    }
}
