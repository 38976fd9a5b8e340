import Strata
import StrataDatasets
import StrataModels

// How many classes an architecture is made for, if the user does not say.
extension Arguments {
    /// The number that the weights or the data tell; nil for the architecture's own.
    func classCount(for architecture: Architecture) throws -> Int? {
        if let classes = self[Options.classes] { return classes }
        let shape = inputShape(of: architecture) ?? architecture.inputShape
        if let weights = self[Options.weights] {
            return architecture.classCount(inWeights: weights, inputShape: shape)
        }
        let count: Int?
        if let directory = self[Options.data] {
            count = try Self.classCount(
                in: directory, named: self[Options.dataset], inputShape: shape)
        } else if let targets = self[Options.y], targets.count == 1 {
            count = try Self.classCount(inTargets: targets[0], loss: self[Options.loss])
        } else {
            count = nil
        }
        if let count, count != architecture.classCount, self[Options.verbose] != .silent {
            CommandLineTool.note(
                "\(architecture.name) is made for the \(counted(count, "class")) of the data; "
                    + "--classes N says otherwise.")
        }
        return count
    }

    /// The shape of images, if the options say another than the architecture's.
    func inputShape(of architecture: Architecture) -> Shape? {
        if let shape = self[Options.inputShape] { return shape }
        return self[Options.imageSize].map { [$0.height, $0.width, architecture.inputShape[-1]] }
    }

    private static func classCount(
        in directory: String, named name: String?, inputShape: Shape
    ) throws -> Int? {
        if let folders = ImageFolderLayout.found(in: directory) {
            return try ImageFolder.classNames(in: folders.train).count
        }
        let found = Publication.found(in: directory).filter {
            $0.imageShape == inputShape && (name == nil || $0.identifier == name)
        }
        // If there are several, reading them asks for one.
        guard found.count == 1 else { return nil }
        return try found[0].ownClassNames(in: directory)?.count ?? found[0].classNames.count
    }

    /// The number of classes of labels, or of rows with a one; nil if a class below the largest does not
    /// occur, or there is one alone, for then the labels may be wrong, or a part of them.
    private static func classCount(inTargets path: String, loss: Loss?) throws -> Int? {
        guard loss?.name.contains("categorical") != false else { return nil }
        let targets = try NPY.read(path)
        guard targets.count > 0 else { return nil }
        if let width = targets.shape.last, targets.shape.count % 2 == 0, width > 1 { return width }
        var labels = Set<Float>()
        for label in targets.floats() {
            // What is not a label is refused, with its place, when it is used.
            guard label >= 0, label <= 100_000, label == label.rounded() else { return nil }
            labels.insert(label)
        }
        let isWhole = labels.count > 1 && labels.max() == Float(labels.count - 1)
        return isWhole ? labels.count : nil
    }
}

extension Architecture {
    /// How many classes weights were trained for: the last of them belongs to the classifier.
    func classCount(inWeights path: String, inputShape: Shape? = nil) -> Int? {
        let model = makeModel(inputShape: inputShape)
        guard model.error == nil, let last = model.namedWeights.last,
            let array = try? model.arrays(in: path).first(where: { $0.name == last.path }),
            let count = array.array.shape.last, (1...1_000_000).contains(count)
        else { return nil }
        return count
    }
}
