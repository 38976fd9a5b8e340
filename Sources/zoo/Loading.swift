import Strata
import StrataDatasets
import StrataModels

extension Architecture {
    static func find(_ name: String) throws -> Architecture {
        if let found = named(name) { return found }
        throw UsageError(unknown: "model", name, among: all.map(\.name), see: "zoo list")
    }
}

extension Publication {
    /// The data set in a folder whose images a model takes.
    /// - Parameter name: which one, if there may be several.
    static func found(
        in directory: String, named name: String?, for model: NamedModel
    ) throws -> Publication {
        let found = found(in: directory).filter { name == nil || $0.identifier == name }
        let takes = "\(model.name) takes images of \(model.inputShape)"
        let fitting = found.filter { $0.imageShape == model.inputShape }
        if let first = fitting.first {
            guard fitting.count == 1 else {
                let names = fitting.map(\.identifier).joined(separator: ", ")
                throw StrataError(
                    "\(directory) holds several data sets: say which by --dataset, one of \(names)."
                )
            }
            return first
        }
        guard found.isEmpty else {
            let names = found.map { "\($0.name), of \($0.imageShape)" }.joined(separator: " and ")
            throw StrataError("\(takes), and \(directory) holds \(names).")
        }
        if let name {
            guard all.contains(where: { $0.identifier == name }) else {
                throw UsageError(
                    unknown: "data set", name, among: all.map(\.identifier), see: "zoo help train")
            }
            throw StrataError("\(directory) does not hold \(name).")
        }
        guard let wanted = all.first(where: { $0.imageShape == model.inputShape }) else {
            throw StrataError(
                "\(takes), and no data set that --data reads has such: use --x and --y.")
        }
        // Says what is missing.
        _ = try wanted.load(from: directory)
        return wanted
    }

    /// A sentence about data sets that lie one folder further down; empty if there are none.
    static func hint(below directory: String) -> String {
        let folders = (try? ImageFolder.classNames(in: directory)) ?? []
        for name in folders {
            let folder = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
            if let first = found(in: folder).first {
                return " For the \(first.name) in \(folder) give --data \(folder)."
            }
        }
        return ""
    }
}

/// The data that the options name: all of them are for training if there is no test split.
struct LoadedData {
    static let options: [any AnyOption] =
        [Options.data, Options.dataset] + PictureOptions.all + [
            Options.x, Options.y, Options.scale,
        ]

    /// What the data are, for people.
    let description: String
    let train: any SampleSource
    var validation: (any SampleSource)?
    let test: (any SampleSource)?
    /// What the classes are called, if that is known.
    private(set) var classNames: [String]

