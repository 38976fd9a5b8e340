/// An array of numbers in an HDF5 file whose shape and type are known, but whose elements have not been read.
///
/// Contiguous elements stay in the file. An array in chunks is assembled in memory; see
/// ``FileBytes/checkExpansion(of:to:)`` for the limit.
package struct HDF5Dataset {
    package let shape: [Int]
    package var dtype: DType { isBFloat16 ? .float32 : storedType }

    /// The type of the elements in the file.
    private let storedType: DType
    /// Whether elements are the upper halves of float32 numbers.
    private let isBFloat16: Bool
    private let maximumShape: [Int?]
    private let file: HDF5File
    private let path: String
    private let isSwapped: Bool
    private let layout: Layout
    private let filters: [HDF5Filter]
    private let fillValue: [UInt8]?

    /// The location of the elements.
    private enum Layout {
        /// Contiguous at an address.
        case contiguous(UInt64)
        /// Inside the description of the data set.
        case compact(UnsafeRawBufferPointer)
        /// In chunks of one shape, listed in an index.
        case chunked(HDF5ChunkIndex, shape: [Int])
    }

    init(
        file: HDF5File, header: HDF5Header, path: String, _ bytes: inout HDF5Bytes
    ) throws {
        self.file = file
        self.path = path
        guard !header.has(HDF5Header.Kind.externalFiles) else {
            throw StrataError("its elements are in another file")
        }
        guard var space = try header.message(HDF5Header.Kind.dataspace),
            var type = try header.message(HDF5Header.Kind.datatype, &bytes),
            var layout = try header.message(HDF5Header.Kind.layout)
        else { throw StrataError("its description is incomplete") }
        (shape, maximumShape) = try hdf5Shapes(&space)
        switch try HDF5Datatype(&type) {
        case .number(let dtype, let isSwapped):
            (storedType, self.isSwapped, isBFloat16) = (dtype, isSwapped, false)
        case .opaque(let size):
            // Keras names the type in an attribute.
            let name = try HDF5Attribute("dtype", of: header, &bytes)?.text
            guard size == 2, name ?? "bfloat16" == "bfloat16" else {
                throw StrataError("it has \(name ?? "raw memory"), which is not supported")
            }
            (storedType, isSwapped, isBFloat16) = (.uint16, 1.littleEndian != 1, true)
        case .text, .heapText: throw StrataError("its elements are text, not numbers")
        }
        let dtype = storedType
        let byteCount = try ArrayData.byteCount(shape: shape, dtype: dtype)
        self.layout = try Self.layout(&layout, rank: shape.count, byteCount, dtype.byteCount)
        filters = try header.message(HDF5Header.Kind.filters).map(HDF5Filter.list) ?? []
        fillValue = try header.message(HDF5Header.Kind.fillValue).flatMap(Self.fillValue)
    }

    private static func layout(
        _ message: inout ByteCursor, rank: Int, _ byteCount: Int, _ elementSize: Int
    ) throws -> Layout {
        let version = try message.read(UInt8.self)
        guard version == 3 || version == 4 else {
            throw StrataError("its layout is of the version \(version), and 3 and 4 are known")
        }
        func check(_ stored: Int) throws {
            guard stored == byteCount else {
                throw StrataError("its elements have \(stored) bytes, its shape wants \(byteCount)")
            }
        }
        switch try message.read(UInt8.self) {
        case 0:
            let bytes = try message.take(message.readInt(UInt16.self))
            try check(bytes.count)
            return .compact(bytes)
        case 1:
            let address = try message.read(UInt64.self)
            try check(message.readInt(UInt64.self))
            return .contiguous(address)
        case 2 where version == 4: return try chunks(&message, rank: rank, elementSize)
        case 2:
            let chunkRank = try message.readInt(UInt8.self) - 1
            guard rank > 0, chunkRank == rank else {
                throw StrataError("its chunks have \(chunkRank) dimensions, its shape \(rank)")
            }
            let tree = try message.read(UInt64.self)
            let shape = try (0..<rank).map { _ in try message.readInt(UInt32.self) }
            guard !shape.contains(0), try message.readInt(UInt32.self) == elementSize else {
                throw StrataError("its chunks are damaged")
            }
            return .chunked(.tree(tree), shape: shape)
        case 3: throw StrataError("its elements are in other data sets or files")
        case let kind: throw StrataError("its layout is of the unknown kind \(kind)")
        }
    }

    /// The chunks as newer versions of HDF5 describe them.
    private static func chunks(
        _ message: inout ByteCursor, rank: Int, _ elementSize: Int
    ) throws -> Layout {
        let flags = try message.read(UInt8.self)
        guard flags & 1 == 0 else {
            throw StrataError("its chunks at the end have no filters, which is not supported")
        }
        let chunkRank = try message.readInt(UInt8.self) - 1
        guard rank > 0, chunkRank == rank else {
            throw StrataError("its chunks have \(chunkRank) dimensions, its shape \(rank)")
        }
        let sizeCount = try message.readInt(UInt8.self)
        let shape = try (0..<rank).map { _ in try message.readInt(bytes: sizeCount) }
        guard !shape.contains(0), try message.readInt(bytes: sizeCount) == elementSize else {
            throw StrataError("its chunks are damaged")
        }
        let index: HDF5ChunkIndex
        switch try message.read(UInt8.self) {
        case 1:
            let isFiltered = flags & 2 != 0
            let stored = isFiltered ? try message.readInt(UInt64.self) : nil
            let skipped = isFiltered ? try message.read(UInt32.self) : 0
            index = .single(try message.read(), byteCount: stored, skippedFilters: skipped)
        case 2: index = .implicit(try message.read())
        case 3:
            try message.skip(1)
            index = .fixedArray(try message.read())
        case 4:
            try message.skip(5)
            index = .extensibleArray(try message.read())
        case 5:
            try message.skip(6)
            index = .tree2(try message.read())
        case let kind: throw StrataError("its chunks have an index of the unknown kind \(kind)")
        }
        return .chunked(index, shape: shape)
    }

    /// The value of elements that were never written, if the file has one.
    private static func fillValue(_ message: ByteCursor) throws -> [UInt8]? {
        var message = message
        let version = try message.read(UInt8.self)
        if version == 3 {
            let hasValue = try message.read(UInt8.self) & 0x20 != 0
            guard hasValue else { return nil }
        } else {
            try message.skip(2)
            let isDefined = try message.read(UInt8.self) != 0
            guard isDefined || version == 1 else { return nil }
        }
        let value = try message.take(message.readInt(UInt32.self))
        return value.isEmpty ? nil : Array(value)
    }

    /// Reads the elements.
    package func read() throws -> ArrayData {
        let array = try stored()
        return isBFloat16 ? array.floatsFromUpperHalves : array
    }

    private func stored() throws -> ArrayData {
        let dtype = storedType
        return try file.reading(path) { bytes in
            let byteCount = try ArrayData.byteCount(shape: shape, dtype: dtype)
            switch layout {
            case .contiguous(HDF5Bytes.nowhere):
                try file.checkExpansion(to: byteCount)
                return try filled(bytes) { _, _ in }
            case .contiguous(let address):
                _ = try bytes.data(at: address, count: byteCount)
                return ArrayData(
                    shape: shape, dtype: dtype, byteOrderSwapped: isSwapped, storage: file.storage,
                    offset: file.offset + Int(address))
            case .compact(let elements):
                return ArrayData(shape: shape, dtype: dtype, isSwapped: isSwapped) {
                    $0.copyMemory(from: elements)
                }
            case .chunked(let index, let chunkShape):
                let grid = try HDF5Chunks(
                    shape: shape, chunkShape: chunkShape, elementSize: dtype.byteCount)
                try file.checkExpansion(to: grid.byteCount)
                let list = HDF5ChunkList(
                    shape: shape, maximumShape: maximumShape, chunkShape: chunkShape,
                    byteCount: grid.chunkByteCount, isFiltered: !filters.isEmpty, index: index)
                return try filled(bytes) { output, bytes in
                    try grid.read(&bytes, list.chunks(&bytes), filters: filters, into: output)
                }
            }
        }
    }

    /// Allocates an array filled with the fill value, and calls `write` to fill in elements.
    private func filled(
        _ bytes: HDF5Bytes,
        _ write: (UnsafeMutableRawBufferPointer, inout HDF5Bytes) throws -> Void
    ) throws -> ArrayData {
        let dtype = storedType
        if let fillValue, fillValue.count != dtype.byteCount {
            throw StrataError("its fill value is not of its type")
        }
        return try ArrayData(shape: shape, dtype: dtype, isSwapped: isSwapped) { output in
            if let fillValue, fillValue.contains(where: { $0 != 0 }) {
                for index in output.indices { output[index] = fillValue[index % fillValue.count] }
            } else {
                output.initializeMemory(as: UInt8.self, repeating: 0)
            }
            var bytes = bytes
            try write(output, &bytes)
        }
    }
}
