// Losses by the names that files and the command line have for them.
extension Loss {
    /// One of each with its defaults. Adding a loss adds a line here.
    static let registry: [Loss] = [
        .binaryCrossentropy, .binaryFocalCrossentropy(), .categoricalCrossentropy,
        .categoricalFocalCrossentropy(), .categoricalHinge, .cosineSimilarity, .dice(), .hinge,
        .huber(), .klDivergence, .logCosh, .meanAbsoluteError, .meanAbsolutePercentageError,
        .meanSquaredError, .meanSquaredLogarithmicError, .poisson, .sparseCategoricalCrossentropy,
        .squaredHinge, .tversky(),
    ]

    private static let abbreviations = [
        "bce": "BinaryCrossentropy", "kld": "KLDivergence", "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError", "mse": "MeanSquaredError",
        "msle": "MeanSquaredLogarithmicError", "logcosh": "LogCosh",
        "kullback_leibler_divergence": "KLDivergence",
    ]

    /// The names of the losses: `binary_crossentropy`.
    public static var names: [String] { registry.map { snakeCase($0.className ?? $0.name) } }

    /// The loss of a name with its defaults.
    /// - Parameter name: Keras's name of the function or the class, or an abbreviation such as `mse`.
    /// - Throws: ``StrataError`` that lists the names, if there is none of that name.
    public static func named(_ name: String) throws -> Loss {
        if ["crossentropy", "ce"].contains(name.lowercased()) { return .crossentropy }
        guard let loss = known(name) else {
            throw StrataError(
                "the loss \(name) is not known; there are " + names.joined(separator: ", "))
        }
        return loss
    }

    /// The loss of a name, of the class or the function, or an abbreviation.
    static func known(_ name: String) -> Loss? {
        let wanted = abbreviations[name.lowercased()] ?? name
        return registry.first { loss in
            loss.name == wanted || loss.className == wanted
                || loss.className.map(snakeCase) == wanted
        }
    }

    /// Makes a loss from what Keras serializes: an object, a function or a name.
    /// - Parameter json: what Keras serializes.
    /// - Throws: a sentence that names a loss that is not known, or says what is wrong with it.
    public init(serialized json: JSON) throws {
        let (name, configuration) = try json.object("a serialized loss")
        let loss = try Loss.named(name)
        do {
            self = try loss.reading(configuration)
        } catch {
            throw StrataError("loss \(loss.className ?? name): \(error)")
        }
    }
}
