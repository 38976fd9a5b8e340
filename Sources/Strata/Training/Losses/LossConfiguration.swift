// Losses by the names that files have for them.
extension Loss {
    /// Adding a loss adds a line here.
    private static let makers: [String: @Sendable (Configuration) throws -> Loss] = [
        "BinaryCrossentropy": {
            .binaryCrossentropy(
                fromLogits: try $0.value("from_logits", default: false),
                labelSmoothing: try $0.value("label_smoothing", default: 0))
        },
        "BinaryFocalCrossentropy": {
            .binaryFocalCrossentropy(
                balancesClasses: try $0.value("apply_class_balancing", default: false),
                alpha: try $0.value("alpha", default: 0.25),
                gamma: try $0.value("gamma", default: 2),
                fromLogits: try $0.value("from_logits", default: false),
                labelSmoothing: try $0.value("label_smoothing", default: 0))
        },
        "CategoricalCrossentropy": {
            .categoricalCrossentropy(
                fromLogits: try $0.value("from_logits", default: false),
                labelSmoothing: try $0.value("label_smoothing", default: 0))
        },
        "CategoricalFocalCrossentropy": {
            .categoricalFocalCrossentropy(
                alpha: try $0.value("alpha", default: 0.25),
                gamma: try $0.value("gamma", default: 2),
                fromLogits: try $0.value("from_logits", default: false),
                labelSmoothing: try $0.value("label_smoothing", default: 0))
        },
        "CategoricalHinge": { _ in .categoricalHinge },
        "CosineSimilarity": { _ in .cosineSimilarity },
        "Dice": { .dice(axes: try $0.optional("axis")) },
        "Hinge": { _ in .hinge },
        "Huber": { .huber(delta: try $0.value("delta", default: 1)) },
        "KLDivergence": { _ in .klDivergence },
        "LogCosh": { _ in .logCosh },
        "MeanAbsoluteError": { _ in .meanAbsoluteError },
        "MeanAbsolutePercentageError": { _ in .meanAbsolutePercentageError },
        "MeanSquaredError": { _ in .meanSquaredError },
        "MeanSquaredLogarithmicError": { _ in .meanSquaredLogarithmicError },
        "Poisson": { _ in .poisson },
        "SparseCategoricalCrossentropy": {
            .sparseCategoricalCrossentropy(
                fromLogits: try $0.value("from_logits", default: false),
                ignoredClass: try $0.optional("ignore_class"))
        },
        "SquaredHinge": { _ in .squaredHinge },
        "Tversky": {
            .tversky(
                alpha: try $0.value("alpha", default: 0.5),
                beta: try $0.value("beta", default: 0.5), axes: try $0.optional("axis"))
        },
    ]

    private static let abbreviations = [
        "bce": "BinaryCrossentropy", "kld": "KLDivergence", "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError", "mse": "MeanSquaredError",
        "msle": "MeanSquaredLogarithmicError", "logcosh": "LogCosh",
        "kullback_leibler_divergence": "KLDivergence",
    ]

    /// The class that a name stands for: the class's own, the function's or an abbreviation.
    static func className(_ name: String) -> String? {
        if makers[name] != nil { return name }
        return abbreviations[name.lowercased()] ?? makers.keys.first { snakeCase($0) == name }
    }

    /// Makes a loss from what Keras serializes: an object, a function or a name.
    /// - Throws: a sentence that names a loss that is not known, or says what is wrong with it.
    public init(serialized json: JSON) throws {
        let (name, configuration) = try json.object("a serialized loss")
        if case .string = json, ["crossentropy", "ce"].contains(name.lowercased()) {
            self = .crossentropy
            return
        }
        guard let className = Loss.className(name), let make = Loss.makers[className] else {
            throw StrataError("the loss \(name) is not known")
        }
        do {
            try configuration.checkLastAxis(of: className)
            self = try make(configuration)
            let reduction = try configuration.value(
                "reduction", default: Reduction.sumOverBatchSize.rawValue)
            guard let reduction = Reduction(rawValue: reduction) else {
                throw StrataError("the reduction \(reduction) is not supported")
            }
            self.reduction = reduction
        } catch {
            throw StrataError("loss \(className): \(error)")
        }
    }
}

extension Configuration {
    /// Refuses an axis other than the last for those that compare along it.
    func checkLastAxis(of className: String) throws {
        guard className != "Dice", className != "Tversky",
            let axis: Int = try optional("axis"), axis != -1
        else { return }
        throw StrataError("axis is -1, the last. Received: \(axis)")
    }
}
