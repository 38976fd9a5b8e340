import Foundation
import Strata

/// Pictures in folders, one for each class, as sources of samples.
///
/// ```swift
/// let photos = try ImageFolder(
///     "flowers", imageSize: (224, 224), validationSplit: 0.2, seed: 1)  // nothing is decoded yet
/// try model.fit(photos.train, epochs: 5, validationData: photos.validation)
/// ```
///
/// The folder has a folder for each class, or has `train`, `test` and `validation` (or `valid`, `val`) with
/// these in them. The pictures of a class are the JPEG, PNG, GIF, BMP, PPM and PGM files in its folder and in
/// all folders below it; other files are ignored.
public struct ImageFolder: Sendable {
    /// What the classes are called, in the order of their labels.
    public let classNames: [String]
    /// The pictures to train with, in an order drawn by the seed.
    public let train: ImageFiles
    /// The pictures to validate with, sorted by class, folder and name; nil if there are none.
    public let validation: ImageFiles?
    /// The pictures to test with, sorted likewise; nil if there are none.
    public let test: ImageFiles?
    /// The pictures that are not read, because they belong to no class or lie behind a link, with the
    /// reason.
    public let unread: [(path: String, reason: String)]
    /// A sentence for each damaged picture that was left out.
    public let skipped: [String]

    /// Lists pictures. None is decoded yet, unless damaged ones are to be skipped.
    /// - Parameters:
    ///   - directory: the folder.
    ///   - imageSize: the height and width that pictures are brought to; 256×256 by default.
    ///   - channels: 1 for grey, 3 for colours, 4 for colours and opacity; 3 by default.
    ///   - interpolation: how new pixels are computed from old ones; by default each is the mean of the
    ///     area that it covers. `.bilinear` is what Keras's `image_dataset_from_directory` does.
    ///   - aspectRatio: what is done with pictures of another aspect ratio; `.stretch` by default.
    ///   - classNames: the folders to read, in the order of their labels; by default all of them, sorted
    ///     by name, but for those whose names begin with a dot.
    ///   - validationSplit: the fraction of the pictures that are drawn for validation, rounded up; 0 by
    ///     default.
    ///   - stratify: whether both parts have the same proportions of classes; false by default.
    ///   - shuffle: whether the pictures to train with are in an order drawn by the seed, so that a part
    ///     of them has all classes; otherwise they are sorted by class, folder and name.
    ///   - seed: decides the split and the order; 0 by default.
    ///   - skipUnreadable: whether damaged pictures are left out, as long as each class has others. Then
    ///     all pictures are decoded once at the beginning.
    ///   - cache: where decoded pictures are kept; nowhere by default.
    ///   - verbose: whether to name, on the standard error stream, the pictures that are not read or
    ///     skipped, if there are any.
    /// - Throws: `StrataError` if there is no such folder, a class has no pictures, the folders for
    ///   training and validation have other classes, or the cache cannot be used.
    public init(
        _ directory: String, imageSize: (height: Int, width: Int) = (256, 256), channels: Int = 3,
        interpolation: Image.Interpolation = .area, aspectRatio: Image.AspectRatio = .stretch,
        classNames: [String]? = nil, validationSplit: Double = 0, stratify: Bool = false,
        shuffle: Bool = true, seed: UInt64 = 0, skipUnreadable: Bool = false,
        cache: ImageCache = .none, verbose: Bool = true
    ) throws {
        let form = try ImageForm(
            imageSize: imageSize, channels: channels, interpolation: interpolation,
            aspectRatio: aspectRatio)
        let layout = ImageFolderLayout(directory)
        guard layout.validation == nil || validationSplit == 0 else {
            throw StrataError(
                "validationSplit is for pictures without a folder for validation, and there is "
                    + "\(layout.validation!)")
        }
        let parts = try Self.parts(layout, classNames: classNames)
        let files = parts.flatMap { $0?.files ?? [] }
        let store = try PictureStore(files.map(\.path), form, cache)
        let names = parts[0]!.classNames
        unread = parts.flatMap { $0?.unread ?? [] }
        self.classNames = names

        var usable = Array(files.indices)
        skipped = skipUnreadable ? try Self.skip(&usable, of: store, files.map(\.label), names) : []
        func source(_ indices: [Int]) -> ImageFiles {
            let labels = indices.map { Int32(files[$0].label) }
            return ImageFiles(
                store, indices, labels: ArrayData(shape: [labels.count], labels),
                classNames: names)
        }
        var first = 0
        var indices = parts.map { part in
            let range = first..<first + (part?.files.count ?? 0)
            first = range.upperBound
            return usable.filter(range.contains)
        }
        let labels = indices[0].map { Float(files[$0].label) }
        if validationSplit != 0 {
            let all = indices[0]
            let split = try RandomSplit(
                count: all.count, labels: stratify ? labels : nil, testSize: validationSplit,
                name: "validationSplit", seed: seed)
            indices[0] = split.train.sorted().map { all[$0] }
            indices[1] = split.test.sorted().map { all[$0] }
        }
        if shuffle {
            let key = Random.Key(seed: seed, path: "files")
            indices[0] = key.permutation(indices[0].count).map { indices[0][$0] }
        }
        train = source(indices[0])
        validation = indices[1].isEmpty ? nil : source(indices[1])
        test = indices[2].isEmpty ? nil : source(indices[2])
        if verbose { report() }
    }

