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
    static let options: [any AnyOption] = [
        Options.data, Options.dataset, Options.skipUnreadable, Options.x, Options.y, Options.scale,
    ]

    /// What the data are, for people.
    let description: String
    let train: LabelledData
    var validation: LabelledData?
    let test: LabelledData?
    /// What the classes are called, if that is known.
    let classNames: [String]

    /// - Parameter isLabelled: whether the labels are used: if not, pictures from folders keep their
    ///   order, and the model need not tell their classes apart.
    init(_ arguments: Arguments, for model: NamedModel, isLabelled: Bool = true) throws {
        let scale = arguments[Options.scale]
        let known = model.model.dataDescription
        /// What numbers are multiplied by: what the options say, or else what was done in training.
        func scales(_ inputs: [ArrayData], standard: Float) -> [Float] {
            inputs.map { scale ?? known?.scale(for: $0.dtype) ?? standard }
        }
        func labelled(_ examples: Examples) -> LabelledData {
            LabelledData(
                [examples.x], [examples.y],
                scales: scales([examples.x], standard: examples.scale))
        }
        switch (arguments[Options.data], arguments[Options.x], arguments[Options.y]) {
        case (let directory?, nil, nil):
            do {
                if let folders = PictureFolders(directory) {
                    let pictures = try ImageFolders(
                        folders, directory, for: model, shuffles: isLabelled,
                        skipUnreadable: arguments.has(Options.skipUnreadable))
                    if isLabelled { try Self.check(directory, pictures.classNames, for: model) }
                    description =
                        "\(counted(pictures.train.count, "image")) of "
                        + "\(counted(pictures.classNames.count, "class")) from \(directory)"
                    train = labelled(pictures.train)
                    validation = pictures.validation.map(labelled)
                    test = pictures.test.map(labelled)
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
                    train = labelled(data.train)
                    test = labelled(data.test)
                    classNames = data.classNames
                }
            } catch let error as StrataError where Publication.found(in: directory).isEmpty {
                throw StrataError(error.message + Publication.hint(below: directory))
            }
        case (nil, let x?, let y?):
            let (inputs, targets) = (try x.map(NPY.read), try y.map(NPY.read))
            description =
                "\(counted(inputs[0].shape.first ?? 0, "sample")) from "
                + x.joined(separator: ", ")
            train = LabelledData(inputs, targets, scales: scales(inputs, standard: 1))
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
            train = labelled(data.train)
            test = labelled(data.test)
            classNames = data.classNames
        case (_?, _, _):
            throw UsageError("--data stands alone, without --x and --y.")
        default:
            throw UsageError("--x and --y come together.")
        }
        if scale == nil, known == nil, train.x[0].scale != 1,
            model.model.layers.contains(where: { $0 is Rescaling })
        {
            CommandLineTool.note(
                "\(model.name) scales its images by itself, and these are brought to 0 … 1 before: "
                    + "--scale 1 leaves them as they are.")
        }
        if scale == nil, let x = arguments[Options.x], let used = train.x.first?.scale, used != 1 {
            CommandLineTool.noteScale(used, of: x, model)
        }
        if let x = arguments[Options.x] {
            let inputs = zip(train.inputs, train.x).map { ($0, $1.scale) }
            CommandLineTool.warnOfLargeNumbers(inputs, from: x, for: model)
        }
    }

    /// What a model that is trained on these data should know of them.
    var forModel: DataDescription {
        DataDescription(
            classNames: classNames, scale: train.x[0].scale, dtype: train.inputs[0].dtype,
            largest: train.inputs[0].largestMagnitude * abs(train.x[0].scale))
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
