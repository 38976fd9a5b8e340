import Strata
import StrataModels

extension CommandLineTool {
    static let evaluate = Verb(
        "evaluate", .required("MODEL"), purpose: "Measures the loss and accuracy of a model.",
        options: NamedModel.options + LoadedData.options + [
            Options.loss, Options.batchSize, Options.json,
        ],
        remarks:
            "With --data, and without data, the test split is used, or that for validation if there is no other."
    ) { arguments in
        let named = try arguments.model(compiled: true)
        named.warnIfUntrained(arguments)
        let data = try LoadedData(arguments, for: named)
        let examples = data.test ?? data.validation ?? data.train
        try named.compileIfNeeded(loss: arguments[Options.loss])
        let result = try named.model.evaluate(
            examples, batchSize: arguments[Options.batchSize] ?? named.batchSize)
        if arguments.has(Options.json) {
            let numbers = zip(result.names, result.values).map { ($0, JSON.finite($1)) }
            print(JSON.object(numbers + [("samples", .integer(examples.count))]))
        } else {
            print("\(described(result)) (\(counted(examples.count, "sample")))")
        }
    }

    /// `loss 0.1234, accuracy 0.9876`
    static func described(_ logs: Logs) -> String {
        zip(logs.names, logs.values).map { "\($0) \(formatted($1))" }.joined(separator: ", ")
    }
}
