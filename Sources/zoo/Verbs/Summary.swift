import Strata

extension CommandLineTool {
    static let summary = Verb(
        "summary", .required("MODEL"),
        purpose: "Prints a model's layers, output shapes and parameter counts.",
        options: [Options.width]
    ) { arguments in
        let width = arguments[Options.width] ?? Runtime.terminalColumns(of: 1) ?? 100
        let named = try NamedModel(arguments.operands[0], compiled: true)
        print(named.model.summaryText(terminalWidth: width), terminator: "")
    }
}
