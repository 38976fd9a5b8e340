/// The chunks of an array: tiles of one shape. Those at the far edges may extend beyond the array.
struct HDF5Chunks {
    private let shape: [Int]
    private let chunkShape: [Int]
    private let elementSize: Int
    /// The number of chunks along each dimension.
    private let grid: [Int]
    let chunkByteCount: Int
    /// The number of bytes of all chunks, including the parts beyond the array.
    let byteCount: Int

    init(shape: [Int], chunkShape: [Int], elementSize: Int) throws {
        self.shape = shape
        self.chunkShape = chunkShape
        self.elementSize = elementSize
        grid = zip(shape, chunkShape).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
        var product = elementSize
        for factor in chunkShape + grid {
            let (partial, overflow) = product.multipliedReportingOverflow(by: factor)
            guard !overflow else { throw StrataError("its chunks are too large for any memory") }
            product = partial
        }
        byteCount = product
        chunkByteCount = chunkShape.reduce(elementSize, *)
    }

    /// Copies the stored chunks, each at most once, to their places in the array.
    func read(
        _ bytes: inout HDF5Bytes, _ chunks: [HDF5Chunk], filters: [HDF5Filter],
        into output: UnsafeMutableRawBufferPointer
    ) throws {
        var seen = Set<Int>()
        for chunk in chunks {
            let (origin, storedCount) = (chunk.origin, chunk.byteCount)
            guard
                zip(origin, shape).allSatisfy({ $0 < $1 }),
                zip(origin, chunkShape).allSatisfy({ $0 % $1 == 0 }),
                seen.insert(place(of: origin)).inserted
            else { throw StrataError("one of its chunks is at \(origin), where none can be") }
            // Filters add few bytes, so more than this means damage.
            guard storedCount <= 2 * chunkByteCount + 64 else {
                throw StrataError("one of its chunks is stored in \(storedCount) bytes, too many")
            }

            let stored = try bytes.data(at: chunk.address, count: storedCount)
            let skipped = chunk.skippedFilters
            let active = filters.enumerated().filter { skipped >> $0.offset & 1 == 0 }
            if active.isEmpty {
                try copy(stored, at: origin, to: output)
            } else {
                let chunk = try HDF5Filter.undo(
                    active.map(\.element), on: stored, count: chunkByteCount)
                try withExtendedLifetime(chunk) { try copy(chunk.bytes, at: origin, to: output) }
            }
        }
    }

    /// The index of the chunk at `origin`, in row-major order.
    private func place(of origin: [Int]) -> Int {
        origin.indices.reduce(0) { $0 * grid[$1] + origin[$1] / chunkShape[$1] }
    }