    /// - Parameter isLabelled: whether the labels are used: if not, pictures from folders keep their
    ///   order, and the model need not tell their classes apart.
    init(_ arguments: Arguments, for model: NamedModel, isLabelled: Bool = true) throws {
        let scale = arguments[Options.scale]
        let known = model.model.dataDescription
        /// What numbers are multiplied by: what the options say, or else what was done in training.
        func scaled(_ examples: Examples) -> Examples {
            Examples(
                inputs: examples.inputSamples.map {
                    let type = SampleColumn.rows($0).type
                    let chosen =
                        scale ?? known?.scale(for: type.dtype) ?? model.model.scale(of: type)
                    return Samples($0.array, scale: chosen)
                }, targets: examples.targetSamples)
        }
        func scaled(_ pictures: ImageFiles) -> ImageFiles {
            var pictures = pictures
            pictures.scale = model.pixelScale(arguments)
            return pictures
        }
        switch (arguments[Options.data], arguments[Options.x], arguments[Options.y]) {
        case (let directory?, nil, nil):
            do {
                if let layout = ImageFolderLayout.found(in: directory) {
                    let pictures = try arguments.pictures(
                        in: directory, layout, for: model, isLabelled: isLabelled)
                    if isLabelled { try Self.check(directory, pictures.classNames, for: model) }
                    let split = layout.validation == nil ? pictures.validation?.count ?? 0 : 0
                    description =
                        "\(counted(pictures.train.count + split, "image")) of "
                        + "\(counted(pictures.classNames.count, "class")) from \(directory)"
                    train = scaled(pictures.train)
                    validation = pictures.validation.map(scaled)
                    test = pictures.test.map(scaled)
                    classNames = pictures.classNames
                } else {
                    let publication = try Publication.found(
                        in: directory, named: arguments[Options.dataset], for: model)
                    let data = try publication.load(from: directory)
                    let ownNames = try publication.ownClassNames(in: directory)
                    let name =
                        ownNames.map { counted($0.count, "class") } ?? publication.name
                    if isLabelled { try Self.check(name, data.classNames, for: model) }
                    description =
                        "\(counted(data.train.count, "image")) of \(name) from \(directory)"
                    train = scaled(data.train)
                    test = scaled(data.test)
                    classNames = data.classNames
                }
            } catch let error as StrataError where Publication.found(in: directory).isEmpty {
                throw StrataError(error.message + Publication.hint(below: directory))
            }
        case (nil, let x?, let y?):
            let samples = try x.map { Samples(try NPY.read($0)) }
            let examples = Examples(
                inputs: samples, targets: try y.map { Samples(try NPY.read($0)) })
            description =
                "\(counted(examples.count, "sample")) from " + x.joined(separator: ", ")
            train = scaled(examples)
            test = nil
            classNames = known?.classNames ?? []
        case (nil, nil, nil):
            guard model.inputShape == [32, 32, 3] else {
                throw StrataError(
                    "The generated images are of shape (32, 32, 3), and \(model.name) takes "
                        + "\(model.inputShape): give samples by --x and --y.")
            }
            let data = Shapes()
            description = "\(grouped(data.train.count)) generated images of ten shapes"
            CommandLineTool.note(
                "No data given: using \(description). "
                    + "For real ones add --data DIR, or --x and --y.")
            train = scaled(data.train)
            test = scaled(data.test)
            classNames = data.classNames
        case (_?, _, _):
            throw UsageError("--data stands alone, without --x and --y.")
        default:
            throw UsageError("--x and --y come together.")
        }
        if let names = try arguments[Options.classNames].map(ClassNames.init)?.names {
            try Self.check(names, for: model)
            classNames = names
        }
        let used = train.inputs[0].type.scale
        if scale == nil, let x = arguments[Options.x], used != 1 {
            CommandLineTool.noteScale(used, of: x, model)
        }
        if let x = arguments[Options.x] {
            let inputs = train.inputs.compactMap(\.samples).map { ($0.array, $0.scale) }
            CommandLineTool.warnOfLargeNumbers(inputs, from: x, for: model)
        }
    }

    /// What a model that is trained on these data should know of them.
    var forModel: DataDescription {
        let column = train.inputs[0]
        // Written ones are pictures.
        let largest = column.samples?.array.largestMagnitude ?? 255
        return DataDescription(
            classNames: classNames, scale: column.type.scale, dtype: column.type.dtype,
            largest: largest * abs(column.type.scale))
    }

    /// Throws unless there is a name for each class of the model.
    static func check(_ names: [String], for model: NamedModel) throws {
        let told = max(2, model.model.outputs[0].shape[-1])
        guard names.count == told else {
            throw StrataError(
                "There must be a name for each of the \(told) classes of \(model.name), but got "
                    + "\(names.count)")
        }
    }

    /// Throws if there are more classes than the model has outputs.
    private static func check(_ name: String, _ classNames: [String], for model: NamedModel) throws
    {
        // One output is the probability of the second of two classes.
        let (known, told) = (classNames.count, max(2, model.model.outputs[0].shape[-1]))
        guard known <= told else {
            throw StrataError(
                "\(name) has \(known) classes, and \(model.name) tells \(told) apart"
                    + (model.isFile ? "." : ": add --classes \(known)."))
        }
    }
}

extension CommandLineTool {
    /// Says that arrays are scaled as those were that a model was trained on.
    static func noteScale(_ scale: Float, of files: [String], _ model: NamedModel) {
        note(
            "\(files.joined(separator: ", ")) is multiplied by \(scale), as what \(model.name) was "
                + "trained on; --scale says otherwise.")
    }
}
