import Strata
import StrataDatasets

extension ImageFolderLayout {
    /// The folders of pictures in a directory.
    /// - Returns: nil if there are none, or another data set is there.
    static func found(in directory: String) -> ImageFolderLayout? {
        guard Publication.found(in: directory).isEmpty, ImageFolder.isFound(in: directory) else {
            return nil
        }
        return ImageFolderLayout(directory)
    }
}

/// How pictures in folders are read.
enum PictureOptions {
    static let all: [any AnyOption] = [
        Options.cache, Options.interpolation, Options.aspectRatio, Options.skipUnreadable,
    ]
}

extension Arguments {
    /// The pictures in a folder, of the size and colours that a model takes.
    /// - Parameter isLabelled: whether the labels are used: if not, pictures keep their order.
    func pictures(
        in directory: String, _ layout: ImageFolderLayout, for model: NamedModel, isLabelled: Bool
    ) throws -> ImageFolder {
        let shape = model.inputShape
        guard shape.rank == 3 else {
            throw StrataError("\(directory) holds images, and \(model.name) takes \(shape).")
        }
        let split = isLabelled ? self[Options.validationSplit] ?? 0 : 0
        guard layout.validation == nil || split == 0 else {
            throw UsageError(
                "--validation-split is for data without a folder for validation, and there is one.")
        }
        return try pictures(
            in: directory, shape, validationSplit: split, shuffle: isLabelled,
            seed: model.model.seed)
    }

    /// - Parameter shape: height, width and channels.
    func pictures(
        in directory: String, _ shape: Shape, validationSplit: Double = 0, shuffle: Bool = false,
        seed: UInt64 = 0
    ) throws -> ImageFolder {
        try ImageFolder(
            directory, imageSize: (shape[0], shape[1]), channels: shape[2],
            interpolation: self[Options.interpolation] ?? .area,
            aspectRatio: self[Options.aspectRatio] ?? .stretch, validationSplit: validationSplit,
            stratify: has(Options.stratify), shuffle: shuffle, seed: seed,
            skipUnreadable: has(Options.skipUnreadable),
            cache: self[Options.cache].map { .file($0) } ?? .none)
    }
}

extension SampleSource {
    /// The class of each sample, from numbers or from rows with a one; nil if the targets are neither.
    func classes(count: Int) -> [Int]? {
        guard targets.count == 1, let targets = targets[0].samples?.array else { return nil }
        let values = targets.floats()
        if targets.count == self.count {
            guard values.allSatisfy({ $0 >= 0 && $0 < Float(count) && $0 == $0.rounded() }) else {
                return nil
            }
            return values.map { Int($0) }
        }
        guard targets.shape == [self.count, count] else { return nil }
        return (0..<self.count).map { row in
            let own = values[row * count..<(row + 1) * count]
            return own.indices.max { own[$0] < own[$1] }! - own.startIndex
        }
    }
}
