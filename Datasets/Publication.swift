import Foundation
import Strata

/// A data set that others have published: what its images are, in which forms it lies in folders,
/// and where its files are to be had.
public struct Publication: Sendable {
    /// What people call it: `Fashion-MNIST`.
    public let name: String
    /// What files and the command line call it, as `keras.datasets` does: `fashion_mnist`.
    public let identifier: String
    /// Height, width and channels.
    public let imageShape: Shape
    /// What the classes are called, in the order of their labels.
    public let classNames: [String]
    /// The files as they are published.
    public let files: [RemoteFile]

    /// How the published files are read, in the order of preference.
    let layouts: [any FileLayout]
    /// The folders that archives and other programs put the files into.
    let subfolders: [String]

    package init(
        _ name: String, identifier: String, imageShape: Shape, classNames: [String],
        files: [RemoteFile], layouts: [any FileLayout], subfolders: [String] = []
    ) {
        self.name = name
        self.identifier = identifier
        self.imageShape = imageShape
        self.classNames = classNames
        self.files = files
        let arrays: [any FileLayout] = [
            ArrayFiles(prefix: identifier), ArrayArchive(prefix: identifier),
        ]
        self.layouts = arrays + layouts
        self.subfolders = subfolders
    }

    /// The data sets that this module has types for.
    public static let all: [Publication] =
        [MNIST.publication, FashionMNIST.publication, CIFAR10.publication, CIFAR100.publication]
        + EMNIST.Split.allCases.map(EMNIST.publication)

    /// Whether the files can be downloaded one by one.
    public var isDownloadable: Bool { !files.isEmpty }

    /// The data sets that a folder holds any files of. MNIST's files have the same names as those of
    /// Fashion-MNIST, which it is taken for if the folder's name says so.
    /// - Parameter directory: the folder.
    public static func found(in directory: String) -> [Publication] {
        let names = URL(fileURLWithPath: directory).standardizedFileURL.pathComponents
        let isFashion =
            names.last { !["raw", "data", "archive"].contains($0) }?.lowercased()
            .contains("fashion") == true
        return all.filter { publication in
            guard let (_, layout) = publication.locate(in: directory) else { return false }
            guard layout is IDXFiles else { return true }
            return (publication.identifier == FashionMNIST.publication.identifier) == isFashion
        }
    }

    /// The data set in the files of a folder.
    /// - Parameter directory: the folder.
    /// - Throws: `StrataError` if files are missing or damaged, or a label is not that of a class.
    public func load(from directory: String) throws -> any Dataset {
        let (train, test) = try read(in: directory)
        return LoadedDataset(
            classNames: try ownClassNames(in: directory) ?? classNames, train: train, test: test)
    }

    /// What the classes are called in a folder that says so by itself: then these are other data in the
    /// same files.
    package func ownClassNames(in directory: String) throws -> [String]? {
        guard let (folder, layout) = locate(in: directory) else { return nil }
        let names = try layout.classNames(in: folder)
        return names == classNames ? nil : names
    }

    func read(in directory: String) throws -> (train: Examples, test: Examples) {
        guard let (folder, layout) = locate(in: directory) else {
            let place = Folder.exists(directory) ? directory : "\(directory), which is no folder"
            throw StrataError("There is no \(name) in \(place). \(advice(directory))")
        }
        let (train, test) = try layout.read(in: folder)
        let count = try layout.classNames(in: folder)?.count ?? classNames.count
        return (try examples(train, classCount: count), try examples(test, classCount: count))
    }

    /// The data set in a cache, its files downloaded first if they are not there.
    package func read(
        cache: String?, progress: DownloadProgress?
    ) throws -> (train: Examples, test: Examples) {
        let folder = join(cache ?? DatasetCache.directory, identifier)
        let isThere = ([folder] + subfolders.map { join(folder, $0) }).contains { place in
            layouts.contains { $0.isComplete(in: place) }
        }
        if !isThere { try download(to: folder, progress: progress) }
        return try read(in: folder)
    }

    /// Downloads the published files that a directory lacks, and verifies them.
    /// - Parameters:
    ///   - directory: the directory, which is created if necessary.
    ///   - progress: reports the progress; nil for nothing.
    /// - Throws: `StrataError` if a file cannot be downloaded or written, or differs from what was published.
    public func download(to directory: String, progress: DownloadProgress? = nil) throws {
        guard isDownloadable else {
            throw StrataError("\(name) cannot be downloaded from here. \(advice(directory))")
        }
        try Folder.make(directory)
        for file in files {
            do {
                try Download(file, to: join(directory, file.name), progress: progress).run()
            } catch let error as StrataError {
                throw StrataError("Cannot get \(name): \(error.message). \(advice(directory))")
            }
        }
    }

    /// Where the files are, and how they are laid out.
    private func locate(in directory: String) -> (folder: String, layout: any FileLayout)? {
        for folder in [directory] + subfolders.map({ join(directory, $0) }) {
            if let layout = layouts.first(where: { $0.isFound(in: folder) }) {
                return (folder, layout)
            }
        }
        return nil
    }

    private func advice(_ directory: String) -> String {
        "Its files, wherever they come from, belong in \(directory): "
            + layouts.map(\.description).joined(separator: "; or ") + "."
    }

    private func examples(_ arrays: LabelledArrays, classCount: Int) throws -> Examples {
        var x = arrays.x
        let size = imageShape.dimensions
        // Grey images may come without their axis of one channel.
        if size.last == 1, Array(x.shape.dropFirst()) == size.dropLast() {
            x = x.reshaped(to: x.shape + [1])
        }
        guard Array(x.shape.dropFirst()) == size else {
            throw StrataError(
                "\(arrays.names.x) is of shape \(x.shape), and images of shape \(size) are expected."
            )
        }
        do {
            let examples = try Examples(x: x, y: arrays.y)
            try examples.checkLabels(classCount: classCount)
            return examples
        } catch let error as StrataError {
            throw StrataError("\(arrays.names.x) and \(arrays.names.y): \(error.message)")
        }
    }
}

/// A data set whose kind is known only when the program runs.
private struct LoadedDataset: Dataset {
    let classNames: [String]
    let train: Examples
    let test: Examples
}

/// A data set with a type of its own.
///
/// ```swift
/// let data = try MNIST()                       // downloaded, the first time
/// let local = try MNIST(directory: "mnist")    // from files at hand
/// ```
public protocol PublishedDataset: Dataset {
    /// What it consists of, and where it is to be had.
    static var publication: Publication { get }
    /// - Parameters:
    ///   - train: the training examples.
    ///   - test: the test examples.
    init(train: Examples, test: Examples)
}

extension PublishedDataset {
    public var classNames: [String] { Self.publication.classNames }

    /// Reads the data set from the files in a directory: as they are published, or as NumPy files.
    /// - Parameter directory: the directory.
    /// - Throws: `StrataError` if files are missing or damaged, or a label is not that of a class.
    public init(directory: String) throws {
        let (train, test) = try Self.publication.read(in: directory)
        self.init(train: train, test: test)
    }

    /// The data set, downloaded the first time.
    /// - Parameters:
    ///   - cache: the folder to keep it in; ``DatasetCache/directory`` if nil.
    ///   - progress: what is told how a download goes on; nil for nothing.
    /// - Throws: `StrataError` if a file cannot be had or written, or is not what was published.
    public init(
        cache: String? = nil, progress: DownloadProgress? = DownloadProgress.standardError
    ) throws {
        let (train, test) = try Self.publication.read(cache: cache, progress: progress)
        self.init(train: train, test: test)
    }
}
