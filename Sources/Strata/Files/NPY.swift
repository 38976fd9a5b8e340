/// Reads and writes `.npy` files, NumPy's format for one array.
///
/// Files are memory-mapped, so a data set takes no memory until it is used. Only arrays in column-major
/// ("Fortran") order are copied, into row-major order.
public enum NPY {
    /// Reads an array. Bytes after the last element are ignored, as in NumPy.
    /// - Parameter path: the file.
    /// - Throws: ``StrataError`` if the file cannot be read, or is not an array of numbers.
    public static func read(_ path: String) throws -> ArrayData {
        let file = try FileBytes(path: path)
        return try decode(file, at: 0, count: file.count, name: path)
    }

    /// Writes an array to a file, which is replaced atomically.
    /// - Parameters:
    ///   - array: the array.
    ///   - path: the file.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public static func write(_ array: ArrayData, to path: String) throws {
        try AtomicFile.write(to: path) { file in
            try file.write(header(of: array))
            try array.withUnsafeBytes { try file.write($0) }
        }
    }

    /// Reads the array in `count` bytes of `storage`. Errors call the file `name`.
    package static func decode(
        _ storage: FileBytes, at offset: Int, count: Int, name: String
    ) throws -> ArrayData {
        guard
            let array = try decodeUnlessPickled(storage, at: offset, count: count, name: name)
        else {
            throw StrataError(
                "\(name) is not a valid .npy file: its elements are Python objects (pickled), not "
                    + "real numbers.")
        }
        return array
    }

    /// The array in `count` bytes of `storage`, which errors call `name`; nil if its elements are Python
    /// objects, which only Python can read.
    static func decodeUnlessPickled(
        _ storage: FileBytes, at offset: Int, count: Int, name: String
    ) throws -> ArrayData? {
        do {
            let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[offset..<offset + count])
            let (header, start) = try readHeader(bytes)
            let byteCount = try ArrayData.byteCount(shape: header.shape, dtype: header.dtype)
            guard byteCount <= bytes.count - start else {
                throw StrataError(
                    "its header announces the shape \(header.shape) and \(header.dtype), which are"
                        + " \(byteCount) bytes, but only \(bytes.count - start) follow")
            }
            let array = ArrayData(
                shape: header.shape, dtype: header.dtype, byteOrderSwapped: header.isSwapped,
                storage: storage, offset: offset + start)
            return header.isFortranOrder ? array.rowMajorFromColumnMajor() : array
        } catch is PickledElements {
            return nil
        } catch let error as StrataError {
            throw StrataError("\(name) is not a valid .npy file: \(error.message).")
        }
    }

    /// The bytes before the elements of an array, exactly as NumPy writes them.
    static func header(of array: ArrayData) -> [UInt8] {
        let numbers = array.shape.map(String.init)
        let tuple = "(" + numbers.joined(separator: ", ") + (numbers.count == 1 ? ",)" : ")")
        var text =
            "{'descr': '\(descriptor(of: array))', 'fortran_order': False, 'shape': \(tuple), }"
        // NumPy leaves room for the first dimension to grow to 21 digits,
        if let first = numbers.first { text += String(repeating: " ", count: 21 - first.count) }
        // and pads (by 1 to 64 bytes) so that the elements are aligned.
        let prefixCount = 10
        text += String(repeating: " ", count: 64 - (prefixCount + text.utf8.count + 1) % 64) + "\n"
        var bytes: [UInt8] = magic + [1, 0]
        bytes.append(littleEndian: UInt16(text.utf8.count))
        return bytes + text.utf8
    }

    private static let magic: [UInt8] = [0x93] + "NUMPY".utf8

    // MARK: Header

    private struct Header {
        var shape: [Int]
        var dtype: DType
        var isSwapped: Bool
        var isFortranOrder: Bool
    }

    /// The header, and the offset of the elements.
    private static func readHeader(_ bytes: UnsafeRawBufferPointer) throws -> (Header, Int) {
        guard bytes.count > 0 else { throw StrataError("it is empty") }
        guard bytes.starts(with: magic) else {
            throw StrataError("it does not start with \\x93NUMPY")
        }
        guard let major = bytes.littleEndian(UInt8.self, at: 6), bytes.count > 7 else {
            throw StrataError("it ends before the format version")
        }
        let start: Int
        let length: Int?
        switch major {
        case 1:
            start = 10
            length = bytes.littleEndian(UInt16.self, at: 8).map(Int.init)
        case 2, 3:
            start = 12
            length = bytes.littleEndian(UInt32.self, at: 8).map(Int.init)
        default:
            throw StrataError("its format version is \(major), and 1 to 3 are known")
        }
        guard let length else { throw StrataError("it ends before the header") }
        guard let text = bytes.slice(at: start, count: length) else {
            throw StrataError(
                "its header is said to be \(length) bytes long, but \(bytes.count - start) follow")
        }
        // NumPy rejects longer headers, too: a type and a shape need no more.
        guard length <= 10_000 else {
            throw StrataError("its header is \(length) bytes long, and 10000 are allowed")
        }
        return (try parseHeader(Array(text)), start + length)
    }

    private static func parseHeader(_ text: [UInt8]) throws -> Header {
        let dictionary = try PythonLiteral.dictionary(text)
        func value(_ key: String) throws -> PythonLiteral {
            guard let value = dictionary[key] else {
                throw StrataError("its header has no '\(key)'")
            }
            return value
        }
        let (dtype, isSwapped) = try elementType(value("descr"))
        guard case .boolean(let isFortranOrder) = try value("fortran_order") else {
            throw StrataError("'fortran_order' in its header is neither True nor False")
        }
        guard case .tuple(let shape) = try value("shape") else {
            throw StrataError("'shape' in its header is not a tuple of numbers")
        }
        if let key = dictionary.keys.filter({ !keys.contains($0) }).min() {
            throw StrataError("its header has the unknown key '\(key)'")
        }
        return Header(
            shape: shape, dtype: dtype, isSwapped: isSwapped, isFortranOrder: isFortranOrder)
    }

    private static let keys: Set = ["descr", "fortran_order", "shape"]

    // MARK: Element types

    private struct PickledElements: Error {}

    private static let codes: [(code: String, dtype: DType)] = [
        ("b1", .bool), ("u1", .uint8), ("i1", .int8), ("u2", .uint16), ("i2", .int16),
        ("u4", .uint32), ("i4", .int32), ("u8", .uint64), ("i8", .int64),
        ("f2", .float16), ("f4", .float32), ("f8", .float64),
    ]

    /// NumPy's names of C's types, as long as they are on most systems.
    private static let aliases: [String: DType] = [
        "?": .bool, "b": .int8, "B": .uint8, "h": .int16, "H": .uint16, "i": .int32, "I": .uint32,
        "l": .int64, "L": .uint64, "q": .int64, "Q": .uint64, "e": .float16, "f": .float32,
        "d": .float64, "half": .float16, "single": .float32, "double": .float64, "float": .float64,
        "int": .int64, "uint": .uint64, "byte": .int8, "ubyte": .uint8, "short": .int16,
        "ushort": .uint16, "intc": .int32, "uintc": .uint32, "bool_": .bool,
    ]

    private static let isLittleEndianMachine = 1.littleEndian == 1

    private static func descriptor(of array: ArrayData) -> String {
        let code = codes.first { $0.dtype == array.dtype }!.code
        if array.dtype.byteCount == 1 { return "|" + code }
        return (isLittleEndianMachine != array.byteOrderSwapped ? "<" : ">") + code
    }

    private static func elementType(
        _ descriptor: PythonLiteral
    ) throws -> (dtype: DType, isSwapped: Bool) {
        let text: String
        switch descriptor {
        case .string(let string): text = string
        case .list: throw StrataError("its elements are records, not numbers")
        default: throw StrataError("'descr' in its header is not a string")
        }
        var code = text
        var order: Character = "="
        if let first = code.first, "<>|=".contains(first) {
            order = first
            code.removeFirst()
        }
        guard code.first != "O", code != "object" else { throw PickledElements() }
        let known = codes.first { $0.code == code }?.dtype
        guard let dtype = known ?? aliases[code] ?? DType(rawValue: code) else {
            let kind = code.first.flatMap { kinds[$0] } ?? "unknown"
            throw StrataError("its elements are of the type '\(text)' (\(kind)), not real numbers")
        }
        let isSwapped = order == (isLittleEndianMachine ? ">" : "<") && dtype.byteCount > 1
        return (dtype, isSwapped)
    }

    private static let kinds: [Character: String] = [
        "c": "complex numbers", "S": "bytes", "a": "bytes", "U": "text",
        "M": "dates", "m": "time spans", "V": "raw memory",
    ]
}
