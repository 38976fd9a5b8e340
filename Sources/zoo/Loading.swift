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
    fileprivate static func found(
        in directory: String, for model: NamedModel
    ) throws -> Publication {
        let found = found(in: directory)
        let takes = "\(model.name) takes images of \(model.inputShape)"
        if let fitting = found.first(where: { $0.imageShape == model.inputShape }) {
            return fitting
        }
        guard found.isEmpty else {
            let names = found.map { "\($0.name), of \($0.imageShape)" }.joined(separator: " and ")
            throw StrataError("\(takes), and \(directory) holds \(names).")
        }
        guard let wanted = all.first(where: { $0.imageShape == model.inputShape }) else {
            throw StrataError(
                "\(takes), and no data set that --data reads has such: use --x and --y.")
        }
        // Says what is missing.
        _ = try wanted.load(from: directory)
        return wanted
    }
}

/// Samples with a target each.
struct LabelledData {
    /// As they lie in memory or in a file.
    let inputs: ArrayData
    let targets: ArrayData
    /// The inputs as a model takes them.
    let x: Samples
    var y: Samples { Samples(targets) }
    var count: Int { x.rowCount }

    init(_ inputs: ArrayData, _ targets: ArrayData, scale: Float) {
        self.inputs = inputs
        self.targets = targets
        x = Samples(inputs, scale: scale)
    }

    init(_ examples: Examples, scale: Float?) {
        self.init(examples.x, examples.y, scale: scale ?? examples.scale)
    }
}

/// The data that the options name: all of them are for training if there is no test split.
struct LoadedData {
    static let options: [any AnyOption] = [Options.data, Options.x, Options.y, Options.scale]

    /// What the data are, for people.
    let description: String
    let train: LabelledData
    let test: LabelledData?
    /// What the classes are called, if that is known.
    let classNames: [String]

    init(_ arguments: Arguments, for model: NamedModel) throws {
        let scale = arguments[Options.scale]
        switch (arguments[Options.data], arguments[Options.x], arguments[Options.y]) {
        case (let directory?, nil, nil) where ImageFolders.areFound(in: directory):
            let folders = try ImageFolders(directory, for: model)
            try Self.check(directory, folders.classNames, for: model)
            description =
                "\(counted(folders.train.count, "image")) of "
                + "\(counted(folders.classNames.count, "class")) from \(directory)"
            train = LabelledData(folders.train, scale: scale)
            test = folders.test.map { LabelledData($0, scale: scale) }
            classNames = folders.classNames
        case (let directory?, nil, nil):
            let publication = try Publication.found(in: directory, for: model)
            let data = try publication.load(from: directory)
            try Self.check(publication.name, data.classNames, for: model)
            description =
                "\(counted(data.train.count, "image")) of \(publication.name) from \(directory)"
            train = LabelledData(data.train, scale: scale)
            test = LabelledData(data.test, scale: scale)
            classNames = data.classNames
        case (nil, let x?, let y?):
            let samples = try NPY.read(x)
            description = "\(counted(samples.shape.first ?? 0, "sample")) from \(x)"
            train = LabelledData(samples, try NPY.read(y), scale: scale ?? 1)
            test = nil
            classNames = []
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
            train = LabelledData(data.train, scale: scale)
            test = LabelledData(data.test, scale: scale)
            classNames = data.classNames
        case (_?, _, _):
            throw UsageError("--data stands alone, without --x and --y.")
        default:
            throw UsageError("--x and --y come together.")
        }
        if scale == nil, train.x.scale != 1, model.model.layers.contains(where: { $0 is Rescaling })
        {
            CommandLineTool.note(
                "\(model.name) scales its images by itself, and these are brought to 0 … 1 before: "
                    + "--scale 1 leaves them as they are.")
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