    /// Copies the part of a chunk inside the array, row by row.
    private func copy(
        _ chunk: UnsafeRawBufferPointer, at origin: [Int], to output: UnsafeMutableRawBufferPointer
    ) throws {
        guard chunk.count == chunkByteCount else {
            throw StrataError("one of its chunks has \(chunk.count) bytes, not \(chunkByteCount)")
        }
        let extent = zip(zip(shape, origin), chunkShape).map { min($0.0 - $0.1, $1) }
        let last = shape.count - 1
        let rowByteCount = extent[last] * elementSize
        var index = [Int](repeating: 0, count: shape.count)
        while true {
            var from = 0
            var to = 0
            for axis in shape.indices {
                from = from * chunkShape[axis] + index[axis]
                to = to * shape[axis] + origin[axis] + index[axis]
            }
            output.baseAddress!.advanced(by: to * elementSize).copyMemory(
                from: chunk.baseAddress! + from * elementSize, byteCount: rowByteCount)

            var axis = last - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < extent[axis] { break }
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}

/// A filter that is applied to chunks before they are stored.
enum HDF5Filter: Equatable {
    case deflate
    /// Shuffle: the first bytes of all elements, then the second bytes, and so on.
    case shuffle(elementSize: Int)
    /// Fletcher32: a checksum after the bytes.
    case fletcher32
    case lzf

    /// The filters of a data set, in the order in which they were applied.
    static func list(_ message: ByteCursor) throws -> [HDF5Filter] {
        var message = message
        let version = try message.read(UInt8.self)
        guard version == 1 || version == 2 else {
            throw StrataError("its filters are of the unknown version \(version)")
        }
        let count = try message.readInt(UInt8.self)
        if version == 1 { try message.skip(6) }
        return try (0..<count).map { _ in
            let code = try message.read(UInt16.self)
            let nameCount =
                version == 1 || code >= 256 ? try message.readInt(UInt16.self) : 0
            try message.skip(2)
            let valueCount = try message.readInt(UInt16.self)
            let name = try message.take(version == 1 ? (nameCount + 7) / 8 * 8 : nameCount)
            let values = try (0..<valueCount).map { _ in try message.readInt(UInt32.self) }
            if version == 1, valueCount % 2 == 1 { try message.skip(4) }
            switch code {
            case 1: return .deflate
            case 2:
                guard let size = values.first, size > 0 else {
                    throw StrataError("its shuffle filter has no element size")
                }
                return .shuffle(elementSize: size)
            case 3: return .fletcher32
            case 32000: return .lzf
            default:
                let known = [4: "szip", 5: "nbit", 6: "scaleoffset"]
                let title = try known[Int(code)] ?? name.text()
                throw StrataError(
                    "it is compressed by the filter \(code)\(title.isEmpty ? "" : " (\(title))"),"
                        + " which is not supported")
            }
        }
    }

    /// Undoes filters to recover `count` bytes.
    static func undo(
        _ filters: [HDF5Filter], on stored: UnsafeRawBufferPointer, count: Int
    ) throws -> FileBytes {
        var chunk = FileBytes(count: stored.count) { $0.copyMemory(from: stored) }
        for (index, filter) in filters.enumerated().reversed() {
            switch filter {
            case .deflate, .lzf:
                // Checksums added before the compression are compressed, too.
                let checksums = filters[..<index].count { $0 == .fletcher32 }
                if filter == .lzf {
                    chunk = try LZF.decompress(chunk.bytes, count: count + 4 * checksums)
                    continue
                }
                chunk = try Deflate.decompress(chunk.bytes, .zlib, count: count + 4 * checksums)
            case .shuffle(let size): chunk = unshuffled(chunk, elementSize: size)
            case .fletcher32: chunk = try withoutChecksum(chunk)
            }
        }
        return chunk
    }

    private static func unshuffled(_ chunk: FileBytes, elementSize: Int) -> FileBytes {
        let count = chunk.count / elementSize
        guard count > 0 else { return chunk }
        return FileBytes(count: chunk.count) { output in
            output.copyMemory(from: chunk.bytes)  // for the bytes that are left over
            for byte in 0..<elementSize {
                for element in 0..<count {
                    output[element * elementSize + byte] = chunk.bytes[byte * count + element]
                }
            }
        }
    }

    private static func withoutChecksum(_ chunk: FileBytes) throws -> FileBytes {
        let count = chunk.count - 4
        guard let stored = chunk.bytes.littleEndian(UInt32.self, at: count),
            fletcher32(UnsafeRawBufferPointer(rebasing: chunk.bytes[..<count])) == stored
        else { throw StrataError("its bytes are damaged (the checksum differs)") }
        return FileBytes(count: count) { output in
            output.copyMemory(from: UnsafeRawBufferPointer(rebasing: chunk.bytes[..<count]))
        }
    }

    /// Fletcher's checksum over big-endian 16-bit numbers, as HDF5 computes it.
    static func fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var first: UInt32 = 0
        var second: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            let low = index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0
            first += UInt32(bytes[index]) << 8 | low
            second += first
            // Modulo 65535, in which 65536 is 1.
            first = (first & 0xffff) + first >> 16
            second = (second & 0xffff) + second >> 16
        }
        return second << 16 | first
    }
}
