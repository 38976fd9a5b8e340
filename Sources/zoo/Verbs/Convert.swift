import Strata

extension CommandLineTool {
    static let convert = Verb(
        "convert", .several(["IN", "OUT"]),
        purpose: "Rewrites a model or weights as another kind of file.",
        options: [Options.architecture],
        remarks: """
            Kinds, by the names' ends: .keras, a model with its weights, compile settings and
            optimizer's state; \(ModelFile.list(ModelFile.weights)), weights alone, named by their paths
            in the model and in its order; OUT may also be .onnx, the model for inference elsewhere.
            """
    ) { arguments in
        let (input, output) = (arguments.operands[0], arguments.operands[1])
        let isExport = output.hasSuffix(".onnx")
        if !isExport { try ModelFile.check(output, option: "OUT") }
        try AtomicFile.check(output)
        let model: Model
        if input.hasSuffix(".keras") {
            let keepsAll = output.hasSuffix(".keras")
            model = try Model.load(from: input, compiled: keepsAll)
        } else {
            try ModelFile.check(input, option: "IN")
            guard let name = arguments[Options.architecture] else {
                throw UsageError(
                    "\(input) holds weights alone: say by --architecture MODEL whose they are.")
            }
            model = try NamedModel(name).model
            try model.loadWeights(from: input)
        }
        if isExport {
            try model.exportONNX(to: output)
        } else {
            try ModelFile.write(model, to: output)
        }
        note("Wrote \(output).")
    }
}
