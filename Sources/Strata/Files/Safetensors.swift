/// Reads and writes `.safetensors` files, Hugging Face's format for several arrays: a JSON header, then the
/// elements, little-endian.
public enum Safetensors {
    /// Reads the arrays of a file, in the order of its header. The elements stay in the mapped file, except
    /// those of type BF16, which become float32.
    /// - Parameter path: the file.
    /// - Throws: ``StrataError`` if the file cannot be read or is not valid.
    public static func read(_ path: String) throws -> [NamedArray] { try open(path).arrays }

    /// Reads the `__metadata__` of a file, strings by name.
    /// - Parameter path: the file.
    /// - Throws: ``StrataError`` if the file cannot be read or is not valid.
    public static func metadata(of path: String) throws -> [String: String] {
        try open(path).metadata
    }

    /// Writes arrays to a file, which is replaced atomically.
    /// - Parameters:
    ///   - arrays: the arrays, with different names.
    ///   - metadata: strings to store with them; none by default.
    ///   - path: the file.
    /// - Throws: ``StrataError`` if two names are equal or the file cannot be written.
    public static func write(
        _ arrays: [NamedArray], metadata: [String: String] = [:], to path: String
    ) throws {
        try arrays.checkNames(path)
        guard !arrays.contains(where: { $0.name == metadataKey }) else {
            throw StrataError("Cannot write \(path): an array is named \(metadataKey).")
        }
        // Arrays with larger elements go first, so that all are aligned.
        let order = arrays.indices.sorted {
            (-arrays[$0].array.dtype.byteCount, $0) < (-arrays[$1].array.dtype.byteCount, $1)
        }
        var starts = [Int](repeating: 0, count: arrays.count)
        var end = 0
        for index in order {
            starts[index] = end
            end += arrays[index].array.byteCount
        }
        var members = zip(arrays, starts).map { named, start in
            JSON.Member(named.name, description(of: named.array, start: start))
        }
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map {
                JSON.Member($0.key, .string($0.value))
            }
            members.insert(JSON.Member(metadataKey, .object(texts)), at: 0)
        }
        var header = Array(JSON.object(members).description.utf8)
        header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        guard header.count <= headerLimit else {
            throw StrataError(
                "Cannot write \(path): its header has \(header.count) bytes, and \(headerLimit) are"
                    + " allowed.")
        }
        try AtomicFile.write(to: path) { file in
            var count: [UInt8] = []
            count.append(littleEndian: UInt64(header.count))
            try file.write(count + header)
            for index in order {
                try arrays[index].array.littleEndian.withUnsafeBytes { try file.write($0) }
            }
        }
    }

    /// The maximum length of a header that other readers accept.
    private static let headerLimit = 100_000_000
    private static let metadataKey = "__metadata__"

    private static let types: [(code: String, dtype: DType)] = [
        ("BOOL", .bool), ("U8", .uint8), ("I8", .int8), ("U16", .uint16), ("I16", .int16),
        ("U32", .uint32), ("I32", .int32), ("U64", .uint64), ("I64", .int64), ("F16", .float16),
        ("F32", .float32), ("F64", .float64),
    ]

    private static func description(of array: ArrayData, start: Int) -> JSON {
        [
            "dtype": .string(types.first { $0.dtype == array.dtype }!.code),
            "shape": .array(array.shape.map { .integer($0) }),
            "data_offsets": [.integer(start), .integer(start + array.byteCount)],
        ]
    }

    // MARK: Reading

    private static func open(
        _ path: String
    ) throws -> (arrays: [NamedArray], metadata: [String: String]) {
        try decode(FileBytes(path: path), name: path)
    }

    /// Reads `storage`. Errors call the file `name`.
    package static func decode(
        _ storage: FileBytes, name: String
    ) throws -> (arrays: [NamedArray], metadata: [String: String]) {
        let header: (entries: [Entry], metadata: [String: String], dataOffset: Int)
        do {
            header = try readHeader(storage.bytes)
        } catch let error as StrataError {
            throw StrataError("\(name) is not a valid safetensors file: \(error.message).")
        }
        let arrays = header.entries.map {
            NamedArray($0.name, $0.array(in: storage, dataOffset: header.dataOffset))
        }
        return (try arrays.distinct(in: name), header.metadata)
    }

    private static func readHeader(
        _ bytes: UnsafeRawBufferPointer
    ) throws -> (entries: [Entry], metadata: [String: String], dataOffset: Int) {
        var cursor = ByteCursor(bytes)
        let count = try cursor.readInt(UInt64.self)
        guard count <= headerLimit else {
            throw StrataError(
                "its header has \(count) bytes, and \(headerLimit) are allowed")
        }
        guard case .object(let members) = try JSON(parsing: cursor.take(count)) else {
            throw StrataError("its header is not an object")
        }
        var metadata: [String: String] = [:]
        var entries: [Entry] = []
        for member in members {
            if member.name == metadataKey {
                metadata = try texts(member.value)
            } else {
                entries.append(try Entry(member))
            }
        }
        try checkOrder(of: entries, byteCount: cursor.rest.count)
        return (entries, metadata, 8 + count)
    }

    private static func texts(_ value: JSON) throws -> [String: String] {
        guard case .object(let members) = value else {
            throw StrataError("\(metadataKey) in its header is not an object")
        }
        return try members.reduce(into: [:]) { result, member in
            guard case .string(let text) = member.value else {
                throw StrataError("\(member.name) of \(metadataKey) in its header is not text")
            }
            result[member.name] = text
        }
    }

    /// Checks that the elements fill the bytes after the header without gaps or overlaps.
    private static func checkOrder(of entries: [Entry], byteCount: Int) throws {
        var end = 0
        for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            guard entry.start == end else {
                throw StrataError("\(entry.name) begins at \(entry.start), not at \(end)")
            }
            end = entry.end
        }
        guard end == byteCount else {
            throw StrataError("its arrays have \(end) bytes, but \(byteCount) follow the header")
        }
    }

    /// An array as described in the header.
    private struct Entry {
        let name: String
        let shape: [Int]
        let dtype: DType
        /// Whether the elements are bfloat16, the upper halves of float32 numbers.
        let isBFloat16: Bool
        let start: Int
        let end: Int

        init(_ member: JSON.Member) throws {
            name = member.name
            guard case .string(let code) = member.value["dtype"],
                let shape = member.value["shape"].flatMap(Self.sizes),
                let offsets = member.value["data_offsets"].flatMap(Self.sizes), offsets.count == 2
            else { throw StrataError("\(name) lacks a dtype, a shape or data_offsets") }
            isBFloat16 = code == "BF16"
            guard let type = isBFloat16 ? .float16 : types.first(where: { $0.code == code })?.dtype
            else { throw StrataError("\(name) is of the type \(code), which is not supported") }
            self.shape = shape
            dtype = type
            (start, end) = (offsets[0], offsets[1])
            let byteCount = try ArrayData.byteCount(shape: shape, dtype: type)
            guard start <= end, end - start == byteCount else {
                throw StrataError(
                    "\(name) has the shape \(shape) and the type \(code), which are \(byteCount)"
                        + " bytes, but lies from \(start) to \(end)")
            }
        }

        /// Non-negative whole numbers.
        private static func sizes(_ value: JSON) -> [Int]? {
            guard case .array(let elements) = value else { return nil }
            let sizes = elements.compactMap { element -> Int? in
                guard case .integer(let size) = element, size >= 0 else { return nil }
                return size
            }
            return sizes.count == elements.count ? sizes : nil
        }

        func array(in storage: FileBytes, dataOffset: Int) -> ArrayData {
            let array = ArrayData(
                shape: shape, dtype: dtype, byteOrderSwapped: 1.littleEndian != 1,
                storage: storage, offset: dataOffset + start)
            return isBFloat16 ? array.floatsFromUpperHalves : array
        }
    }
}
