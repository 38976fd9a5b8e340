/// The value of an attribute of a group in an HDF5 file.
package enum HDF5Attribute {
    case numbers(ArrayData)
    /// One string, or several.
    case strings([String])

    /// The string that the attribute is, or nil.
    var text: String? {
        guard case .strings(let strings) = self, strings.count == 1 else { return nil }
        return strings[0]
    }

    /// The attribute with a name in a header, or nil if there is none.
    init?(_ name: String, of header: HDF5Header, _ bytes: inout HDF5Bytes) throws {
        for message in try header.attributes(&bytes) {
            var body = message
            let version = try body.read(UInt8.self)
            guard (1...3).contains(version) else {
                throw StrataError("it is of the unknown version \(version)")
            }
            // Since version 2, flags tell whether the type is described elsewhere.
            guard try body.read(UInt8.self) & 3 == 0 || version == 1 else {
                throw StrataError("its type is described elsewhere, which is not supported")
            }
            let sizes = try (0..<3).map { _ in try body.readInt(UInt16.self) }
            if version == 3 { try body.skip(1) }
            func part(_ size: Int) throws -> UnsafeRawBufferPointer {
                try body.take(version == 1 ? (size + 7) / 8 * 8 : size)
            }
            guard try part(sizes[0]).text() == name else { continue }
            var type = ByteCursor(try part(sizes[1]))
            var space = ByteCursor(try part(sizes[2]))
            try self.init(
                HDF5Datatype(&type), hdf5Shape(&space), elements: body.rest, &bytes)
            return
        }
        return nil
    }

    private init(
        _ type: HDF5Datatype, _ shape: [Int], elements: UnsafeRawBufferPointer,
        _ bytes: inout HDF5Bytes
    ) throws {
        var elements = ByteCursor(elements)
        switch type {
        case .number(let dtype, let isSwapped):
            let data = try elements.take(ArrayData.byteCount(shape: shape, dtype: dtype))
            self = .numbers(
                ArrayData(shape: shape, dtype: dtype, isSwapped: isSwapped) {
                    $0.copyMemory(from: data)
                })
        case .opaque: throw StrataError("it has raw memory, which is not supported")
        case .text(let size):
            // Strings may be empty, so without a limit any number of them would fit.
            let count = try ArrayData.byteCount(shape: shape, dtype: .uint8)
            guard count <= elements.rest.count else {
                throw StrataError("it has fewer texts than its shape \(shape) says")
            }
            self = .strings(try (0..<count).map { _ in try elements.take(size).text() })
        case .heapText:
            let count = try ArrayData.byteCount(shape: shape, dtype: .uint8)
            guard count <= elements.rest.count / 16 else {
                throw StrataError("it has fewer texts than its shape \(shape) says")
            }
            var heaps = GlobalHeaps()
            self = .strings(
                try (0..<count).map { _ in
                    let size = try elements.readInt(UInt32.self)
                    let heap = try elements.read(UInt64.self)
                    let index = try elements.read(UInt32.self)
                    guard size > 0 else { return "" }
                    var text = ByteCursor(try heaps.object(index, at: heap, &bytes))
                    try bytes.charge(size)
                    return try text.take(size).text()
                })
        }
    }
}

/// The heaps that hold strings of variable length, each read once.
private struct GlobalHeaps {
    private var heaps: [UInt64: [UInt32: UnsafeRawBufferPointer]] = [:]

    mutating func object(
        _ index: UInt32, at address: UInt64, _ bytes: inout HDF5Bytes
    ) throws -> UnsafeRawBufferPointer {
        let heap = try heaps[address] ?? Self.read(&bytes, at: address)
        heaps[address] = heap
        guard let object = heap[index] else {
            throw StrataError("it refers to a string that does not exist")
        }
        return object
    }

    private static func read(
        _ bytes: inout HDF5Bytes, at address: UInt64
    ) throws -> [UInt32: UnsafeRawBufferPointer] {
        var head = try bytes.structure(at: address, count: 16)
        try head.expect("GCOL")
        try head.skip(4)
        let size = try head.readInt(UInt64.self)
        var body = try bytes.structure(at: address + 16, count: max(0, size - 16))
        var objects: [UInt32: UnsafeRawBufferPointer] = [:]
        while body.rest.count >= 16 {
            let index = try body.read(UInt16.self)
            try body.skip(6)
            let size = try body.readInt(UInt64.self)
            guard index != 0 else { break }  // the free space, which comes last
            objects[UInt32(index)] = try body.take(size)
            try body.skip(min(body.rest.count, (8 - size % 8) % 8))
        }
        return objects
    }
}
