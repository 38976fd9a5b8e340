import Foundation
import Strata

/// Reads pictures from folders, one for each class, and brings them to one size, as Keras's
/// `image_dataset_from_directory` does.
///
/// ```swift
/// let (examples, classNames) = try imageDataset(fromDirectory: "pets", imageSize: (64, 64))
/// let (train, test) = try examples.trainTestSplit(testSize: 0.2, stratify: true)
/// ```
///
/// The pictures of a class are the JPEG, PNG, GIF, BMP, PPM and PGM files in its folder and in all
/// folders below it.
/// Files that are not pictures are ignored.
/// - Parameters:
///   - directory: the folder of the folders; these are named as the classes.
///   - classNames: the folders to read, in the order of their labels; all of them, sorted by name, if
///     nil. Folders whose names begin with a dot are not classes.
///   - imageSize: what pictures are resized to, each new pixel the mean of the area that it covers.
///   - channels: 1 for grey, 3 for colours, 4 for colours and opacity.
///   - shuffle: whether the examples are in an order drawn by `seed`, so that a part of them has all
///     classes; otherwise they are sorted by class, folder and name.
///   - seed: decides the order.
///   - skipUnreadable: whether to go on without pictures that are damaged, as long as each class has
///     others.
///   - verbose: whether to name, on the standard error stream, the pictures that are not read or
///     skipped, if there are any; see ``ImageFolder/Contents/unread``.
/// - Returns: bytes `[N, height, width, channels]` with labels `[N]` (int32), and what the classes are
///   called, in the order of their labels.
/// - Throws: `StrataError` if there is no such folder, a class has no pictures, or a picture cannot
///   be read.
public func imageDataset(
    fromDirectory directory: String, classNames: [String]? = nil,
    imageSize: (height: Int, width: Int) = (256, 256), channels: Int = 3, shuffle: Bool = true,
    seed: UInt64 = 0, skipUnreadable: Bool = false, verbose: Bool = true
) throws -> (examples: Examples, classNames: [String]) {
    let (height, width) = imageSize
    guard (1...65_536).contains(height), (1...65_536).contains(width), [1, 3, 4].contains(channels)
    else {
        throw StrataError(
            "imageSize must be from 1×1 to 65536×65536, and channels 1, 3 or 4, but got "
                + "\(height)×\(width) and \(channels)")
    }
    let contents = try ImageFolder.contents(of: directory, classNames: classNames)
    if verbose, let note = contents.note { Runtime.writeStandardError(note + "\n") }
    var files = contents.files
    if shuffle {
        files = Random.Key(seed: seed, path: "files").permutation(files.count).map { files[$0] }
    }
    let pictureSize = height * width * channels
    let (byteCount, overflow) = pictureSize.multipliedReportingOverflow(by: files.count)
    guard !overflow, byteCount < ProcessInfo.processInfo.physicalMemory else {
        throw StrataError(
            "\(files.count) pictures of \(height)×\(width) pixels do not fit into memory.")
    }
    var failures: [String?] = []
    var x = try ArrayData(shape: [files.count, height, width, channels], dtype: .uint8) { bytes in
        failures = try Runtime.concurrentMap(files.count) { index in
            let place = UnsafeMutableRawBufferPointer(
                rebasing: bytes[index * pictureSize..<(index + 1) * pictureSize])
            do {
                let picture = try Image(contentsOf: files[index].path, minimumSize: imageSize)
                    .converted(channels: channels).resized(height: height, width: width)
                picture.withPixels { place.copyMemory(from: $0) }
                return nil
            } catch let error as StrataError where skipUnreadable {
                return error.message
            }
        }
    }
    let readable = files.indices.filter { failures[$0] == nil }
    if readable.count < files.count {
        let labels = Set(readable.map { files[$0].label })
        if let missing = contents.classNames.indices.first(where: { !labels.contains($0) }) {
            let count = files.filter { $0.label == missing }.count
            throw StrataError(
                "None of the \(count) pictures of \(contents.classNames[missing]) can be read.")
        }
        if verbose {
            let messages = failures.compactMap { $0 }.sorted()
            let note = "Skipped \(messages.count) of \(files.count) pictures:"
            Runtime.writeStandardError(([note] + messages).joined(separator: "\n  ") + "\n")
        }
        x = x.rows(readable)
    }
    let y = ArrayData(shape: [readable.count], readable.map { Int32(files[$0].label) })
    return (try Examples(x: x, y: y), contents.classNames)
}

