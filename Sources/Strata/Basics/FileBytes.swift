import Foundation

/// Immutable bytes: a memory-mapped file, or allocated memory. They are freed with the last reference.
///
/// A large file is mapped: it takes no memory until it is read, and then only clean pages. If another
/// process truncates the file while it is mapped, touching the missing pages ends the process (SIGBUS).
/// This is the price of not copying data sets, which nobody truncates while training on them.
package final class FileBytes: @unchecked Sendable {  // the bytes are immutable once initialized
    package let bytes: UnsafeRawBufferPointer
    private let origin: Origin

    private enum Origin {
        case mapped, allocated
        case borrowed(from: AnyObject)
    }

    package var count: Int { bytes.count }

    /// How the files begin that Git LFS leaves in the places of large ones.
    private static let pointerStart = Array("version https://git-lfs.github.com/spec/".utf8)

    /// Reads the file at `path`, or maps it if it is large.
    package init(path: String) throws {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.cannotRead(path, systemMessage()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.cannotRead(path, systemMessage()) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw Self.cannotRead(path, "it is a directory")
        default: throw Self.cannotRead(path, "it is not a regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            origin = .allocated
            return
        }
        if size <= Self.readLimit {
            bytes = try Self.read(descriptor, size, path)
            origin = .allocated
        } else {
            let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
            guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else {
                throw Self.cannotRead(path, systemMessage())
            }
            bytes = UnsafeRawBufferPointer(start: address, count: size)
            origin = .mapped
        }
        // All is set, so that the memory is freed whatever follows.
        if bytes.starts(with: Self.pointerStart) {
            throw Self.cannotRead(
                path, "it is a Git LFS pointer, not the file it stands for. Run git lfs pull first")
        }
    }

    /// Files up to this size are read, which takes less time than to map them.
    private static let readLimit = 256 << 10

    /// Reads the bytes of a file; fewer if it has become shorter meanwhile.
    private static func read(
        _ descriptor: Int32, _ size: Int, _ path: String
    ) throws -> UnsafeRawBufferPointer {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        var done = 0
        while done < size {
            let count = Foundation.read(descriptor, memory.baseAddress! + done, size - done)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let reason = systemMessage()
                memory.deallocate()
                throw cannotRead(path, reason)
            }
            guard count > 0 else { break }
            done += count
        }
        return UnsafeRawBufferPointer(start: memory.baseAddress, count: done)
    }

    /// Allocates memory, aligned for every element type and filled by `initialize`.
    package init(count: Int, initialize: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        do {
            try initialize(memory)
        } catch {
            memory.deallocate()
            throw error
        }
        bytes = UnsafeRawBufferPointer(memory)
        origin = .allocated
    }

    /// Borrows memory that `owner` keeps alive and that nobody changes.
    init(borrowing bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        self.bytes = bytes
        origin = .borrowed(from: owner)
    }

    deinit {
        switch origin {
        case .mapped: munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        case .allocated: bytes.deallocate()
        case .borrowed: break
        }
    }

    /// Tells that the bytes of `range` are not needed soon. Those of a mapped file leave the memory of this
    /// process, and are read from the file when they are needed again.
    func release(_ range: Range<Int>) {
        guard case .mapped = origin else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound / page * page
        guard start < end else { return }
        madvise(
            UnsafeMutableRawPointer(mutating: bytes.baseAddress! + start), end - start,
            MADV_DONTNEED)
    }

    /// The number of bytes that the compressed data of a file of `count` bytes may expand to: 256 MiB, or 64
    /// times its own size if that is more. A small file that expands to more is taken for a bomb.
    package static func expansionLimit(of count: Int) -> Int {
        max(256 << 20, 64 * count)
    }

    /// Checks that a file of `count` bytes may expand to `expanded` bytes.
    /// - Throws: ``StrataError`` if it may not.
    static func checkExpansion(of count: Int, to expanded: Int) throws {
        guard expanded <= expansionLimit(of: count) else {
            throw StrataError(
                "its data are compressed from \(expanded) bytes, too many for a file of \(count)")
        }
    }

    private static func cannotRead(_ path: String, _ reason: String) -> StrataError {
        StrataError("Cannot read \(path): \(reason).")
    }
}

/// The message of the last failed system call, such as "No such file or directory".
package func systemMessage(_ code: Int32 = errno) -> String {
    String(cString: strerror(code))
}
