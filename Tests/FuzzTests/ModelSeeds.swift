import Strata

/// Models in JSON, as their files describe them, and what is done with them.
enum ModelSeeds {
    /// Each layer in a model of its own, models with all kinds of graphs, and all optimizers.
    static func all() throws -> [JSON] {
        guard case .array(let layers) = try JSON(parsing: fixture("layers.json")) else { return [] }
        let losses: [JSON] = [
            "mse", "mae", "huber", "binary_crossentropy", "categorical_crossentropy", "log_cosh",
        ]
        let optimizers: [JSON] = [
            "sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "ftrl",
            "lion",
        ]
        let schedule: JSON = [
            "class_name": "PiecewiseConstantDecay",
            "config": ["boundaries": [1, 5], "values": [1.0, 0.5, 0.1]],
        ]
        var seeds: [JSON] = []
        for (number, json) in layers.enumerated() {
            guard let layer = json["layer"], case .array(let inputs)? = json["inputs"] else {
                continue
            }
            // Settings in full, as files have them.
            let model = Sequential(inputShape: [2]) { Dense(2) }
            try? model.compile(serialized: [
                "optimizer": optimizers[number % optimizers.count],
                "loss": losses[number % losses.count],
                "metrics": number % 2 == 0 ? ["mae", "categorical_accuracy"] : nil,
            ])
            var settings = try model.compilation?.serialized ?? .null
            if number % 5 == 0, case .object(var members) = settings {
                members.append(
                    .init(
                        "optimizer",
                        [
                            "class_name": "SGD",
                            "config": [
                                "learning_rate": schedule, "momentum": 0.9, "nesterov": true,
                            ],
                        ]))
                settings = .object(members)
            }
            let serialized = graph(layer, inputs: inputs)
            guard case .object(let members) = serialized else { continue }
            seeds.append(.object(members + [.init("compile_config", settings)]))
        }
        for name in ["nadam", "sequential", "nested", "operations"] {
            let file = try fixture("keras_files/\(name).keras")
            let archive = try ZIPReader(
                FileBytes(count: file.count) { $0.copyBytes(from: file) }, name: name)
            for member in archive.members where member.name == "config.json" {
                let text = try archive.contents(of: member)
                seeds.append(
                    try JSON(
                        parsing: text.storage.bytes[text.offset..<text.offset + text.count]))
            }
        }
        return seeds
    }

    /// A functional model of one layer.
    /// - Parameter inputs: the shapes of its inputs.
    private static func graph(_ layer: JSON, inputs: [JSON]) -> JSON {
        let names = inputs.indices.map { JSON.string("in\($0)") }
        let places = names.map { JSON.array([$0, 0, 0]) }
        let tensors = zip(places, inputs).map { place, shape -> JSON in
            [
                "class_name": "__keras_tensor__",
                "config": ["shape": shape, "dtype": "float32", "keras_history": place],
            ]
        }
        var layers = zip(names, inputs).map { name, shape -> JSON in
            [
                "class_name": "InputLayer", "config": ["batch_shape": shape, "name": name],
                "name": name, "inbound_nodes": [],
            ]
        }
        var members: [JSON.Member] = []
        if case .object(let all) = layer { members = all }
        members += [
            .init("name", "layer"),
            .init(
                "inbound_nodes",
                [["args": tensors.count == 1 ? .array(tensors) : [.array(tensors)], "kwargs": [:]]]),
        ]
        layers.append(.object(members))
        return [
            "class_name": "Functional",
            "config": [
                "name": "model", "layers": .array(layers), "input_layers": .array(places),
                "output_layers": [["layer", 0, 0]],
            ],
        ]
    }

    /// Makes the model, prints it and writes it down.
    /// - Parameter runs: whether to compute and learn something too, if the model is small.
    static func use(_ json: JSON, runs: Bool) throws {
        guard let model = try LayerRegistry.layer(serialized: json) as? Model else { return }
        _ = model.summaryText(showFLOPs: true)
        _ = try model.serialized()
        try json["compile_config"].map { try model.compile(serialized: $0) }

        guard runs else { return }
        let samples = 2
        func array(_ shape: Shape) -> ArrayData {
            // What the model leaves open is 3.
            let sizes = [samples] + shape.withoutBatch.dimensions.map { $0 < 0 ? 3 : $0 }
            return ArrayData(
                shape: sizes, floats: (0..<sizes.reduce(1, *)).map { Float($0 % 3) / 2 })
        }
        let tensors = model.calls.flatMap(\.outputs).map(\.shape.withoutBatch)
        let isSmall = tensors.allSatisfy { $0.count < 1 << 12 }
        guard isSmall, tensors.count < 200, model.parameterCount < 1 << 14,
            model.multiplyAdds < 1 << 20
        else { return }
        let plan = try model.plan(batchSize: samples)
        guard plan.memory.arena + plan.memory.scratch < 1 << 26 else { return }
        let x = model.inputs.map { array($0.shape) }
        _ = try model.predict(x)
        guard model.compilation != nil else { return }
        _ = try model.trainOnBatch(x, model.outputs.map { array($0.shape) })
        _ = try model.compilation?.serialized
    }
}
