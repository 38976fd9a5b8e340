import Foundation

/// A file that only grows, such as a log. A run that was killed can cut it to an earlier length and go on from
/// there.
final class AppendedFile {
    /// What the file begins as.
    enum Beginning {
        /// Empty; an error if the file exists.
        case new
        /// Empty, whatever the file held.
        case empty
        /// As it is, if it exists.
        case kept
        /// Cut to its first bytes; an error if it has fewer.
        case cut(to: Int)
    }

    let path: String
    /// The bytes in the file.
    private(set) var byteCount: Int
    private let descriptor: Int32
    /// Whether the directory's entry for the file has reached the disk.
    private var isEntryDurable = false

    /// - Throws: ``StrataError`` if the file cannot be opened or cut.
    init(_ path: String, from beginning: Beginning) throws {
        self.path = path
        var flags = O_WRONLY | O_APPEND | O_CLOEXEC
        switch beginning {
        case .new: flags |= O_CREAT | O_EXCL
        case .empty: flags |= O_CREAT | O_TRUNC
        case .kept: flags |= O_CREAT
        case .cut: break
        }
        descriptor = open(path, flags, 0o666)
        guard descriptor >= 0 else { throw AtomicFile.cannotWrite(path, systemMessage()) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            byteCount = 0
            throw AtomicFile.cannotWrite(path, systemMessage())
        }
        byteCount = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
        guard case .cut(let count) = beginning else { return }
        guard count <= byteCount else {
            throw StrataError(
                "Cannot go on with \(path): it should have at least \(count) bytes, but has \(byteCount)."
            )
        }
        try cut(to: count)
    }

    deinit { close(descriptor) }

    /// Appends bytes: all of them, or none.
    /// - Throws: ``StrataError`` if they cannot be written. The file is then as it was before.
    func append(_ bytes: [UInt8]) throws {
        do {
            try bytes.withUnsafeBytes { try AtomicFile.write($0, to: descriptor, of: path) }
        } catch {
            try? cut(to: byteCount)
            throw error
        }
        byteCount += bytes.count
    }

    /// Waits until all that was appended has reached the disk.
    /// - Throws: ``StrataError`` if it cannot.
    func synchronize() throws {
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw AtomicFile.cannotWrite(path, systemMessage())
        }
        guard !isEntryDurable else { return }
        try Folder.synchronize(Folder.parent(of: path))
        isEntryDurable = true
    }

    private func cut(to count: Int) throws {
        guard ftruncate(descriptor, off_t(count)) == 0 else {
            throw StrataError("Cannot cut \(path) to \(count) bytes: \(systemMessage()).")
        }
        byteCount = count
    }
}
