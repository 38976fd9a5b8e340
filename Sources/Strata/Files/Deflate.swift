import CStrata

/// Compression by the system's zlib: the members of ZIP files, PNG's pixels, HDF5's chunks, `.gz`.
package enum Deflate {
    /// How the compressed bytes are wrapped.
    package enum Format {
        /// Not at all, as in ZIP files.
        case raw
        /// With a checksum, as in PNG and HDF5 files.
        case zlib
        /// As a `.gz` file.
        case gzip

        fileprivate var code: strata_deflate_format {
            switch self {
            case .raw: STRATA_DEFLATE_RAW
            case .zlib: STRATA_DEFLATE_ZLIB
            case .gzip: STRATA_DEFLATE_GZIP
            }
        }
    }

    package static func compress(_ bytes: UnsafeRawBufferPointer, _ format: Format) -> [UInt8] {
        let capacity = strata_deflate_bound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = strata_deflate(
                format.code, bytes.baseAddress, bytes.count, buffer.baseAddress, capacity)
            precondition(count > 0, "zlib has no memory left, or its bound is wrong")
        }
    }

    /// The `count` bytes that `bytes` were compressed from.
    /// - Throws: if there are more or fewer, or they are damaged. The sentence has no subject and
    ///   no full stop, for the caller to say which file.
    package static func decompress(
        _ bytes: UnsafeRawBufferPointer, _ format: Format, count: Int
    ) throws -> FileBytes {
        // One byte of deflated data makes at most 1,032: no room for what cannot come.
        guard count >= 0, count / 1032 <= bytes.count else { throw tooShort(count) }
        return try FileBytes(count: count) { output in
            let inflater = try Inflater(bytes, format)
            let written = try inflater.write(to: output)
            // The end may still have to be read, as may a byte too many.
            var excess: UInt8 = 0
            let hasExcess =
                try withUnsafeMutableBytes(of: &excess) { try inflater.write(to: $0) } > 0
            guard !hasExcess else {
                throw StrataError("its compressed data are more than the \(count) bytes announced")
            }
            guard written == count, inflater.isAtEnd else { throw tooShort(count) }
        }
    }

    /// All that `bytes`, the whole of a file, were compressed from.
    /// - Parameter limit: how many bytes that may be at most.
    package static func decompress(
        _ bytes: UnsafeRawBufferPointer, _ format: Format, limit: Int
    ) throws -> [UInt8] {
        let inflater = try Inflater(bytes, format)
        var result: [UInt8] = []
        var room = min(limit, max(1 << 16, bytes.count * 4))
        repeat {
            let piece = try [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                count = try inflater.write(to: UnsafeMutableRawBufferPointer(buffer))
            }
            result += piece
            if inflater.isAtEnd { return result }
            guard piece.count == room else {
                throw StrataError("its compressed data are cut short")
            }
            room = min(limit - result.count, result.count)
        } while room > 0
        throw StrataError("its compressed data are more than the \(limit) bytes allowed")
    }

    private static func tooShort(_ count: Int) -> StrataError {
        StrataError("its compressed data are fewer than the \(count) bytes announced")
    }
}

/// Reads through compressed bytes.
private final class Inflater {
    private let input: UnsafeRawBufferPointer
    private let format: Deflate.Format
    private var offset = 0
    private var state: OpaquePointer
    /// Whether the compressed data ended, with the right checksum.
    private(set) var isAtEnd = false

    init(_ input: UnsafeRawBufferPointer, _ format: Deflate.Format) throws {
        self.input = input
        self.format = format
        state = try Self.makeState(format)
    }

    deinit { strata_inflater_destroy(state) }

    private static func makeState(_ format: Deflate.Format) throws -> OpaquePointer {
        guard let state = strata_inflater_create(format.code) else {
            throw StrataError("there is not enough memory to decompress it")
        }
        return state
    }

    /// Fills `output` as far as there are data, and returns how far that is.
    func write(to output: UnsafeMutableRawBufferPointer) throws -> Int {
        var written = 0
        while written < output.count, !isAtEnd {
            var read = input.count - offset
            var count = output.count - written
            let status = strata_inflate(
                state, input.baseAddress.map { $0 + offset }, &read, output.baseAddress! + written,
                &count)
            offset += read
            written += count
            switch status {
            case STRATA_INFLATE_END: try finishMember()
            case STRATA_INFLATE_DAMAGED: throw StrataError("its compressed data are damaged")
            default: if read == 0, count == 0 { return written }
            }
        }
        return written
    }

    /// A `.gz` file may consist of several, one after the other.
    private func finishMember() throws {
        guard format == .gzip, offset < input.count, input[offset] == 0x1f else {
            isAtEnd = true
            return
        }
        let next = try Self.makeState(format)
        strata_inflater_destroy(state)
        state = next
    }
}
