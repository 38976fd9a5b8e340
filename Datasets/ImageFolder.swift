import Foundation
import Strata

/// Pictures in folders, one folder for each class, brought to one size, as Keras's
/// `image_dataset_from_directory` reads them.
///
/// ```swift
/// let (examples, classNames) = try imageDataset(fromDirectory: "pets", imageSize: (64, 64))
/// let (train, test) = try examples.trainTestSplit(testSize: 0.2, stratify: true)
/// ```
///
/// Read are the PNG, PPM and PGM files that lie in the folder of a class itself; files that are no
/// pictures, and names that begin with a point, are passed over.
/// - Parameters:
///   - directory: the folder of the folders; these are named as the classes.
///   - classNames: the folders to read, in the order of their labels; all of them, sorted by name, if
///     nil.
///   - imageSize: what pictures are resized to, each new pixel the mean of the area that it covers.
///   - channels: 1 for grey, 3 for colours, 4 for colours and opacity.
///   - shuffle: whether the examples are in an order drawn by `seed`, so that a part of them has all
///     classes; otherwise they are sorted by class and name.
/// - Returns: bytes `[N, height, width, channels]` with labels `[N]` (int32), and what the classes are
///   called, in the order of their labels.
/// - Throws: `StrataError` if there is no such folder, a class has no pictures, or a picture cannot
///   be read.
public func imageDataset(
    fromDirectory directory: String, classNames: [String]? = nil,
    imageSize: (height: Int, width: Int) = (256, 256), channels: Int = 3, shuffle: Bool = true,
    seed: UInt64 = 0
) throws -> (examples: Examples, classNames: [String]) {
    let (height, width) = imageSize
    guard (1...65_536).contains(height), (1...65_536).contains(width), [1, 3, 4].contains(channels)
    else {
        throw StrataError(
            "imageSize is from 1×1 to 65536×65536, and channels are 1, 3 or 4. Received: "
                + "\(height)×\(width) and \(channels)")
    }
    let names = try classNames ?? ImageFolder.classNames(in: directory)
    var files: [(path: String, label: Int32)] = []
    for (label, name) in names.enumerated() {
        files += try ImageFolder.pictures(in: join(directory, name)).map { ($0, Int32(label)) }
    }
    guard !files.isEmpty else {
        throw StrataError(
            "There are no folders in \(directory): one for each class is expected, with its pictures."
        )
    }
    if shuffle {
        files = Random.Key(seed: seed, path: "files").permutation(files.count).map { files[$0] }
    }
    let pictureSize = height * width * channels
    let (byteCount, overflow) = pictureSize.multipliedReportingOverflow(by: files.count)
    guard !overflow, byteCount < ProcessInfo.processInfo.physicalMemory else {
        throw StrataError(
            "\(files.count) pictures of \(height)×\(width) pixels do not fit into memory.")
    }
    let x = try ArrayData(shape: [files.count, height, width, channels], dtype: .uint8) { bytes in
        for (index, file) in files.enumerated() {
            let picture = try Image(contentsOf: file.path).converted(channels: channels)
                .resized(height: height, width: width)
            picture.withPixels {
                UnsafeMutableRawBufferPointer(rebasing: bytes[(index * pictureSize)...])
                    .copyMemory(from: $0)
            }
        }
    }
    let y = ArrayData(shape: [files.count], files.map(\.label))
    return (try Examples(x: x, y: y), names)
}

/// What is in a folder of folders of pictures.
public enum ImageFolder {
    private static let kinds: Set = ["png", "ppm", "pgm"]
    private static let otherKinds: Set = ["jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"]

    /// Whether a folder has folders with pictures in them.
    public static func isFound(in directory: String) -> Bool {
        let names = (try? classNames(in: directory)) ?? []
        return names.contains { name in
            let files = (try? contents(of: join(directory, name))) ?? []
            return files.contains { kinds.union(otherKinds).contains(kind($0)) }
        }
    }

    /// The names of the folders in a folder, sorted.
    /// - Throws: `StrataError` if there is no such folder or it cannot be read.
    public static func classNames(in directory: String) throws -> [String] {
        try contents(of: directory).filter { Folder.exists(join(directory, $0)) }
    }

    /// The pictures in a folder, sorted.
    static func pictures(in folder: String) throws -> [String] {
        let names = try contents(of: folder)
        // To pass them over would be to learn from a part of the pictures, unsaid.
        if let other = names.first(where: { otherKinds.contains(kind($0)) }) {
            throw StrataError(
                "\(join(folder, other)) is of a kind that is not read: PNG, PPM and PGM are.")
        }
        let pictures = names.filter { kinds.contains(kind($0)) }
        guard !pictures.isEmpty else {
            throw StrataError("There are no pictures (.png, .ppm or .pgm) in \(folder).")
        }
        return pictures.map { join(folder, $0) }
    }

    /// What the end of a file's name says of it.
    private static func kind(_ name: String) -> String {
        (name as NSString).pathExtension.lowercased()
    }

    private static func contents(of folder: String) throws -> [String] {
        guard Folder.exists(folder) else {
            throw StrataError("Cannot read \(folder): there is no such folder.")
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw StrataError("Cannot read \(folder): \(error.localizedDescription)")
        }
    }
}
