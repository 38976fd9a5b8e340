import Strata

extension CommandLineTool {
    static let predict = Verb(
        "predict", .required("MODEL"),
        purpose: "Writes a model's outputs for samples, such as class probabilities.",
        options: NamedModel.options + [
            Options.input, Options.scale, Options.outputArray, Options.batchSize,
        ]
    ) { arguments in
        let input = try arguments.required(Options.input)
        let output = try arguments.required(Options.outputArray)
        try AtomicFile.check(output)
        let named = try arguments.model()
        named.warnIfUntrained(arguments)
        let samples = Samples(try NPY.read(input), scale: arguments[Options.scale] ?? 1)
        let result = try named.model.predict(
            samples, batchSize: arguments[Options.batchSize] ?? named.recipe.batchSize)
        let array = ArrayData(shape: result.shape.dimensions, floats: result.scalars)
        try NPY.write(array, to: output)
        note("Wrote \(output), of shape \(result.shape).")
    }
}
