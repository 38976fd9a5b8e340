import Foundation
import Strata

/// What reading every picture of a folder shows: what is wrong, how large the pictures are, how many
/// each class has, and which files are the same.
///
/// ```swift
/// let check = try ImageFolderCheck("flowers/train")
/// print(check.problems)
/// ```
public struct ImageFolderCheck: Sendable {
    /// The classes, in the order of their labels, and how many usable pictures each has.
    public let classes: [(name: String, count: Int)]
    /// The sizes of the usable pictures, in pixels, the most frequent first.
    public let sizes: [(height: Int, width: Int, count: Int)]
    /// Files with the same bytes, each list sorted; the lists by their first file.
    public let duplicates: [[String]]
    /// A sentence for each thing that is wrong: a picture that cannot be read or is in no class's
    /// folder, a class without pictures, the same picture in two classes.
    public let problems: [String]

    /// The number of usable pictures.
    public var count: Int { classes.reduce(0) { $0 + $1.count } }

    /// Reads all pictures in a folder with a folder for each class.
    /// - Parameter directory: the folder of the classes' folders.
    /// - Throws: `StrataError` if there is no such folder or it has no folders.
    public init(_ directory: String) throws {
        let listing = try ImageFolder.listing(of: directory)
        let classNames = listing.contents.classNames
        let files = listing.contents.files
        let readings = try Runtime.concurrentMap(files.count) { PictureReading(files[$0].path) }

        var problems = listing.unsupported
        problems += listing.contents.unread.map { "\($0.path) is not read: \($0.reason)." }
        problems += listing.emptyClassNames.map {
            "There are no pictures in \(join(directory, $0))."
        }
        var counts = [Int](repeating: 0, count: classNames.count)
        var sizes: [PictureReading.Size: Int] = [:]
        var filesByContent: [String: [Int]] = [:]
        for (index, reading) in readings.enumerated() {
            switch reading {
            case .failure(let message): problems.append(message)
            case .success(let size, let digest):
                counts[files[index].label] += 1
                sizes[size, default: 0] += 1
                filesByContent[digest, default: []].append(index)
            }
        }
        let groups = filesByContent.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        for group in groups where Set(group.map { files[$0].label }).count > 1 {
            let paths = group.map { files[$0].path }.joined(separator: ", ")
            problems.append("The same picture is in several classes: \(paths).")
        }
        self.problems = problems
        duplicates = groups.map { group in group.map { files[$0].path } }
        classes = zip(classNames, counts).map { ($0, $1) }
        self.sizes = sizes.map { ($0.height, $0.width, $1) }.sorted {
            ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1)
        }
    }
}

/// What reading one picture gives.
private enum PictureReading {
    struct Size: Hashable {
        let height: Int
        let width: Int
    }

    case success(Size, digest: String)
    case failure(String)

    init(_ path: String) {
        do {
            let file = try FileBytes(path: path)
            let image = try Image(file, name: path)
            self = .success(
                Size(height: image.height, width: image.width),
                digest: withExtendedLifetime(file) { SHA256.digest(file.bytes) })
        } catch {
            self = .failure((error as? StrataError)?.message ?? "\(path): \(error)")
        }
    }
}
