import Strata

/// The folders of a data set of pictures: DIR itself, with a folder for each class, or such folders in
/// DIR/train, DIR/validation and DIR/test.
package struct ImageFolderLayout {
    package let train: String
    package let validation: String?
    package let test: String?

    package var all: [String] { [train, validation, test].compactMap { $0 } }

    /// What the folder of the pictures for validation may be called.
    private static let validationNames = ["validation", "valid", "val"]

    package init(_ directory: String) {
        let names = (try? ImageFolder.classNames(in: directory)) ?? []
        func part(_ name: String) -> String? {
            let folder = join(directory, name)
            return names.contains(name) && ImageFolder.isFound(in: folder) ? folder : nil
        }
        let parts = Set(["train", "test"] + Self.validationNames)
        let others = names.filter { !parts.contains($0) }
        // `train` may also be one class among others, beside `bus` and `tram`.
        guard let train = part("train"),
            !others.contains(where: { ImageFolder.hasPictures(in: join(directory, $0)) })
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
