import Foundation
import Strata

/// The pictures in a folder and the folders below it.
struct PictureWalk {
    /// The paths, sorted by folder and then by name, as Keras sorts them.
    private(set) var pictures: [String] = []
    private(set) var unread: [(path: String, reason: String)] = []
    /// A sentence for each picture of a kind that is not supported.
    private(set) var unsupported: [String] = []

    /// - Throws: ``StrataError`` if a folder cannot be read.
    init(_ folder: String) throws {
        var pending = [folder]
        var folders: [(path: String, pictures: [String])] = []
        while let folder = pending.popLast() {
            var found: [String] = []
            for name in try Folder.names(in: folder) {
                let path = join(folder, name)
                switch Entry(path) {
                case .folder: pending.append(path)
                case .linkToFolder:
                    if Self.hasPictures(path) {
                        unread.append((path, "links to folders are not followed"))
                    }
                case .file:
                    guard let format = ImageFormat(named: path), !Self.isAppleDouble(path) else {
                        check(path)
                        continue
                    }
                    if format.isSupported {
                        found.append(path)
                    } else {
                        unsupported.append(
                            "\(path) is a \(format.name) file, and supported are "
                                + "\(ImageFormat.supportedNames).")
                    }
                }
            }
            folders.append((folder, found))
        }
        folders.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        pictures = folders.flatMap(\.pictures)
    }

    /// The pictures beside the folders of classes, and in folders that are not classes.
    static func outside(_ directory: String) throws -> [(path: String, reason: String)] {
        try Folder.names(in: directory).compactMap { name in
            let path = join(directory, name)
            switch Entry(path) {
            case .file:
                return ImageFormat(named: name) == nil ? nil : (path, "in no class's folder")
            case .folder, .linkToFolder:
                return name.hasPrefix(".") && hasPictures(path)
                    ? (path, "its name begins with a dot") : nil
            }
        }
    }

    /// Whether there are pictures, of any kind, in a folder or below it.
    static func hasPictures(_ folder: String) -> Bool {
        var pending = [folder]
        while let folder = pending.popLast() {
            for name in (try? Folder.names(in: folder)) ?? [] {
                let path = join(folder, name)
                switch Entry(path) {
                case .file: if ImageFormat(named: name) != nil { return true }
                case .folder: pending.append(path)
                case .linkToFolder: break
                }
            }
        }
        return false
    }

    /// Whether a file is one that macOS puts beside a file NAME on other file systems, as ._NAME.
    private static func isAppleDouble(_ path: String) -> Bool {
        guard (path as NSString).lastPathComponent.hasPrefix("._") else { return false }
        guard let file = try? FileBytes(path: path) else { return false }
        return withExtendedLifetime(file) { file.bytes.starts(with: [0, 5, 22, 7]) }
    }

    /// Notes a file that is a picture by its content, but not by its name.
    private mutating func check(_ path: String) {
        guard let file = try? FileBytes(path: path) else { return }
        let format = withExtendedLifetime(file) { ImageFormat(of: file.bytes) }
        if let format, format.isCertain {
            unread.append((path, "its name does not say that it is \(format.name)"))
        }
    }

    private enum Entry {
        case file, folder, linkToFolder

        init(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else {
                self = .file
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: self = .folder
            case S_IFLNK: self = Folder.exists(path) ? .linkToFolder : .file
            default: self = .file
            }
        }
    }
}
