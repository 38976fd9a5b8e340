import Foundation

/// Replaces a file atomically: it is written under a temporary name in the same directory, and renamed when
/// every byte has reached the disk.
public final class AtomicFile {
    private let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Writes a file. If anything fails, no trace is left, and the previous file is unchanged.
    /// - Parameters:
    ///   - path: the file.
    ///   - body: writes the contents.
    /// - Throws: what `body` throws, and ``StrataError`` if the file cannot be written.
    public static func write(
        to path: String, _ body: (AtomicFile) throws -> Void
    ) throws {
        // A link stays; the file that it points to is replaced.
        let target =
            realpath(path, nil).map { resolved in
                defer { free(resolved) }
                return String(cString: resolved)
            } ?? path
        var status = stat()
        let exists = stat(target, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw cannotWrite(path, "it is a directory")
        }
        if exists, status.st_mode & S_IFMT != S_IFREG {
            return try writeInPlace(path, body)
        }
        try checkDirectory(of: path)

        let temporary = directory(of: target) + "/.strata-\(UUID().uuidString).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw cannotWrite(path, systemMessage()) }
        var isOpen = true
        do {
            try body(AtomicFile(path: path, descriptor: descriptor))
            if exists { _ = fchmod(descriptor, status.st_mode & 0o777) }
            guard fsync(descriptor) == 0 else { throw cannotWrite(path, systemMessage()) }
            isOpen = false
            guard close(descriptor) == 0 else { throw cannotWrite(path, systemMessage()) }
            guard rename(temporary, target) == 0 else { throw cannotWrite(path, systemMessage()) }
        } catch {
            if isOpen { close(descriptor) }
            unlink(temporary)
            throw error
        }
    }

    /// Checks that a file can be written. Call it before long work whose result will be written there.
    /// - Throws: ``StrataError`` if writing would fail at once.
    public static func check(_ path: String) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw cannotWrite(path, "it is a directory") }
            if status.st_mode & S_IFMT != S_IFREG { return }
        }
        try checkDirectory(of: path)
        guard access(directory(of: path), W_OK) == 0 else {
            throw cannotWrite(path, systemMessage())
        }
    }

    /// Writes bytes to a file.
    /// - Parameters:
    ///   - contents: the bytes.
    ///   - path: the file.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public static func write(_ contents: some Sequence<UInt8>, to path: String) throws {
        let bytes = Array(contents)
        try write(to: path) { try $0.write(bytes) }
    }

    /// Appends `bytes`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        try Self.write(bytes, to: descriptor, of: path)
    }

    /// Writes all of `bytes` to an open file.
    /// - Parameter path: what errors call the file.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, of path: String
    ) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            // Linux writes at most 2 GiB at once, and macOS refuses more.
            let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            let written = Foundation.write(descriptor, chunk.baseAddress, chunk.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw cannotWrite(path, systemMessage())
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Appends `bytes`.
    public func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Devices and pipes (/dev/stdout, say) cannot be replaced, only written to.
    private static func writeInPlace(
        _ path: String, _ body: (AtomicFile) throws -> Void
    ) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotWrite(path, systemMessage()) }
        defer { close(descriptor) }
        try body(AtomicFile(path: path, descriptor: descriptor))
    }

    private static func directory(of path: String) -> String {
        let directory = Folder.parent(of: path)
        return directory.isEmpty ? "." : directory
    }

    /// Says which directory is missing, which the system's message leaves open.
    private static func checkDirectory(of path: String) throws {
        let directory = directory(of: path)
        guard !Folder.exists(directory) else { return }
        throw cannotWrite(
            path,
            FileManager.default.fileExists(atPath: directory)
                ? "\(directory) is not a directory" : "there is no directory \(directory)")
    }

    static func cannotWrite(_ path: String, _ reason: String) -> StrataError {
        StrataError("Cannot write \(path): \(reason).")
    }
}
