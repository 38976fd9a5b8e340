extension Model {
    /// The graph as Keras describes it: the layers, each with the inputs of its calls, and the inputs and
    /// outputs of the model.
    var graphConfiguration: Configuration {
        get throws {
            if let error { throw error }
            let numbers = callNumbers
            let layers = try layers.map { layer in
                var json = Configuration.members(of: try layer.serialized())
                json["name"] = .string(layer.name)
                let mine = calls.filter { $0.layer === layer && !$0.inputs.isEmpty }
                    .sorted { $0.index < $1.index }
                json["inbound_nodes"] = .array(
                    try mine.map { call in
                        var inputs = call.inputs[...]
                        let words =
                            call.arguments
                            ?? CallArguments(tensorCount: inputs.count, training: call.training)
                        return try words.json.replacingTensors { word in
                            guard let input = inputs.popFirst() else { return word }
                            let source = Configuration.members(of: word["config"] ?? .null)
                            return try tensor(input, source, numbers)
                        }
                    })
                return json.json
            }
            return [
                "layers": layers, "input_layers": try places(inputs, numbers),
                "output_layers": try places(outputs, numbers),
            ]
        }
    }

    /// The index of a call among the calls of its layer in this model.
    private var callNumbers: [ObjectIdentifier: Int] {
        var counts: [ObjectIdentifier: Int] = [:]
        var numbers: [ObjectIdentifier: Int] = [:]
        for call in calls.sorted(by: { $0.index < $1.index }) {
            let layer = ObjectIdentifier(call.layer)
            numbers[ObjectIdentifier(call)] = counts[layer, default: 0]
            counts[layer, default: 0] += 1
        }
        return numbers
    }

    private func place(
        _ tensor: Tensor, _ numbers: [ObjectIdentifier: Int]
    ) throws -> (layer: any Layer, call: Int, output: Int) {
        guard let call = LayerCall.of(tensor), let number = numbers[ObjectIdentifier(call)] else {
            throw StrataError(
                "Model \(name) cannot be saved: it begins within another model.")
        }
        return (call.layer, number, tensor.index)
    }

    /// - Parameter source: the tensor as written in a file.
    private func tensor(
        _ tensor: Tensor, _ source: Configuration, _ numbers: [ObjectIdentifier: Int]
    ) throws -> JSON {
        let (layer, call, output) = try place(tensor, numbers)
        let history: Configuration = [
            "keras_history": JSON.array([.string(layer.name), .integer(call), .integer(output)])
        ]
        let written: Configuration = ["shape": tensor.shape.json, "dtype": "float32"]
        return .tensor((written + history).overlaid(by: source, except: history).json)
    }

    private func places(_ tensors: [Tensor], _ numbers: [ObjectIdentifier: Int]) throws -> JSON {
        let all = try tensors.map { tensor -> JSON in
            let (layer, call, output) = try place(tensor, numbers)
            // Only here does Keras count the calls of a functional model from 1.
            let isFunctional = layer is Model && !(layer is Sequential)
            return [.string(layer.name), .integer(call + (isFunctional ? 1 : 0)), .integer(output)]
        }
        return all.count == 1 ? all[0] : .array(all)
    }
}

extension Configuration {
    /// The members of an object.
    static func members(of json: JSON) -> Configuration { (try? Configuration(json)) ?? [:] }
}
