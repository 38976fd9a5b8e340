// Metrics by the names that files have for them.
extension Metric {
    /// One of each with its defaults. Adding a metric adds a line here. Losses are metrics too.
    static let registry: [Metric] = [
        .auc, .binaryAccuracy, .categoricalAccuracy, .cosineSimilarity, .f1Score,
        .falseNegatives(), .falsePositives(), .meanIoU(numClasses: 0),
        .oneHotMeanIoU(numClasses: 0), .precision, .r2Score, .recall, .rootMeanSquaredError,
        .sparseCategoricalAccuracy, .sparseTopKCategoricalAccuracy, .topKCategoricalAccuracy,
        .trueNegatives(), .truePositives(),
    ]

    /// The names of the metrics, losses among them: `binary_accuracy`.
    public static var names: [String] {
        ["accuracy"] + registry.map { snakeCase($0.className ?? $0.name) } + Loss.names
    }

    /// The metric of a name with its defaults.
    /// - Parameter name: Keras's name of the class or the function, of a metric or a loss.
    /// - Throws: ``StrataError`` that lists the names, if there is none of that name.
    public static func named(_ name: String) throws -> Metric {
        if ["accuracy", "acc"].contains(name.lowercased()) {
            return accuracy.named(name).serialized(as: .string(name))
        }
        if let metric = known(name) { return metric }
        if name == "LogCoshError" { return Metric(.logCosh).named("logcosh") }
        guard let loss = Loss.known(name) else {
            throw StrataError("it is not known; there are " + names.joined(separator: ", "))
        }
        return Metric(loss)
    }

    /// The class of the metric that a function of Keras is; nil if there is none.
    static func className(ofFunction name: String) -> String? {
        if name == "log_cosh" || name == "logcosh" { return "LogCoshError" }
        return known(name)?.className ?? Loss.known(name)?.className
    }

    private static func known(_ name: String) -> Metric? {
        registry.first { metric in
            metric.className == name || metric.className.map(snakeCase) == name
        }
    }

    /// Makes a metric from what Keras serializes: an object, a function or a name. A metric that is
    /// given by a name alone keeps it.
    /// - Parameter json: what Keras serializes.
    /// - Throws: a sentence that names a metric that is not known, or says what is wrong with it.
    public init(serialized json: JSON) throws {
        let (given, configuration) = try json.object("a serialized metric")
        do {
            var metric: Metric
            if json["module"] == "keras.losses" {
                // A loss as a metric: the mean of what it gives for each batch, whatever its size.
                let loss = try Loss(serialized: json)
                metric = Metric(loss.name, isBetterWhenHigher: false) { loss($0, $1) }
            } else if Metric.known(given) == nil, Loss.known(given) != nil {
                metric = Metric(try Loss(serialized: json))
            } else {
                // Keras has no mean of one number for each class.
                if given == "F1Score", configuration["average"] == .null {
                    throw StrataError(
                        "average must be \"macro\", \"micro\" or \"weighted\", but got null")
                }
                metric = try Metric.named(given).reading(configuration)
            }
            let isName = json["class_name"] == nil
            metric = metric.named(isName ? given : configuration.name ?? metric.name)
            self = metric.serialized(as: json)
        } catch {
            throw StrataError("metric \(given): \(error)")
        }
    }
}