/// What is in a folder with a folder of pictures for each class.
public enum ImageFolder {
    /// The pictures of a folder, before any of them is read.
    public struct Contents: Sendable {
        /// The names of the classes, in the order of their labels.
        public let classNames: [String]
        /// The pictures, sorted by class, folder and name.
        public let files: [(path: String, label: Int)]
        /// The pictures that are not read, because they belong to no class or lie behind a link, with
        /// the reason. Everything else that is not read is not a picture.
        public let unread: [(path: String, reason: String)]

        /// A sentence that names the pictures that are not read; nil if there are none.
        public var note: String? {
            guard !unread.isEmpty else { return nil }
            let shown = unread.prefix(3).map { "\($0.path) (\($0.reason))" }
            let rest = unread.count - shown.count
            return "Not read: " + shown.joined(separator: ", ")
                + (rest > 0 ? ", and \(rest) more." : ".")
        }
    }

    /// Lists the pictures of each class.
    /// - Parameters:
    ///   - directory: the folder of the classes' folders.
    ///   - classNames: the folders to read, in the order of their labels; all of them if nil.
    /// - Throws: `StrataError` if there is no such folder, it has no folders, one of them has no
    ///   pictures, or a picture is of a kind that is not supported.
    public static func contents(
        of directory: String, classNames: [String]? = nil
    ) throws -> Contents {
        let listing = try listing(of: directory, classNames: classNames)
        if let message = listing.unsupported.first { throw StrataError(message) }
        let empty = listing.emptyClassNames
        guard empty.isEmpty else {
            let shown = empty.prefix(5).joined(separator: ", ") + (empty.count > 5 ? ", …" : "")
            throw StrataError(
                "\(directory) was read as a folder of pictures for each class, but there are no "
                    + "pictures (\(ImageFormat.supportedEndings)) in \(shown).")
        }
        return listing.contents
    }

    /// The pictures of a folder, and what is wrong with it.
    struct Listing {
        let contents: Contents
        /// A sentence for each picture of a kind that is not supported.
        let unsupported: [String]
        let emptyClassNames: [String]
    }

    /// - Throws: `StrataError` if there is no such folder or it has no folders.
    static func listing(of directory: String, classNames: [String]? = nil) throws -> Listing {
        let names = try classNames ?? self.classNames(in: directory)
        guard !names.isEmpty else {
            throw StrataError(
                "There are no folders in \(directory): one for each class is expected, with its "
                    + "pictures.")
        }
        let walks = try names.map { try PictureWalk(join(directory, $0)) }
        return Listing(
            contents: Contents(
                classNames: names,
                files: walks.enumerated().flatMap { label, walk in
                    walk.pictures.map { (path: $0, label: label) }
                },
                unread: try PictureWalk.outside(directory) + walks.flatMap(\.unread)),
            unsupported: walks.flatMap(\.unsupported),
            emptyClassNames: zip(names, walks).filter {
                $1.pictures.isEmpty && $1.unsupported.isEmpty
            }
            .map(\.0))
    }

    /// Whether a folder has folders with pictures in them.
    /// - Parameter directory: the folder of the classes' folders.
    public static func isFound(in directory: String) -> Bool {
        let names = (try? classNames(in: directory)) ?? []
        return names.contains { PictureWalk.hasPictures(join(directory, $0)) }
    }

    /// Whether there are pictures in a folder or below it.
    package static func hasPictures(in folder: String) -> Bool { PictureWalk.hasPictures(folder) }

    /// The names of the folders in a folder, sorted.
    /// - Parameter directory: the folder of the classes' folders.
    /// - Throws: `StrataError` if there is no such folder or it cannot be read.
    public static func classNames(in directory: String) throws -> [String] {
        try Folder.names(in: directory).filter {
            !$0.hasPrefix(".") && Folder.exists(join(directory, $0))
        }
    }
}
