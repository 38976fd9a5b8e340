import Strata

/// A data set in four files, PREFIX_train_X.npy, PREFIX_train_y.npy, and two for `test`.
struct ArrayFiles: FileLayout {
    let prefix: String

    var files: [[String]] {
        ["train", "test"].flatMap { part in ["X", "y"].map { ["\(prefix)_\(part)_\($0).npy"] } }
    }

    var description: String { "\(prefix)_{train,test}_{X,y}.npy" }

    func read(in folder: String) throws -> (train: LabelledArrays, test: LabelledArrays) {
        let paths = files.map { path($0, in: folder) }
        func part(_ x: String, _ y: String) throws -> LabelledArrays {
            LabelledArrays(x: try NPY.read(x), y: try NPY.read(y), names: (x, y))
        }
        return (try part(paths[0], paths[1]), try part(paths[2], paths[3]))
    }
}

/// A data set in one file as `keras.datasets` keeps it: PREFIX.npz with x_train, y_train, x_test
/// and y_test.
struct ArrayArchive: FileLayout {
    let prefix: String

    var files: [[String]] { [["\(prefix).npz"]] }
    var description: String { "\(prefix).npz with x_train, y_train, x_test and y_test" }

    func read(in folder: String) throws -> (train: LabelledArrays, test: LabelledArrays) {
        let path = path(files[0], in: folder)
        let arrays = try NPZ.read(path)
        func array(_ name: String) throws -> ArrayData {
            if let found = arrays.first(where: { $0.name == name }) { return found.array }
            throw StrataError(
                "\(path) has no array \(name). It has: "
                    + arrays.map(\.name).joined(separator: ", "))
        }
        func part(_ part: String) throws -> LabelledArrays {
            LabelledArrays(
                x: try array("x_\(part)"), y: try array("y_\(part)"),
                names: ("\(path): x_\(part)", "y_\(part)"))
        }
        return (try part("train"), try part("test"))
    }
}

extension Dataset {
    /// Writes four files, `prefix`_{train,test}_{X,y}.npy, to a folder that exists.
    /// - Throws: `StrataError` if one cannot be written.
    public func writeFiles(to directory: String, prefix: String) throws {
        let paths = ArrayFiles(prefix: prefix).files.map { join(directory, $0[0]) }
        for (array, path) in zip([train.x, train.y, test.x, test.y], paths) {
            try NPY.write(array, to: path)
        }
    }
}
