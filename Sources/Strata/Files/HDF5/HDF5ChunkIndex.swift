/// How a data set's chunks are found.
enum HDF5ChunkIndex {
    /// A version 1 B-tree, which every version of HDF5 can read.
    case tree(UInt64)
    /// One chunk that is the whole data set, with its size and skipped filters where it is compressed.
    case single(UInt64, byteCount: Int?, skippedFilters: UInt32)
    /// All chunks one after the other.
    case implicit(UInt64)
    /// An array of addresses, for data sets that cannot grow.
    case fixedArray(UInt64)
    /// An array of addresses that grows along one dimension.
    case extensibleArray(UInt64)
    /// A version 2 B-tree, for data sets that grow along several dimensions.
    case tree2(UInt64)
}

/// A stored chunk.
struct HDF5Chunk {
    /// The indices of its first element.
    let origin: [Int]
    let address: UInt64
    let byteCount: Int
    /// A bit for each filter that was not applied.
    var skippedFilters: UInt32 = 0
}

/// The chunks of a data set, as an index lists them.
struct HDF5ChunkList {
    /// The data set's shape, and the largest it may grow to; nil for no limit.
    let shape: [Int]
    let maximumShape: [Int?]
    let chunkShape: [Int]
    /// The bytes of a chunk without filters.
    let byteCount: Int
    let isFiltered: Bool
    let index: HDF5ChunkIndex

    func chunks(_ bytes: inout HDF5Bytes) throws -> [HDF5Chunk] {
        switch index {
        case .tree(let address): return try inTree(&bytes, address)
        case .single(let address, let stored, let skipped):
            guard address != HDF5Bytes.nowhere else { return [] }
            return [
                HDF5Chunk(
                    origin: shape.map { _ in 0 }, address: address, byteCount: stored ?? byteCount,
                    skippedFilters: skipped)
            ]
        case .implicit(let address):
            guard address != HDF5Bytes.nowhere else { return [] }
            let count = grid.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
            let (total, overflow) = count.multipliedReportingOverflow(by: byteCount)
            guard !overflow else { throw StrataError("its chunks are damaged") }
            _ = try bytes.data(at: address, count: total)
            return (0..<count).map { number in
                HDF5Chunk(
                    origin: origin(of: number), address: address + UInt64(number * byteCount),
                    byteCount: byteCount)
            }
        case .fixedArray(let address):
            guard address != HDF5Bytes.nowhere else { return [] }
            let array = try HDF5FixedArray(&bytes, at: address)
            return try inArray(&bytes) { try array.element($0, &$1) }
        case .extensibleArray(let address):
            guard address != HDF5Bytes.nowhere else { return [] }
            let array = try HDF5ExtensibleArray(&bytes, at: address)
            return try inArray(&bytes) { try array.element($0, &$1) }
        case .tree2(let address): return try inTree2(&bytes, address)
        }
    }

    /// The number of chunks along each dimension.
    private var grid: [Int] {
        zip(shape, chunkShape).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
    }

    /// The first element of a chunk, those counted in row-major order.
    private func origin(of number: Int) -> [Int] {
        var rest = number
        return zip(grid, chunkShape).reversed().map { count, size in
            defer { rest /= count }
            return rest % count * size
        }.reversed()
    }

    private func inTree(_ bytes: inout HDF5Bytes, _ address: UInt64) throws -> [HDF5Chunk] {
        guard address != HDF5Bytes.nowhere else { return [] }
        let leaves = try bytes.leaves(of: address, kind: 1, keySize: 16 + 8 * shape.count)
        return try leaves.map { leaf in
            var key = leaf.key
            let count = try key.readInt(UInt32.self)
            let skipped = try key.read(UInt32.self)
            return HDF5Chunk(
                origin: try shape.map { _ in try key.readInt(UInt64.self) }, address: leaf.address,
                byteCount: count, skippedFilters: skipped)
        }
    }

    private func inTree2(_ bytes: inout HDF5Bytes, _ address: UInt64) throws -> [HDF5Chunk] {
        guard address != HDF5Bytes.nowhere else { return [] }
        let kind = isFiltered ? HDF5BTree2.Kind.filteredChunks : HDF5BTree2.Kind.chunks
        let records = try HDF5BTree2(&bytes, at: address, kind: kind).records(&bytes)
        return try records.map { record in
            var record = record
            let address: UInt64 = try record.read()
            var (count, skipped) = (byteCount, UInt32(0))
            if isFiltered {
                // What is left beside the mask and the place is the size.
                count = try record.readInt(bytes: record.rest.count - 4 - 8 * shape.count)
                skipped = try record.read()
            }
            let origin = try chunkShape.map { size in
                let (product, overflow) = try record.readInt(UInt64.self)
                    .multipliedReportingOverflow(by: size)
                guard !overflow else { throw StrataError("its chunks are damaged") }
                return product
            }
            return HDF5Chunk(
                origin: origin, address: address, byteCount: count, skippedFilters: skipped)
        }
    }

    /// The chunks whose addresses `element` finds, by the chunks' numbers in the data set at its
    /// largest.
    private func inArray(
        _ bytes: inout HDF5Bytes,
        _ element: (Int, inout HDF5Bytes) throws -> ByteCursor?
    ) throws -> [HDF5Chunk] {
        let largest = zip(zip(maximumShape, shape), chunkShape).map { sizes, chunk in
            max(1, ((sizes.0 ?? sizes.1) - 1) / chunk + 1)
        }
        // The dimension that grows without limit is the slowest.
        let growing = maximumShape.firstIndex { $0 == nil } ?? 0
        let order = [growing] + largest.indices.filter { $0 != growing }
        let count = grid.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        var chunks: [HDF5Chunk] = []
        for number in 0..<count {
            // Each lookup reads an address.
            try bytes.charge(8)
            let origin = origin(of: number)
            var place = 0
            for axis in order {
                let (product, overflow) = place.multipliedReportingOverflow(by: largest[axis])
                let (sum, isTooLarge) = product.addingReportingOverflow(
                    origin[axis] / chunkShape[axis])
                guard !overflow, !isTooLarge else { throw StrataError("its chunks are damaged") }
                place = sum
            }
            guard var found = try element(place, &bytes) else { continue }
            let address: UInt64 = try found.read()
            guard address != HDF5Bytes.nowhere else { continue }
            guard isFiltered else {
                chunks.append(HDF5Chunk(origin: origin, address: address, byteCount: byteCount))
                continue
            }
            let stored = try found.readInt(bytes: found.rest.count - 4)
            chunks.append(
                HDF5Chunk(
                    origin: origin, address: address, byteCount: stored,
                    skippedFilters: try found.read()))
        }
        return chunks
    }
}
