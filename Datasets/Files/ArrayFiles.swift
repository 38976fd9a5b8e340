import Foundation
import Strata

/// A data set in four files, PREFIX_train_X.npy, PREFIX_train_y.npy, and two for `test`.
struct ArrayFiles: FileLayout {
    let prefix: String

    var files: [[String]] {
        ["train", "test"].flatMap { part in ["X", "y"].map { ["\(prefix)_\(part)_\($0).npy"] } }
    }

    var description: String { "\(prefix)_{train,test}_{X,y}.npy" }

    /// The file that says what the classes are called, a name a line, if they are not those of the
    /// published data set.
    private var classNamesFile: String { "\(prefix)_class_names.txt" }

    func classNames(in folder: String) throws -> [String]? {
        let path = join(folder, classNamesFile)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try readClassNames(path)
    }

    /// Writes the arrays and the names of the classes.
    fileprivate func write(_ data: any Dataset, to folder: String) throws {
        let paths = files.map { join(folder, $0[0]) }
        for (array, path) in zip([data.train.x, data.train.y, data.test.x, data.test.y], paths) {
            try NPY.write(array, to: path)
        }
        let names = data.classNames.map { $0 + "\n" }.joined()
        try AtomicFile.write(names.utf8, to: join(folder, classNamesFile))
    }

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
        func part(_ part: String) throws -> LabelledArrays {
            LabelledArrays(
                x: try NPZ.read("x_\(part)", from: path), y: try NPZ.read("y_\(part)", from: path),
                names: ("\(path): x_\(part)", "y_\(part)"))
        }
        return (try part("train"), try part("test"))
    }
}

extension Dataset {
    /// Writes four files, `prefix`_{train,test}_{X,y}.npy, and `prefix`_class_names.txt with the name of
    /// a class in each line.
    /// - Parameters:
    ///   - directory: a folder that exists.
    ///   - prefix: what the files' names begin with.
    /// - Throws: `StrataError` if one cannot be written.
    public func writeFiles(to directory: String, prefix: String) throws {
        try ArrayFiles(prefix: prefix).write(self, to: directory)
    }
}

/// The names of classes in a text file, one a line.
/// - Throws: `StrataError` if the file cannot be read or has no names.
package func readClassNames(_ path: String) throws -> [String] {
    let file = try FileBytes(path: path)
    let text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard !names.isEmpty else { throw StrataError("\(path) has no names of classes.") }
    return names
}
