import CStrata

/// Compression with the system's zlib, for ZIP, PNG, HDF5 and `.gz` files.
package enum Deflate {
    /// The container of the compressed bytes.
    package enum Format {
        /// None, as in ZIP files.
        case raw
        /// With a checksum, as in PNG and HDF5 files.
        case zlib
        /// A `.gz` file.
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

    /// Decompresses `bytes` to `count` bytes.
    /// - Throws: ``StrataError`` if there are more or fewer, or they are damaged. The caller prefixes the
    ///   message with the file.
    package static func decompress(
        _ bytes: UnsafeRawBufferPointer, _ format: Format, count: Int
    ) throws -> FileBytes {
        // A compressed byte expands to at most 1,032, which limits the allocation.
        guard count >= 0, count / 1032 <= bytes.count else { throw tooShort(count) }
        return try FileBytes(count: count) { output in
            let inflater = try Inflater(bytes, format)
            let written = try inflater.write(to: output)
            // The end marker, or an excess byte, may still have to be read.
            var excess: UInt8 = 0
            let hasExcess =
                try withUnsafeMutableBytes(of: &excess) { try inflater.write(to: $0) } > 0
            guard !hasExcess else {
                throw StrataError("its compressed data are more than the \(count) bytes announced")
            }
            guard written == count, inflater.isAtEnd else { throw tooShort(count) }
        }
    }

    /// Decompresses a whole file.
    /// - Parameters:
    ///   - bytes: the file.
    ///   - limit: the maximum number of decompressed bytes.
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

/// Decompresses bytes piece by piece.
private final class Inflater {
    private let input: UnsafeRawBufferPointer
    private let format: Deflate.Format
    private var offset = 0
    private var state: OpaquePointer
    /// Whether the compressed data has ended, with the right checksum.
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

    /// Fills `output` as far as there is data, and returns the number of bytes.
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

    /// A `.gz` file may consist of several streams, one after the other.
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
