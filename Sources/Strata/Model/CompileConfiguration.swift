// The settings of `compile` as files keep them.
extension Compilation {
    /// The settings as Keras serializes them: what a file said of losses and metrics in its own words.
    package var serialized: JSON {
        get throws {
            var settings: Configuration = [
                "optimizer": try optimizer.serialized(), "loss": nil, "loss_weights": nil,
                "metrics": nil, "weighted_metrics": nil, "run_eagerly": false,
                "steps_per_execution": 1, "jit_compile": false,
            ]
            if let source { return settings.overlaid(by: source, except: ["optimizer": nil]).json }
            func lists(_ metrics: KeyPath<Output, [Metric]>) throws -> JSON {
                let lists = try outputs.map { output in
                    JSON.array(
                        try output[keyPath: metrics].map { metric in
                            guard let json = metric.serialized else {
                                throw StrataError(
                                    "The metric \(metric.name) cannot be saved: it is a custom metric."
                                )
                            }
                            return json
                        })
                }
                if lists.allSatisfy({ $0 == [] }) { return .null }
                return lists.count == 1 ? lists[0] : .array(lists)
            }
            let losses = try outputs.map { output -> JSON in
                guard let loss = output.loss else { return .null }
                guard let json = loss.serialized else {
                    throw StrataError("The loss \(loss.name) cannot be saved: it is a custom loss.")
                }
                return json
            }
            settings["loss"] = losses.count == 1 ? losses[0] : .array(losses)
            if outputs.contains(where: { $0.weight != 1 }) {
                settings["loss_weights"] = outputs.map(\.weight).json
            }
            settings["metrics"] = try lists(\.metrics)
            settings["weighted_metrics"] = try lists(\.weightedMetrics)
            return settings.json
        }
    }
}

extension Model {
    /// Compiles the model with the settings of a file. A file without settings, of a model that was not
    /// compiled, is not an error.
    /// - Parameters:
    ///   - custom: the caller's own losses, which the settings name.
    ///   - customMetrics: the caller's own metrics, which the settings name.
    ///   - replacement: a loss that replaces those of the file, which then need not be known; metrics that
    ///     are not known are left out.
    package func compile(
        serialized json: JSON, losses custom: [Loss] = [], metrics customMetrics: [Metric] = [],
        loss replacement: Loss? = nil
    ) throws {
        guard case .object = json, let optimizer = json["optimizer"], optimizer != .null,
            let loss = json["loss"], loss != .null
        else { return }
        let settings = try Configuration(json)
        let losses = try byOutput(loss) { json in
            try replacement ?? custom.first { json.isNamed($0.name) } ?? Loss(serialized: json)
        }
        let weights = try byOutput(settings["loss_weights"] ?? .null) { try Float(json: $0) }
        var unknown: [String] = []
        func metric(_ json: JSON) throws -> Metric? {
            if let own = customMetrics.first(where: { json.isNamed($0.name) }) { return own }
            do {
                return try Metric(serialized: json)
            } catch  where replacement != nil {
                unknown.append(json.givenName ?? json.description)
                return nil
            }
        }
        func metrics(_ name: String) throws -> [[Metric]] {
            try metricsByOutput(settings[name] ?? .null, metric)
        }
        try compile(
            optimizer: Optimizer.make(serialized: optimizer),
            losses: losses.count == 1 ? outputNames.map { _ in losses[0] } : losses,
            lossWeights: weights.contains { $0 != nil } ? weights.map { $0 ?? 1 } : nil,
            metrics: metrics("metrics"), weightedMetrics: metrics("weighted_metrics"))
        compilation?.unknownMetrics = unknown
        guard replacement == nil else { return }
        var source = settings
        source["optimizer"] = nil
        compilation?.source = source
    }

    /// A value for each output: one for all, a list, or an object by the outputs' names.
    private func byOutput<Value>(
        _ json: JSON, _ read: (JSON) throws -> Value
    ) throws -> [Value?] {
        let names = outputNames
        func value(_ json: JSON?) throws -> Value? {
            guard let json, json != .null else { return nil }
            return try read(json)
        }
        switch json {
        case .null: return names.map { _ in nil }
        case .array(let list):
            guard list.count == names.count else {
                throw StrataError(
                    "a setting for each of the model's \(names.count) outputs was expected, "
                        + "but got \(list.count)")
            }
            return try list.map(value)
        case .object(let members) where json["class_name"] == nil:
            // With one output, the name does not matter.
            if names.count == 1, members.count == 1 { return [try value(members[0].value)] }
            if let stranger = members.first(where: { !names.contains($0.name) }) {
                throw StrataError("there is no output \(stranger.name) for its settings")
            }
            return try names.map { try value(json[$0]) }
        default: return try names.map { _ in try read(json) }
        }
    }

    /// The metrics of each output: of one output all there are; of several a list of lists, or an
    /// object of lists by the outputs' names.
    private func metricsByOutput(
        _ json: JSON, _ metric: (JSON) throws -> Metric?
    ) throws -> [[Metric]] {
        func list(_ json: JSON) throws -> [Metric] {
            switch json {
            case .null: return []
            case .array(let elements): return try elements.flatMap(list)
            case .object(let members) where json["class_name"] == nil:
                return try members.flatMap { try list($0.value) }
            default: return [try metric(json)].compactMap { $0 }
            }
        }
        if outputNames.count == 1 { return [try list(json)] }
        if json == [] { return outputNames.map { _ in [] } }
        // Keras 2 put the output's name before the metric's.
        return zip(outputNames, try byOutput(json, list)).map { output, metrics in
            (metrics ?? []).map { metric in
                let prefix = output + "_"
                return metric.name.hasPrefix(prefix)
                    ? metric.named(String(metric.name.dropFirst(prefix.count))) : metric
            }
        }
    }
}

extension JSON {
    /// The name that a serialized metric was given.
    fileprivate var givenName: String? {
        if case .string(let name)? = self["config"]?["name"] { name } else { nil }
    }

    /// Whether a serialized loss or metric, an object, a function or a name, has a name.
    fileprivate func isNamed(_ name: String) -> Bool {
        [
            self, self["config"], self["config"]?["name"], self["class_name"],
            self["registered_name"],
        ]
        .contains { word in
            guard case .string(let word)? = word else { return false }
            let last = word.split(separator: ">").last.map(String.init) ?? word
            return last == name || snakeCase(last) == name
        }
    }
}
