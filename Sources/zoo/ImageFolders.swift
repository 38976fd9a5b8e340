import Strata
import StrataDatasets

/// The folders of a data set of pictures: DIR itself, with a folder for each class, or such folders in
/// DIR/train, DIR/validation and DIR/test.
struct PictureFolders {
    let train: String
    let validation: String?
    let test: String?

    /// What the folder of the pictures for validation may be called.
    private static let validationNames = ["validation", "valid", "val"]

    /// - Returns: nil if there are no folders with pictures, or another data set is there.
    init?(_ directory: String) {
        guard Publication.found(in: directory).isEmpty, ImageFolder.isFound(in: directory) else {
            return nil
        }
        let names = (try? ImageFolder.classNames(in: directory)) ?? []
        func part(_ name: String) -> String? {
            let folder = "\(directory)/\(name)"
            return names.contains(name) && ImageFolder.isFound(in: folder) ? folder : nil
        }
        let parts = Set(["train", "test"] + Self.validationNames)
        let others = names.filter { !parts.contains($0) }
        // `train` may also be one class among others, beside `bus` and `tram`.
        guard let train = part("train"),
            !others.contains(where: { ImageFolder.hasPictures(in: "\(directory)/\($0)") })
        else {
            self.train = directory
            validation = nil
            test = nil
            return
        }
        self.train = train
        validation = Self.validationNames.lazy.compactMap(part).first
        test = part("test")
    }
}

/// The pictures of a data set, read in the size and the colours that a model takes.
struct ImageFolders {
    let train: Examples
    let validation: Examples?
    let test: Examples?
    let classNames: [String]

    /// - Parameters:
    ///   - shuffles: whether the pictures to train with are in an order drawn by the model's seed, so
    ///     that a part of them has all classes; all others are in the order of classes and names.
    ///   - skipUnreadable: whether damaged pictures are left out.
    init(
        _ folders: PictureFolders, _ directory: String, for model: NamedModel, shuffles: Bool,
        skipUnreadable: Bool
    ) throws {
        let shape = model.inputShape
        guard shape.rank == 3 else {
            throw StrataError("\(directory) holds images, and \(model.name) takes \(shape).")
        }
        func read(
            _ folder: String, shuffle: Bool = false
        ) throws -> (examples: Examples, classNames: [String]) {
            try imageDataset(
                fromDirectory: folder, imageSize: (shape[0], shape[1]), channels: shape[2],
                shuffle: shuffle, seed: model.model.seed, skipUnreadable: skipUnreadable)
        }
        let (train, classNames) = try read(folders.train, shuffle: shuffles)
        func part(_ folder: String?) throws -> Examples? {
            guard let folder else { return nil }
            let (examples, names) = try read(folder)
            guard names == classNames else {
                throw StrataError(
                    "The folders in \(folders.train), \(classNames.joined(separator: ", ")), are not "
                        + "those in \(folder), \(names.joined(separator: ", ")).")
            }
            return examples
        }
        self.train = train
        self.classNames = classNames
        validation = try part(folders.validation)
        test = try part(folders.test)
    }
}
