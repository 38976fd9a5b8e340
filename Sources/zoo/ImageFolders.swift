import Strata
import StrataDatasets

/// Pictures in folders, one for each class: in DIR/train and DIR/test, or all in DIR.
struct ImageFolders {
    let train: Examples
    let test: Examples?
    let classNames: [String]

    static func areFound(in directory: String) -> Bool {
        Publication.found(in: directory).isEmpty
            && [directory, "\(directory)/train"].contains(where: ImageFolder.isFound)
    }

    /// Reads the pictures in the size and the colours that a model takes.
    init(_ directory: String, for model: NamedModel) throws {
        let shape = model.inputShape
        guard shape.rank == 3 else {
            throw StrataError("\(directory) holds images, and \(model.name) takes \(shape).")
        }
        func read(_ folder: String) throws -> (examples: Examples, classNames: [String]) {
            try imageDataset(
                fromDirectory: folder, imageSize: (shape[0], shape[1]), channels: shape[2],
                seed: model.model.seed)
        }
        let isInParts = ImageFolder.isFound(in: "\(directory)/train")
        (train, classNames) = try read(isInParts ? "\(directory)/train" : directory)
        guard isInParts, ImageFolder.isFound(in: "\(directory)/test") else {
            test = nil
            return
        }
        let (test, testNames) = try read("\(directory)/test")
        guard testNames == classNames else {
            throw StrataError(
                "The folders in \(directory)/train, \(classNames.joined(separator: ", ")), are not "
                    + "those in \(directory)/test, \(testNames.joined(separator: ", ")).")
        }
        self.test = test
    }
}
