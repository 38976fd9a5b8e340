import Strata

extension CommandLineTool {
    static let summary = Verb(
        "summary", .required("MODEL"),
        purpose: "Prints the layers, output shapes and parameter counts of a model.",
        options: [
            Options.inputShape, Options.classes, Options.width, Options.lineLength,
            Options.expandNested, Options.showTrainable, Options.layerRange, Options.flops,
            Options.json,
        ]
    ) { arguments in
        let width = arguments[Options.width] ?? Runtime.terminalColumns(of: 1) ?? 100
        let model = try arguments.model(compiled: true).model
        if let error = model.error { throw error }
        let range = arguments[Options.layerRange]
        let layers = try model.layers(in: range)
        if arguments.has(Options.json) { return print(json(model, Array(layers))) }
        print(
            model.summaryText(
                lineLength: arguments[Options.lineLength],
                expandNested: arguments.has(Options.expandNested),
                showTrainable: arguments.has(Options.showTrainable), layerRange: range,
                showFLOPs: arguments.has(Options.flops), terminalWidth: width),
            terminator: "")
    }
    private static func json(_ model: Model, _ layers: [any Layer]) -> JSON {
        func shapes(_ tensors: [Tensor]) -> JSON {
            .array(
                tensors.map { tensor in
                    .array([.null] + tensor.shape.withoutBatch.dimensions.map(JSON.integer))
                })
        }
        func count(_ weights: [Variable]) -> Int { weights.reduce(0) { $0 + $1.shape.count } }
        let rows = layers.map { layer in
            let call = model.calls.first { $0.layer === layer }
            return JSON.object([
                ("name", .string(layer.name)), ("class", .string(layer.className)),
                ("output_shapes", shapes(call?.outputs ?? [])),
                ("parameters", .integer(count(layer.weights))),
                ("trainable", .boolean(layer.isTrainable)),
            ])
        }
        let trainable = count(model.trainableWeights)
        return .object([
            ("name", .string(model.name)), ("class", .string(model.className)),
            ("input_shapes", shapes(model.inputs)), ("output_shapes", shapes(model.outputs)),
            ("parameters", .integer(model.parameterCount)),
            ("trainable_parameters", .integer(trainable)),
            ("non_trainable_parameters", .integer(model.parameterCount - trainable)),
            ("multiply_adds", .integer(model.multiplyAdds)), ("layers", .array(rows)),
        ])
    }
}
