import Strata
import StrataDatasets

extension CommandLineTool {
    static let predict = Verb(
        "predict", .required("MODEL"),
        purpose: "Writes the outputs of a model for samples, such as class probabilities.",
        options: NamedModel.options + [
            Options.input, Options.data, Options.dataset, Options.pictureFolder, Options.scale,
            Options.interpolation, Options.aspectRatio, Options.outputArray, Options.batchSize,
            Options.json,
        ],
        remarks: """
            Samples come from --input, a file for each input of the model; from --data, of which the
            test split is used if there is one, with pictures in folders in the order of their classes and
            names; or from --images, any folder of pictures. They are multiplied by --scale, or else as the samples
            were that the model was trained on, if its file says so and they are of the same kind.
            A model of several outputs writes an .npz file with an array for each, by its layer's name.
            --json prints what was written, or without --output the outputs themselves.
            """
    ) { arguments in
        let sources: [any AnyOption] = [Options.input, Options.data, Options.pictureFolder]
        let given = sources.filter(arguments.isGiven)
        guard given.count == 1 else {
            throw UsageError(
                given.isEmpty
                    ? "'zoo predict' needs --input FILE, --data DIR or --images DIR."
                    : "--\(given[0].name) and --\(given[1].name) exclude each other.")
        }
        let output = arguments[Options.outputArray]
        if output == nil, !arguments.has(Options.json) {
            _ = try arguments.required(Options.outputArray)
        }
        try output.map(AtomicFile.check)
        let named = try arguments.model()
        named.warnIfUntrained(arguments)
        let isArchive = output?.hasSuffix(".npz") == true
        guard output == nil || isArchive || named.model.outputs.count == 1 else {
            throw UsageError(
                "\(named.name) has \(named.model.outputs.count) outputs: --output takes the name of an "
                    + ".npz file.")
        }
        let source = try samples(arguments, for: named)
        let results = try named.model.predictOutputs(
            source,
            batchSize: arguments[Options.batchSize] ?? named.recipe.batchSize)
        let arrays = zip(named.model.outputArrayNames, results).map { name, result in
            NamedArray(
                name, ArrayData(shape: result.shape.dimensions, floats: result.scalars))
        }
        if let output {
            if isArchive {
                try NPZ.write(arrays, to: output)
            } else if output.hasSuffix(".csv") {
                let table = try PredictionTable(arrays[0].array, source, named)
                try AtomicFile.write(table.text.utf8, to: output)
            } else {
                try NPY.write(arrays[0].array, to: output)
            }
        }
        if arguments.has(Options.json) {
            print(json(arrays, named, output: output))
        } else if let output {
            let shapes = results.map { "\($0.shape)" }.joined(separator: " and ")
            note("Wrote \(output), of shape \(shapes).")
        }
    }

    /// The samples that the options name, for each input.
    private static func samples(
        _ arguments: Arguments, for named: NamedModel
    ) throws -> any SampleSource {
        if let directory = arguments[Options.pictureFolder] {
            let paths = try ImageFolder.pictures(below: directory)
            let shape = try named.model.imageShape
            var files = try ImageFiles(
                paths,
                form: ImageForm(
                    imageSize: (shape[0], shape[1]), channels: shape[2],
                    interpolation: arguments[Options.interpolation] ?? .area,
                    aspectRatio: arguments[Options.aspectRatio] ?? .stretch))
            files.scale = named.pixelScale(arguments)
            return files
        }
        guard let files = arguments[Options.input] else {
            let data = try LoadedData(arguments, for: named, isLabelled: false)
            return data.test ?? data.validation ?? data.train
        }
        let known = named.model.dataDescription
        let arrays = try files.map(NPY.read)
        let samples = arrays.map { array in
            let scale = arguments[Options.scale] ?? known?.scale(for: array.dtype) ?? 1
            return Samples(array, scale: scale)
        }
        warnOfLargeNumbers(Array(zip(arrays, samples.map(\.scale))), from: files, for: named)
        if arguments[Options.scale] == nil, let scale = samples.first?.scale, scale != 1 {
            noteScale(scale, of: files, named)
        }
        return Examples(inputs: samples)
    }

    private static func json(
        _ arrays: [NamedArray], _ named: NamedModel, output: String?
    ) -> JSON {
        let outputs = arrays.map { array in
            var members = [("shape", array.array.shape.json)]
            if output == nil {
                members.append(
                    ("values", nested(array.array.floats()[...], array.array.shape[...])))
            }
            return (array.name, JSON.object(members))
        }
        var members = [
            ("samples", JSON.integer(arrays[0].array.shape[0])), ("outputs", JSON.object(outputs)),
        ]
        if let names = named.model.dataDescription?.classNames, !names.isEmpty {
            members.append(("classes", names.json))
        }
        if let output { members.append(("output", .string(output))) }
        return .object(members)
    }

    /// Numbers as lists of lists.
    private static func nested(_ numbers: ArraySlice<Float>, _ shape: ArraySlice<Int>) -> JSON {
        guard let count = shape.first else {
            return numbers.first.map { $0.isFinite ? JSON($0) : .null } ?? .null
        }
        let size = count == 0 ? 0 : numbers.count / count
        return .array(
            (0..<count).map { index in
                let start = numbers.startIndex + index * size
                return nested(numbers[start..<start + size], shape.dropFirst())
            })
    }
}

extension Model {
    /// The names of the layers that make the outputs, with a number where one makes several.
    fileprivate var outputArrayNames: [String] {
        var names: [String] = []
        for name in outputNames {
            let numbered = (1...).lazy.map { "\(name)_\($0)" }
            names.append(
                names.contains(name) ? numbered.first { !names.contains($0) }! : name)
        }
        return names
    }
}
