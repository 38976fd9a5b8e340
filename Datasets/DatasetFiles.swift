import Strata

/// A data set in four files: PREFIX_train_X.npy, PREFIX_train_y.npy, and two for `test`.
public struct DatasetFiles: Dataset {
    public let classNames: [String]
    public let train: Examples
    public let test: Examples

    /// Maps the four files in `directory`; images must be of `shape`.
    public init(directory: String, prefix: String, shape: [Int], classNames: [String]) throws {
        self.classNames = classNames
        func load(_ part: String) throws -> Examples {
            let paths = Self.paths(directory: directory, prefix: prefix, part: part)
            let x = try NPY.read(paths.x)
            let y = try NPY.read(paths.y)
            guard Array(x.shape.dropFirst()) == shape else {
                throw StrataError(
                    "\(paths.x) is of shape \(x.shape), and images of shape \(shape) are expected.")
            }
            do {
                let examples = try Examples(x: x, y: y)
                try examples.checkLabels(classCount: classNames.count)
                return examples
            } catch let error as StrataError {
                throw StrataError("\(paths.x) and \(paths.y): \(error.message)")
            }
        }
        train = try load("train")
        test = try load("test")
    }

    static func paths(directory: String, prefix: String, part: String) -> (x: String, y: String) {
        let start = "\(directory.isEmpty ? "." : directory)/\(prefix)_\(part)"
        return ("\(start)_X.npy", "\(start)_y.npy")
    }
}

extension Dataset {
    /// Writes the four files that `DatasetFiles` reads.
    public func writeFiles(to directory: String, prefix: String) throws {
        for (part, examples) in [("train", train), ("test", test)] {
            let paths = DatasetFiles.paths(directory: directory, prefix: prefix, part: part)
            try NPY.write(examples.x, to: paths.x)
            try NPY.write(examples.y, to: paths.y)
        }
    }
}
