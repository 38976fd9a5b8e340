/// What Keras 2 wrote differently, in the words of Keras 3.
///
/// Keras 2 wrote `.keras` files (TensorFlow 2.12 to 2.15, and tf_keras today) and whole models in
/// `.h5` files. Layers, weights and compile settings are those of Keras 3 but for the following.
enum KerasTwo {
    // MARK: - Models

    /// The configuration of a model, and of everything in it.
    static func model(_ json: JSON) -> JSON {
        switch json {
        case .array(let elements): return .array(elements.map(model))
        case .object(let members):
            let members = members.map { member in
                // Keras 2's hard sigmoid has another slope.
                if member.name == "activation", name(ofFunction: member.value) == "hard_sigmoid" {
                    return JSON.Member(member.name, ActivationFunction.kerasTwoHardSigmoid.json)
                }
                return JSON.Member(member.name, model(member.value))
            }
            return object(.object(members))
        default: return json
        }
    }

    private static func name(ofFunction json: JSON) -> String? {
        if case .string(let name) = json { return name }
        guard json["class_name"] == "function", case .string(let name)? = json["config"] else {
            return nil
        }
        return name
    }

    /// A serialized layer, or any other object.
    private static func object(_ json: JSON) -> JSON {
        guard case .string(let className)? = json["class_name"] else { return json }
        switch className {
        case "Model", "Functional": return graph(json.setting("class_name", "Functional"))
        case "Sequential": return list(json)
        case "SyncBatchNormalization": return json.setting("class_name", "BatchNormalization")
        case "ThresholdedReLU":
            let config = json["config"] ?? [:]
            let threshold = config["theta"] ?? 1
            return json.setting("class_name", "ReLU")
                .setting("config", config.setting("threshold", threshold))
        default: return json
        }
    }

    /// A list of layers, of which the first may say the shape of the model's input.
    private static func list(_ json: JSON) -> JSON {
        var config = json["config"] ?? [:]
        if case .array = config { config = ["layers": config] }
        guard case .array(var layers)? = config["layers"], let first = layers.first,
            first["class_name"] != "InputLayer",
            let shape = first["config"]?["batch_input_shape"], shape != .null
        else { return json.setting("config", config) }
        layers.insert(["class_name": "InputLayer", "config": ["batch_shape": shape]], at: 0)
        return json.setting("config", config.setting("layers", .array(layers)))
    }

    /// A graph of layers. Keras 2 counted the calls of a model from 1 where it refers to them, as the
    /// model's own definition was its first; Keras 3 does so only for its outputs.
    private static func graph(_ json: JSON) -> JSON {
        guard let config = json["config"], case .array(let layers)? = config["layers"] else {
            return json
        }
        var models: [String: (isSequential: Bool, callCount: Int)] = [:]
        for layer in layers {
            guard case .string(let name)? = layer["name"] ?? layer["config"]?["name"],
                case .array(let calls)? = layer["inbound_nodes"],
                layer["class_name"] == "Functional" || layer["class_name"] == "Sequential"
            else { continue }
            models[name] = (layer["class_name"] == "Sequential", calls.count)
        }
        guard !models.isEmpty else { return json }

        var last: [String: Int] = [:]
        func note(_ name: String, _ call: Int) -> Int {
            last[name] = max(last[name] ?? 0, call)
            return call
        }
        let nodes = JSON.array(layers.map { $0["inbound_nodes"] ?? [] })
        let outputs = config["output_layers"] ?? []
        _ = nodes.replacingReferences(note)
        _ = outputs.replacingReferences(note)
        // A model that was not yet built when first called has no call of its own.
        func countsFromOne(_ name: String) -> Bool {
            models[name].map { (last[name] ?? 0) >= $0.callCount } ?? false
        }
        let moved = layers.map { layer in
            guard let nodes = layer["inbound_nodes"] else { return layer }
            return layer.setting(
                "inbound_nodes",
                nodes.replacingReferences { $1 &- (countsFromOne($0) ? 1 : 0) })
        }
        let movedOutputs = outputs.replacingReferences { name, call in
            let number = call &- (countsFromOne(name) ? 1 : 0)
            return number &+ (models[name]?.isSequential == false ? 1 : 0)
        }
        return json.setting(
            "config",
            config.setting("layers", .array(moved)).setting("output_layers", movedOutputs))
    }

