import Foundation

/// Reads ONNX's tensors. Their numbers stay where they are in the file, or in a file beside it, unless they
/// are of a type that has to be converted.
final class ONNXTensorReader {
    private let file: FileBytes
    private let folder: URL
    /// Files beside this one, by their names.
    private var others: [String: FileBytes] = [:]

    init(_ file: FileBytes, path: String) {
        self.file = file
        folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    }

    /// ONNX's types by their codes. Another, bfloat16, is code 16.
    private static let types: [Int: DType] = [
        1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool,
        10: .float16, 11: .float64, 12: .uint32, 13: .uint64,
    ]
    private static let bfloat16 = 16

    func tensor(_ bytes: UnsafeRawBufferPointer) throws -> (name: String, array: ArrayData) {
        var (name, code, isExternal) = ("", 0, false)
        var shape: [Int] = []
        var raw: UnsafeRawBufferPointer?
        var (floats, integers): ([Float], [Int]) = ([], [])
        var doubles: [UnsafeRawBufferPointer] = []
        var place: [String: String] = [:]
        try bytes.eachField { field, value in
            switch field {
            case 1: shape += try value.ints
            case 2: code = try value.int
            case 4: floats += try value.floats
            case 5, 7, 11: integers += try value.ints
            case 8: name = try value.text
            case 9: raw = try value.bytes
            case 10: doubles.append(try value.bytes)
            case 13:
                var (key, text) = ("", "")
                try value.bytes.eachField {
                    if $0 == 1 { key = try $1.text }
                    if $0 == 2 { text = try $1.text }
                }
                place[key] = text
            case 14: isExternal = try value.int == 1
            default: break
            }
        }
        let isBrain = code == Self.bfloat16
        guard let type = isBrain ? .uint16 : Self.types[code] else {
            throw StrataError("the constant \(name) has numbers of ONNX's type \(code)")
        }
        let byteCount: Int
        do {
            byteCount = try ArrayData.byteCount(shape: shape, dtype: type)
        } catch let error as StrataError {
            throw StrataError("the constant \(name): \(error.message)")
        }
        func checked(_ count: Int, _ expected: Int) throws {
            guard count == expected else {
                throw StrataError(
                    "the constant \(name) of shape \(shape) must have \(expected) \(raw == nil ? "numbers" : "bytes"), "
                        + "but has \(count)")
            }
        }
        let count = byteCount / type.byteCount
        let array: ArrayData
        if isExternal {
            array = try external(place, name, shape, type, byteCount)
        } else if let raw {
            try checked(raw.count, byteCount)
            let offset = raw.isEmpty ? 0 : raw.baseAddress! - file.bytes.baseAddress!
            array = ArrayData(shape: shape, dtype: type, storage: file, offset: offset)
        } else if code == 1 {
            try checked(floats.count, count)
            array = ArrayData(shape: shape, floats: floats)
        } else if code == 11 {
            let bytes = doubles.flatMap { Array($0) }
            try checked(bytes.count / 8, count)
            array = ArrayData(shape: shape, dtype: .float64) {
                $0.copyBytes(from: bytes.prefix(byteCount))
            }
        } else if type == .float16 || isBrain {
            try checked(integers.count, count)
            array = ArrayData(shape: shape, dtype: type, bits: integers)
        } else {
            try checked(integers.count, count)
            array = ArrayData(shape: shape, integers.map(Int64.init))
        }
        return (name, isBrain ? array.fromBrainFloats : array)
    }

    /// The array in a file beside this one.
    private func external(
        _ place: [String: String], _ name: String, _ shape: [Int], _ type: DType, _ byteCount: Int
    ) throws -> ArrayData {
        guard let location = place["location"] else {
            throw StrataError("the constant \(name) is in another file, which is not named")
        }
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        let url = folder.appendingPathComponent(location)
        let home = folder.resolvingSymlinksInPath().path
        let isInside = url.resolvingSymlinksInPath().path.hasPrefix(home == "/" ? "/" : home + "/")
        guard !location.isEmpty, !location.hasPrefix("/"), !parts.contains(".."), isInside,
            !location.utf8.contains(0)
        else {
            throw StrataError(
                "the constant \(name) must be in the folder of the file, but is in \(location)")
        }
        let other = try others[location] ?? FileBytes(path: url.path)
        others[location] = other
        let offset = place["offset"].map { Int($0) } ?? 0
        let length = place["length"].map { Int($0) } ?? byteCount
        guard let offset, length == byteCount,
            other.bytes.slice(at: offset, count: byteCount) != nil
        else {
            throw StrataError(
                "the constant \(name) of shape \(shape) needs \(byteCount) bytes, which \(location) "
                    + "does not have at \(place["offset"] ?? "0")")
        }
        return ArrayData(shape: shape, dtype: type, storage: other, offset: offset)
    }
}

extension ArrayData {
    /// An array of numbers of 16 bits, each given as an integer.
    fileprivate init(shape: [Int], dtype: DType, bits: [Int]) {
        self.init(shape: shape, dtype: dtype) { target in
            for (index, value) in bits.enumerated() {
                target.storeBytes(
                    of: UInt16(truncatingIfNeeded: value), toByteOffset: index * 2, as: UInt16.self)
            }
        }
    }

    /// The array with each number of 16 bits taken for the upper half of a float32.
    fileprivate var fromBrainFloats: ArrayData {
        let bytes = bytes
        return ArrayData(
            shape: shape,
            floats: (0..<count).map { index in
                let bits: UInt16 = bytes.littleEndian(at: index * 2)!
                return Float(bitPattern: UInt32(bits) << 16)
            })
    }

    /// The elements as integers; nil if some are none.
    var integers: [Int]? {
        if dtype == .int64 {
            let bytes = littleEndian
            return (0..<count).map { Int(bytes.bytes.littleEndian(Int64.self, at: $0 * 8)!) }
        }
        let integers = floats().compactMap { Int(exactly: $0) }
        return integers.count == count ? integers : nil
    }
}