    /// The pictures for training, validation and testing.
    private static func parts(
        _ layout: ImageFolderLayout, classNames: [String]?
    ) throws -> [Contents?] {
        let train = try contents(of: layout.train, classNames: classNames)
        func part(_ folder: String?) throws -> Contents? {
            guard let folder else { return nil }
            let part = try contents(of: folder, classNames: classNames)
            guard part.classNames == train.classNames else {
                throw StrataError(
                    "The folders in \(layout.train), \(train.classNames.joined(separator: ", ")), are not "
                        + "those in \(folder), \(part.classNames.joined(separator: ", ")).")
            }
            return part
        }
        return [train, try part(layout.validation), try part(layout.test)]
    }

    /// Leaves out damaged pictures.
    /// - Returns: what is wrong with each.
    /// - Throws: `StrataError` if a class has no others.
    private static func skip(
        _ usable: inout [Int], of store: PictureStore, _ labels: [Int], _ classNames: [String]
    ) throws -> [String] {
        let problems = try store.problems(of: usable)
        usable = usable.filter { problems[$0] == nil }
        let present = Set(usable.map { labels[$0] })
        if let missing = classNames.indices.first(where: { !present.contains($0) }) {
            let count = labels.filter { $0 == missing }.count
            throw StrataError(
                "None of the \(count) pictures of \(classNames[missing]) can be read.")
        }
        return problems.compactMap { $0 }
    }

    /// Names the pictures that are not read or skipped.
    private func report() {
        if let note = Self.note(unread) { Runtime.writeStandardError(note + "\n") }
        guard !skipped.isEmpty else { return }
        let lines =
            ["Skipped \(skipped.count) of \(count + skipped.count) pictures:"] + skipped.sorted()
        Runtime.writeStandardError(lines.joined(separator: "\n  ") + "\n")
    }

    /// The number of pictures.
    public var count: Int { train.count + (validation?.count ?? 0) + (test?.count ?? 0) }

    /// Reads every picture once, on all threads, and so fills the cache.
    /// - Throws: `StrataError` that names the first picture that cannot be read.
    public func readAll() throws {
        for part in [train, validation, test] { try part?.readAll() }
    }

    // MARK: - Listing

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
        public var note: String? { ImageFolder.note(unread) }
    }

    private static func note(_ unread: [(path: String, reason: String)]) -> String? {
        guard !unread.isEmpty else { return nil }
        let shown = unread.prefix(3).map { "\($0.path) (\($0.reason))" }
        let rest = unread.count - shown.count
        return "Not read: " + shown.joined(separator: ", ")
            + (rest > 0 ? ", and \(rest) more." : ".")
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

    /// The pictures in a folder and the folders below it, sorted by folder and name.
    /// - Parameter directory: the folder.
    /// - Throws: `StrataError` if there is no such folder, or there are no pictures in it.
    public static func pictures(below directory: String) throws -> [String] {
        let walk = try PictureWalk(directory)
        if let message = walk.unsupported.first { throw StrataError(message) }
        guard !walk.pictures.isEmpty else {
            throw StrataError(
                "There are no pictures (\(ImageFormat.supportedEndings)) in \(directory).")
        }
        return walk.pictures
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
