import Foundation
import Strata

/// A way in which the files of a data set are laid out in a folder.
package protocol FileLayout: Sendable {
    /// The files, each by the names it may have.
    var files: [[String]] { get }
    /// The files, for people.
    var description: String { get }

    /// Whether any of the files is there; reading then says which is not.
    func isFound(in folder: String) -> Bool

    func read(in folder: String) throws -> (train: LabelledArrays, test: LabelledArrays)

    /// What the classes are called, if the folder says so.
    func classNames(in folder: String) throws -> [String]?
}

extension FileLayout {
    package func isFound(in folder: String) -> Bool {
        files.contains { Self.existing($0, in: folder) != nil }
    }

    package func classNames(in folder: String) throws -> [String]? { nil }

    func isComplete(in folder: String) -> Bool {
        files.allSatisfy { Self.existing($0, in: folder) != nil }
    }

    /// The path of a file under the first of its names that exists, or else under the first.
    func path(_ names: [String], in folder: String) -> String {
        Self.existing(names, in: folder) ?? join(folder, names[0])
    }

    private static func existing(_ names: [String], in folder: String) -> String? {
        // Kaggle, and some programs that unpack, put each file into a folder of its own name.
        let inner = names.flatMap { outer in names.map { join(outer, $0) } }
        return (names + inner).lazy.map { join(folder, $0) }.first { path in
            FileManager.default.fileExists(atPath: path) && !Folder.exists(path)
        }
    }
}

func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}

/// Images and their labels as they were read, with what errors call them.
package struct LabelledArrays {
    var x: ArrayData
    var y: ArrayData
    var names: (x: String, y: String)
}

extension FileBytes {
    /// The bytes, decompressed if they are a gzip file's.
    func decompressed() throws -> FileBytes {
        guard bytes.starts(with: [0x1f, 0x8b]) else { return self }
        let contents = try Deflate.decompress(
            bytes, .gzip, limit: FileBytes.expansionLimit(of: count))
        return FileBytes(count: contents.count) { target in
            contents.withUnsafeBytes { target.copyMemory(from: $0) }
        }
    }
}
