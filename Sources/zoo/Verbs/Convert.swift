import Strata
import StrataModels

extension CommandLineTool {
    static let convert = Verb(
        "convert", .several(["IN", "OUT"]),
        purpose: "Converts a model or weights to another file format.",
        options: [Options.architecture],
        remarks: """
            Kinds, by the names' ends: .keras, a model with its weights, compile settings and
            optimizer's state; \(ModelFile.list(ModelFile.weights)), weights alone, named by their paths
            in the model and in its order. IN may also be .h5, a model or weights as Keras 1 and 2 saved
            them, or .onnx, a model as PyTorch and others export it; OUT may also be .onnx, the model
            for inference elsewhere. Weights alone need --architecture.
            """
    ) { arguments in
        let (input, output) = (arguments.operands[0], arguments.operands[1])
        let isExport = output.hasSuffix(".onnx")
        try ModelFile.check(output, option: "OUT", among: ModelFile.all + [".onnx"])
        try AtomicFile.check(output)
        let model: Model
        if let name = arguments[Options.architecture] {
            let classes = Architecture.named(name)?.classCount(inWeights: input)
            model = try NamedModel(name, classes: classes).model
            try model.loadWeights(from: input)
        } else {
            try ModelFile.check(input, option: "IN", among: ModelFile.readable)
            guard try Model.isSaved(in: input) else {
                throw UsageError(
                    "\(input) holds weights without a model: pass --architecture MODEL to say which "
                        + "model they belong to.")
            }
            model = try Model.load(
                from: input, compiled: ModelFileFormat(output)?.keepsModel ?? false)
        }
        if isExport {
            try model.exportONNX(to: output)
        } else {
            try model.write(to: output)
        }
        note("Wrote \(output).")
    }
}
