/// Reads the graph of a functional model from its configuration.
///
/// Nothing in it is trusted: cycles, calls of missing layers and exponentially nested models are errors.
struct GraphReader {
    /// The layers, in the order of the file.
    private(set) var layers: [any Layer] = []
    private(set) var inputs: [Tensor] = []
    private(set) var outputs: [Tensor] = []

    /// The maximum number of layer calls, since nested models can multiply to any number in a small file.
    private static let callLimit = 100_000

    /// An output of a call, by indices.
    private struct Reference {
        let layer: Int
        let call: Int
        let output: Int
    }

    private var numbers: [String: Int] = [:]
    /// The arguments of a call, and how the file writes them.
    private struct Arguments {
        var inputs: [Reference] = []
        var words: CallArguments?
    }

    /// For each layer, the arguments of its calls, and the outputs of the calls made so far.
    private var calls: [[Arguments]] = []
    private var results: [[[Tensor]]] = []
    private var callCount = 0

    init(_ configuration: Configuration) throws {
        let list: [JSON] = try configuration.value("layers")
        for json in list {
            let layer = try LayerRegistry.layer(serialized: json)
            if case .string(let name)? = json["name"] { layer.core.name = name }
            guard numbers.updateValue(layers.count, forKey: layer.name) == nil else {
                throw StrataError("two layers are named \(layer.name)")
            }
            layers.append(layer)
        }
        for (number, json) in list.enumerated() {
            let nodes = try [JSON](json: json["inbound_nodes"] ?? [])
            do {
                calls.append(try nodes.map { try arguments(ofCall: $0) })
            } catch {
                throw StrataError("inputs of \(layers[number].description): \(error)")
            }
            let input = (layers[number] as? InputLayer)?.tensor
            results.append(input.map { [[$0]] } ?? [])
            if input != nil { calls[number] = [Arguments()] }
            // The other arguments belong to the operation.
            guard calls[number].count <= 1 || !(layers[number] is TensorOperation) else {
                throw StrataError("\(layers[number].description) is called more than once")
            }
        }
        for layer in layers.indices {
            for call in calls[layer].indices { try make(layer, call) }
        }
        inputs = try places(configuration["input_layers"] ?? .null, isOutput: false)
        outputs = try places(configuration["output_layers"] ?? .null, isOutput: true)
    }

    // MARK: - Calls

    /// Makes a call after all calls that it depends on, ordered by a work list.
    private mutating func make(_ layer: Int, _ call: Int) throws {
        struct Place: Hashable {
            let layer: Int
            let call: Int
        }
        var pending = [(place: Place(layer: layer, call: call), isReady: false)]
        var waiting = Set<Place>()
        while let (place, isReady) = pending.popLast() {
            guard results[place.layer].count <= place.call else { continue }
            let arguments = calls[place.layer][place.call]
            if isReady {
                waiting.remove(place)
                results[place.layer].append(try outputs(of: layers[place.layer], arguments))
                continue
            }
            guard waiting.insert(place).inserted else {
                throw StrataError(
                    "the calls of \(layers[place.layer].description) depend on their own results")
            }
            pending.append((place, isReady: true))
            // The calls of a layer are made in order.
            let before = place.call > 0 ? [Place(layer: place.layer, call: place.call - 1)] : []
            let needed = before + arguments.inputs.map { Place(layer: $0.layer, call: $0.call) }
            for place in needed.reversed() {
                guard place.call < calls[place.layer].count else {
                    throw StrataError(
                        "there is no call \(place.call) of \(layers[place.layer].description)")
                }
                pending.append((place, isReady: false))
            }
        }
    }

    private mutating func outputs(
        of layer: any Layer, _ arguments: Arguments
    ) throws -> [Tensor] {
        let (sum, isTooMany) = callCount.addingReportingOverflow((layer as? Model)?.callCount ?? 1)
        guard !isTooMany, sum <= Self.callLimit else {
            throw StrataError("the model must have at most \(Self.callLimit) layer calls")
        }
        callCount = sum
        let outputs = LayerCall.apply(
            layer, try arguments.inputs.map(tensor), training: arguments.words?.training)
        if let error = outputs.lazy.compactMap(\.error).first { throw error }
        LayerCall.of(outputs[0])?.arguments = arguments.words
        return outputs
    }

    private func tensor(_ reference: Reference) throws -> Tensor {
        let made = results[reference.layer]
        guard made.indices.contains(reference.call),
            made[reference.call].indices.contains(reference.output)
        else {
            throw StrataError(
                "there is no output \(reference.output) of call \(reference.call) of "
                    + layers[reference.layer].description)
        }
        return made[reference.call][reference.output]
    }

    // MARK: - References

    /// The tensors passed to a call: `{"args": …, "kwargs": …}`, where they are objects, or a list of
    /// `[layer, call, output]` as in earlier versions.
    private func arguments(ofCall json: JSON) throws -> Arguments {
        if case .array(let list) = json {
            return Arguments(inputs: try list.map { try reference($0) })
        }
        let words = CallArguments(json)
        let inputs = try words.json.tensors.map {
            try reference($0["config"]?["keras_history"] ?? .null)
        }
        guard !inputs.isEmpty else { throw StrataError("there are none in \(json)") }
        return Arguments(inputs: inputs, words: words)
    }

    private func reference(_ json: JSON, isOutput: Bool = false) throws -> Reference {
        guard case .array(let parts) = json, parts.count >= 3, case .string(let name) = parts[0],
            var call = try? Int(json: parts[1]), let output = try? Int(json: parts[2])
        else { throw json.mismatch("[layer, call, output]") }
        guard let layer = numbers[name] else { throw StrataError("there is no layer \(name)") }
        // Only here does Keras count the calls of a functional model from 1.
        if isOutput, layers[layer] is Model, !(layers[layer] is Sequential), call > 0 { call -= 1 }
        guard call >= 0, output >= 0 else { throw json.mismatch("[layer, call, output]") }
        return Reference(layer: layer, call: call, output: output)
    }

    /// The inputs or outputs of the model: one reference, a list of them, or an object, in the order of its
    /// names.
    private func places(_ json: JSON, isOutput: Bool) throws -> [Tensor] {
        if case .object(let members) = json {
            return try members.sorted { $0.name < $1.name }
                .flatMap { try places($0.value, isOutput: isOutput) }
        }
        if case .array(let elements) = json {
            if case .string? = elements.first {
                return [try tensor(try reference(json, isOutput: isOutput))]
            }
            return try elements.flatMap { try places($0, isOutput: isOutput) }
        }
        throw json.mismatch("the places of a model's \(isOutput ? "outputs" : "inputs")")
    }
}
