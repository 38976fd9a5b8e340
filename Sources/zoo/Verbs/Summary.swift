import Strata

extension CommandLineTool {
    static let summary = Verb(
        "summary", .required("MODEL"),
        purpose: "Prints a model's layers, output shapes and parameter counts.",
        options: [
            Options.inputShape, Options.classes, Options.width, Options.lineLength,
            Options.expandNested, Options.showTrainable, Options.layerRange, Options.flops,
        ]
    ) { arguments in
        let width = arguments[Options.width] ?? Runtime.terminalColumns(of: 1) ?? 100
        let model = try NamedModel(
            arguments.operands[0], compiled: true, inputShape: arguments[Options.inputShape],
            classes: arguments[Options.classes]
        ).model
        if let error = model.error { throw error }
        let range = arguments[Options.layerRange]
        _ = try model.layers(in: range)
        print(
            model.summaryText(
                lineLength: arguments[Options.lineLength],
                expandNested: arguments.has(Options.expandNested),
                showTrainable: arguments.has(Options.showTrainable), layerRange: range,
                showFLOPs: arguments.has(Options.flops), terminalWidth: width),
            terminator: "")
    }
}
