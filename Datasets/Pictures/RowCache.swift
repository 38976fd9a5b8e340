import Foundation
import Strata

/// Rows of bytes that are kept once they were made, in memory or in a file. Any thread may read and store.
///
/// The file begins with a page that says what the rows were made from; they follow in order. It is read and
/// written in pieces, so that it takes no memory of the process, and a full disk is an error. Until it has
/// all rows it bears a temporary name.
final class RowCache: @unchecked Sendable {  // what changes is guarded by `lock`
    private let rowByteCount: Int
    private let place: Place

    private enum Place {
        case memory(UnsafeMutableRawPointer)
        case file(descriptor: Int32, path: String, temporary: String?)
    }

    private enum State: UInt8 {
        case missing, beingStored, stored
    }

    private let lock = NSLock()
    private var states: [State]
    private var missing: Int
    /// Whether the file bears its own name.
    private var isComplete = false

    private static let title = "Strata picture cache 1\n"
    private static let headerByteCount = 4096

    /// An empty cache in memory.
    /// - Throws: `StrataError` if there is not enough memory.
    init(count: Int, rowByteCount: Int) throws {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: rowByteCount)
        guard !overflow, byteCount < ProcessInfo.processInfo.physicalMemory,
            let memory = calloc(max(1, byteCount), 1)
        else {
            throw StrataError("\(count) pictures of \(rowByteCount) bytes do not fit into memory.")
        }
        self.rowByteCount = rowByteCount
        place = .memory(memory)
        states = [State](repeating: .missing, count: count)
        missing = count
    }

    /// The cache in a file, full if the file was made from the same, otherwise empty.
    /// - Parameter digest: what the rows are made from.
    /// - Throws: `StrataError` if the file is not a cache, or cannot be written.
    init(_ path: String, count: Int, rowByteCount: Int, digest: String) throws {
        self.rowByteCount = rowByteCount
        let header = Array((Self.title + digest).utf8)
        let byteCount = Self.headerByteCount + count * rowByteCount
        if let descriptor = try Self.open(path, header, byteCount) {
            place = .file(descriptor: descriptor, path: path, temporary: nil)
            states = [State](repeating: .stored, count: count)
            missing = 0
            isComplete = true
            return
        }
        try AtomicFile.check(path)
        let folder = Folder.parent(of: path)
        let temporary = join(folder.isEmpty ? "." : folder, ".strata-\(UUID().uuidString).tmp")
        let descriptor = Foundation.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.cannotWrite(path) }
        place = .file(descriptor: descriptor, path: path, temporary: temporary)
        states = [State](repeating: .missing, count: count)
        missing = count
        try header.withUnsafeBytes { try Self.write($0, at: 0, to: descriptor, path) }
        guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw Self.cannotWrite(path) }
    }

    deinit {
        switch place {
        case .memory(let memory): free(memory)
        case .file(let descriptor, _, let temporary):
            close(descriptor)
            if !isComplete, let temporary { unlink(temporary) }
        }
    }

    /// Copies a row.
    /// - Returns: false if it is not there.
    func read(_ index: Int, to target: UnsafeMutableRawBufferPointer) throws -> Bool {
        guard lock.withLock({ states[index] == .stored }) else { return false }
        switch place {
        case .memory(let memory):
            target.copyMemory(
                from: UnsafeRawBufferPointer(
                    start: memory + index * rowByteCount, count: rowByteCount))
        case .file(let descriptor, let path, _):
            var done = 0
            while done < rowByteCount {
                let count = pread(
                    descriptor, target.baseAddress! + done, rowByteCount - done,
                    off_t(offset(index) + done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw StrataError(
                        "Cannot read \(path): \(count == 0 ? "it was cut short" : systemMessage())."
                    )
                }
                done += count
            }
        }
        return true
    }

    /// Keeps a row; the last one completes the file.
    func store(_ index: Int, from source: UnsafeRawBufferPointer) throws {
        let isWanted = lock.withLock {
            guard states[index] == .missing else { return false }
            states[index] = .beingStored
            return true
        }
        guard isWanted else { return }
        switch place {
        case .memory(let memory):
            (memory + index * rowByteCount).copyMemory(
                from: source.baseAddress!, byteCount: rowByteCount)
        case .file(let descriptor, let path, _):
            try Self.write(source, at: offset(index), to: descriptor, path)
        }
        let isLast = lock.withLock {
            states[index] = .stored
            missing -= 1
            return missing == 0
        }
        if isLast { try complete() }
    }

    private func complete() throws {
        if case .file(let descriptor, let path, let temporary?) = place {
            guard fsync(descriptor) == 0, rename(temporary, path) == 0 else {
                throw Self.cannotWrite(path)
            }
        }
        lock.withLock { isComplete = true }
    }

    private func offset(_ index: Int) -> Int { Self.headerByteCount + index * rowByteCount }

    /// Opens a file that was made from the same.
    /// - Returns: nil if there is none, or one that was made from something else.
    private static func open(_ path: String, _ header: [UInt8], _ byteCount: Int) throws -> Int32? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try FileBytes(path: path)
        return try withExtendedLifetime(file) {
            guard file.bytes.starts(with: title.utf8) else {
                throw StrataError(
                    "\(path) exists and is not a cache of pictures: choose another name, or remove it."
                )
            }
            guard file.count == byteCount, file.bytes.starts(with: header) else { return nil }
            let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw StrataError("Cannot read \(path): \(systemMessage()).")
            }
            return descriptor
        }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, to descriptor: Int32, _ path: String
    ) throws {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw cannotWrite(path) }
            done += count
        }
    }

    private static func cannotWrite(_ path: String) -> StrataError {
        StrataError("Cannot write \(path): \(systemMessage()).")
    }
}
