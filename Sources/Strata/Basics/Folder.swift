import Foundation

/// Folders of the file system.
package enum Folder {
    package static func exists(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// The names in a folder, sorted by their bytes.
    /// - Throws: ``StrataError`` if there is no such folder or it cannot be read.
    package static func names(in path: String) throws -> [String] {
        guard exists(path) else {
            throw StrataError("Cannot read \(path): there is no such folder.")
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw StrataError("Cannot read \(path): \(error.localizedDescription)")
        }
    }

    /// Makes a folder, and those that it is in, unless they are there.
    package static func make(_ path: String) throws {
        guard !path.isEmpty, !exists(path) else { return }
        try make((path as NSString).deletingLastPathComponent)
        guard mkdir(path, 0o777) != 0 else { return }
        let reason = systemMessage()
        // Another process may have been faster.
        guard exists(path) else {
            throw StrataError("Cannot make the folder \(path): \(reason).")
        }
    }
}