    // MARK: - Compile settings

    /// What a model was compiled with, from a `.keras` file or an `.h5` file's `training_config`.
    static func compileSettings(_ json: JSON) -> JSON {
        var settings = json
        if let optimizer = json["optimizer_config"] ?? json["optimizer"] {
            settings = settings.setting("optimizer", self.optimizer(optimizer))
        }
        for name in ["loss", "metrics", "weighted_metrics"] {
            guard let value = json[name] else { continue }
            settings = settings.setting(name, lossesAndMetrics(value))
        }
        return settings
    }

    private static func optimizer(_ json: JSON) -> JSON {
        guard case .string(let className)? = json["class_name"],
            var config = json["config"].flatMap({ try? Configuration($0) })
        else { return json }
        for name in ["jit_compile", "is_legacy_optimizer", "schedule_decay"] { config[name] = nil }
        if let rate = config["lr"] {
            config["lr"] = nil
            if config["learning_rate"] == nil { config["learning_rate"] = rate }
        }
        // What optimizers before TensorFlow 2.11 divided the rate by is a schedule now.
        if let decay = config["decay"] {
            config["decay"] = nil
            let isNone = decay == .null || decay == 0 || decay == .number(0)
            if !isNone, let rate = config["learning_rate"], rate["class_name"] == nil {
                config["learning_rate"] = [
                    "module": "keras.optimizers.schedules", "class_name": "InverseTimeDecay",
                    "config": [
                        "initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay,
                        "staircase": false, "name": "InverseTimeDecay",
                    ],
                    "registered_name": nil,
                ]
            }
        }
        let name = className.split(separator: ">").last.map(String.init) ?? className
        return [
            "module": "keras.optimizers", "class_name": .string(name), "config": config.json,
            "registered_name": nil,
        ]
    }

    /// Losses and metrics, in lists and by the names of outputs.
    private static func lossesAndMetrics(_ json: JSON) -> JSON {
        switch json {
        case .array(let elements): return .array(elements.map(lossesAndMetrics))
        case .object(let members) where json["class_name"] == nil:
            return .object(members.map { JSON.Member($0.name, lossesAndMetrics($0.value)) })
        case .object:
            guard var config = json["config"].flatMap({ try? Configuration($0) }) else {
                return json
            }
            if config["reduction"] == "auto" { config["reduction"] = "sum_over_batch_size" }
            let function = config["fn"].flatMap(name(ofFunction:))
            config["fn"] = nil
            var object = json
            // A function as a metric: the class that stands for it today.
            if let function, json["class_name"] == "MeanMetricWrapper" {
                object = [
                    "module": "keras.metrics",
                    "class_name": .string(Metric.className(ofFunction: function) ?? function),
                    "registered_name": nil,
                ]
            }
            return object.setting("config", config.json)
        default: return json
        }
    }
}

extension JSON {
    /// The object with another value for a name.
    func setting(_ name: String, _ value: JSON) -> JSON {
        guard var configuration = try? Configuration(self) else { return self }
        configuration[name] = value
        return configuration.json
    }

    /// The value with other numbers of calls in all `[layer, call, output, …]`.
    fileprivate func replacingReferences(_ number: (String, Int) -> Int) -> JSON {
        guard case .array(let elements) = self else { return self }
        if elements.count >= 3, case .string(let layer) = elements[0],
            case .integer(let call) = elements[1], case .integer = elements[2]
        {
            return .array([elements[0], .integer(number(layer, call))] + elements[2...])
        }
        return .array(elements.map { $0.replacingReferences(number) })
    }
}
