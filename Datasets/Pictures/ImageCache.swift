import Foundation
import Strata

/// Where pictures are kept once they are decoded and resized, so that later epochs need not do so again.
public enum ImageCache: Hashable, Sendable {
    /// Nowhere: every epoch decodes every picture.
    case none
    /// In memory.
    case memory
    /// In a file. It appears when every picture has been read, in the first epoch or by `zoo data cache`,
    /// and is used by later runs if the files, their sizes, their dates and the form are the same. Otherwise
    /// it is made again.
    case file(String)
}

/// The files of pictures that are read in one form, with a cache of what was read.
final class PictureStore: Sendable {
    let paths: [String]
    let form: ImageForm
    private let cache: RowCache?

    init(_ paths: [String], _ form: ImageForm, _ cache: ImageCache) throws {
        self.paths = paths
        self.form = form
        switch cache {
        case .none: self.cache = nil
        case .memory: self.cache = try RowCache(count: paths.count, rowByteCount: form.byteCount)
        case .file(let path):
            self.cache = try RowCache(
                path, count: paths.count, rowByteCount: form.byteCount,
                digest: Self.digest(paths, form))
        }
    }

    /// Writes the pixels of a picture.
    func write(_ index: Int, to place: UnsafeMutableRawBufferPointer) throws {
        if let cache, try cache.read(index, to: place) { return }
        try form.write(paths[index], to: place)
        try cache?.store(index, from: UnsafeRawBufferPointer(place))
    }

    /// Reads some pictures, on all threads.
    /// - Returns: what is wrong with each; nil where nothing is.
    func problems(of indices: some RandomAccessCollection<Int>) throws -> [String?] {
        let indices = Array(indices)
        return try Runtime.concurrentMap(indices.count) { position in
            let scratch = UnsafeMutableRawBufferPointer.allocate(
                byteCount: form.byteCount, alignment: 64)
            defer { scratch.deallocate() }
            do {
                try write(indices[position], to: scratch)
                return nil
            } catch let error as StrataError {
                return error.message
            }
        }
    }

    /// Tells files of other names, sizes or dates, and another form, from these.
    private static func digest(_ paths: [String], _ form: ImageForm) -> String {
        var text = Array("\(form.signature)\n".utf8)
        for path in paths {
            var status = stat()
            _ = stat(path, &status)
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            let full = URL(fileURLWithPath: path).standardizedFileURL.path
            text += "\(full)\0\(status.st_size) \(time.tv_sec) \(time.tv_nsec)\n".utf8
        }
        return text.withUnsafeBytes { SHA256.digest($0) }
    }
}
