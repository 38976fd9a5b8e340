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

    /// The folder that a path is in: empty for a name alone, `/` for the root. NSString's
    /// `deletingLastPathComponent` traps on a name of one character.
    package static func parent(of path: String) -> String {
        func trimmed(_ path: Substring) -> Substring {
            var path = path
            while path.count > 1, path.last == "/" { path.removeLast() }
            return path
        }
        let name = trimmed(path[...])
        guard let slash = name.lastIndex(of: "/") else { return "" }
        let parent = trimmed(name[..<slash])
        return parent.isEmpty ? "/" : String(parent)
    }

    /// Makes a folder, and those that it is in, unless they are there.
    package static func make(_ path: String) throws {
        guard !path.isEmpty, !exists(path) else { return }
        try make(parent(of: path))
        guard mkdir(path, 0o777) != 0 else { return }
        let reason = systemMessage()
        // Another process may have been faster.
        guard exists(path) else {
            throw StrataError("Cannot make the folder \(path): \(reason).")
        }
    }

    /// Waits until the entries of a folder, such as those of new and renamed files, have reached the disk.
    package static func synchronize(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StrataError("Cannot open the folder \(path): \(systemMessage()).")
        }
        defer { close(descriptor) }
        // Some file systems cannot, and say so.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw StrataError("Cannot write the folder \(path): \(systemMessage()).")
        }
    }
}
