// Metrics by the names that files have for them.
extension Metric {
    /// Adding a metric adds a line here.
    private static let makers: [String: @Sendable (Configuration) throws -> Metric] = [
        "AUC": { configuration in
            try configuration.check("summation_method", is: "interpolation")
            try configuration.check("multi_label", is: false)
            try configuration.check("from_logits", is: false)
            try configuration.check("thresholds", is: nil)
            let name = try configuration.value("curve", default: Curve.roc.rawValue)
            guard let curve = Curve(rawValue: name) else {
                throw StrataError("curve is \"ROC\" or \"PR\". Received: \"\(name)\"")
            }
            let thresholds = try configuration.value("num_thresholds", default: 200)
            guard (2...10_000).contains(thresholds) else {
                throw StrataError("num_thresholds is 2 to 10000. Received: \(thresholds)")
            }
            return .auc(curve, thresholds: thresholds)
        },
        "BinaryAccuracy": { .binaryAccuracy(threshold: try $0.value("threshold", default: 0.5)) },
        "CategoricalAccuracy": { _ in .categoricalAccuracy },
        "CosineSimilarity": { _ in .cosineSimilarity },
        "F1Score": { configuration in
            guard let name: String = try configuration.optional("average"),
                let average = Averaging(rawValue: name)
            else {
                throw StrataError(
                    "average is \"macro\", \"micro\" or \"weighted\". Received: "
                        + (configuration["average"] ?? .null).description)
            }
            return .f1Score(average: average, threshold: try configuration.optional("threshold"))
        },
        "FalseNegatives": { .falseNegatives(threshold: try threshold($0)) },
        "FalsePositives": { .falsePositives(threshold: try threshold($0)) },
        "MeanIoU": { try meanIoU($0) },
        "OneHotMeanIoU": { try meanIoU($0).named("one_hot_mean_io_u") },
        "Precision": {
            .precision(threshold: try threshold($0), classID: try $0.optional("class_id"))
        },
        "R2Score": { configuration in
            try configuration.check("class_aggregation", is: "uniform_average")
            try configuration.check("num_regressors", is: 0)
            return .r2Score
        },
        "Recall": {
            .recall(threshold: try threshold($0), classID: try $0.optional("class_id"))
        },
        "RootMeanSquaredError": { _ in .rootMeanSquaredError },
        "SparseCategoricalAccuracy": { _ in .sparseCategoricalAccuracy },
        "SparseTopKCategoricalAccuracy": {
            .sparseTopKCategoricalAccuracy(k: try $0.value("k", default: 5))
        },
        "TrueNegatives": { .trueNegatives(threshold: try threshold($0)) },
        "TruePositives": { .truePositives(threshold: try threshold($0)) },
        "TopKCategoricalAccuracy": { .topKCategoricalAccuracy(k: try $0.value("k", default: 5)) },
    ]

    /// The class of the metric that a function of Keras is; nil if there is none.
    static func className(ofFunction name: String) -> String? {
        if name == "log_cosh" || name == "logcosh" { return "LogCoshError" }
        return makers.keys.first { snakeCase($0) == name } ?? Loss.className(name)
    }

    private static func meanIoU(_ configuration: Configuration) throws -> Metric {
        try configuration.check("ignore_class", is: nil)
        try configuration.check("sparse_y_pred", is: false)
        let classes: Int = try configuration.value("num_classes")
        guard (1...10_000).contains(classes) else {
            throw StrataError("num_classes is 1 to 10000. Received: \(classes)")
        }
        return .meanIoU(classes: classes)
    }

    private static func threshold(_ configuration: Configuration) throws -> Float {
        try configuration.check("top_k", is: nil)
        let thresholds: [Float] = try configuration.value("thresholds", default: [0.5])
        guard thresholds.count == 1 else {
            throw StrataError("one threshold is supported. Received: \(thresholds)")
        }
        return thresholds[0]
    }

    /// Makes a metric from what Keras serializes: an object, a function or a name. A metric that is
    /// given by a name alone keeps it.
    /// - Throws: a sentence that names a metric that is not known, or says what is wrong with it.
    public init(serialized json: JSON) throws {
        let (given, configuration) = try json.object("a serialized metric")
        if case .string = json, ["accuracy", "acc"].contains(given.lowercased()) {
            self = Metric.accuracy.named(given).serialized(as: json)
            return
        }
        let className =
            Metric.makers[given] != nil
            ? given : Metric.makers.keys.first { snakeCase($0) == given } ?? given
        let metric: Metric
        do {
            if json["module"] == "keras.losses", json["class_name"] == .string(className) {
                // A loss as a metric: the mean of what it gives for each batch, whatever its size.
                let loss = try Loss(serialized: json)
                metric = Metric(loss.name, isBetterWhenHigher: false) { loss($0, $1) }
            } else if let make = Metric.makers[className] {
                try configuration.checkLastAxis(of: className)
                metric = try make(configuration)
            } else if className == "LogCoshError" {
                metric = Metric(.logCosh).named("logcosh")
            } else if Loss.className(className) != nil {
                metric = Metric(try Loss(serialized: json))
            } else {
                throw StrataError("it is not known")
            }
        } catch {
            throw StrataError("metric \(given): \(error)")
        }
        let name = json["class_name"] == nil ? given : configuration.name ?? metric.name
        self = metric.named(name).serialized(as: json)
    }
}

extension Configuration {
    /// Refuses a value that is not supported.
    fileprivate func check(_ name: String, is supported: JSON) throws {
        guard let value = self[name], value != .null, value != supported else { return }
        throw StrataError("\(name) \(value) is not supported")
    }
}
