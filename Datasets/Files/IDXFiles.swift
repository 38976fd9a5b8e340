import Strata

/// The four files of MNIST and the data sets that follow it, plain or compressed.
package struct IDXFiles: FileLayout {
    /// What the names begin with.
    private let prefix: String
    /// What the names call training and testing.
    private let parts: [String]
    /// Whether images are stored by columns.
    private let isTransposed: Bool
    /// The label of the first class.
    private let firstLabel: UInt8

    package init(
        prefix: String = "", parts: [String] = ["train", "t10k"], isTransposed: Bool = false,
        firstLabel: UInt8 = 0
    ) {
        self.prefix = prefix
        self.parts = parts
        self.isTransposed = isTransposed
        self.firstLabel = firstLabel
    }

    package var files: [[String]] {
        parts.flatMap { part in
            [("images", 3), ("labels", 1)].map { kind, rank in
                // Some programs that unpack the files write a point for the hyphen.
                ["-", "."].map { "\(prefix)\(part)-\(kind)\($0)idx\(rank)-ubyte" }
                    .flatMap { [$0, $0 + ".gz"] }
            }
        }
    }

    package var description: String {
        let parts = "{\(parts.joined(separator: ","))}"
        return "\(prefix)\(parts)-images-idx3-ubyte and \(prefix)\(parts)-labels-idx1-ubyte, "
            + "plain or .gz"
    }

    package func read(in folder: String) throws -> (train: LabelledArrays, test: LabelledArrays) {
        let paths = files.map { path($0, in: folder) }
        func part(_ images: String, _ labels: String) throws -> LabelledArrays {
            var (x, y) = (try IDX.read(images), try IDX.read(labels))
            if isTransposed { x = x.transposedImages() }
            if firstLabel > 0, y.dtype == .uint8 {
                // Label 0 becomes 255, which is that of no class.
                y = ArrayData(
                    shape: y.shape, y.withUnsafeBytes { $0.map { $0 &- firstLabel } })
            }
            return LabelledArrays(x: x, y: y, names: (images, labels))
        }
        return (try part(paths[0], paths[1]), try part(paths[2], paths[3]))
    }
}

extension ArrayData {
    /// Images of bytes `[N, height, width]` with rows and columns exchanged.
    fileprivate func transposedImages() -> ArrayData {
        guard dtype == .uint8, shape.count == 3 else { return self }
        let (height, width) = (shape[1], shape[2])
        return ArrayData(shape: [shape[0], width, height], dtype: .uint8) { target in
            withUnsafeBytes { source in
                for image in 0..<shape[0] {
                    let start = image * height * width
                    for y in 0..<height {
                        for x in 0..<width {
                            target[start + x * height + y] = source[start + y * width + x]
                        }
                    }
                }
            }
        }
    }
}

/// The format of MNIST's files (LeCun, Cortes and Burges, "The MNIST database", 1998): a type,
/// the dimensions and the elements, all big-endian.
public enum IDX {
    /// The array in the file at `path`, which may be compressed by gzip, whatever its name.
    /// - Throws: `StrataError` if it cannot be read or is damaged.
    public static func read(_ path: String) throws -> ArrayData {
        try decode(FileBytes(path: path), name: path)
    }

    /// The array in `file`, which errors call `name`.
    package static func decode(_ file: FileBytes, name: String) throws -> ArrayData {
        do {
            return try decode(file.decompressed())
        } catch let error as StrataError {
            throw StrataError("\(name) is not a usable IDX file: \(error.message).")
        }
    }

    private static let types: [UInt8: DType] = [
        8: .uint8, 9: .int8, 11: .int16, 12: .int32, 13: .float32, 14: .float64,
    ]

    private static func decode(_ file: FileBytes) throws -> ArrayData {
        let bytes = file.bytes
        guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, let dtype = types[bytes[2]] else {
            throw StrataError("it does not start with two zeros and a known type of elements")
        }
        let rank = Int(bytes[3])
        let shape = try (0..<rank).map { axis in
            guard let size = bytes.littleEndian(UInt32.self, at: 4 + 4 * axis) else {
                throw StrataError("it ends before the last of its \(rank) dimensions")
            }
            return Int(size.byteSwapped)
        }
        let start = 4 + 4 * rank
        let byteCount = try ArrayData.byteCount(shape: shape, dtype: dtype)
        guard byteCount == bytes.count - start else {
            throw StrataError(
                "its header announces the shape \(shape) and \(dtype), which are \(byteCount) "
                    + "bytes, but \(bytes.count - start) follow")
        }
        return ArrayData(
            shape: shape, dtype: dtype, byteOrderSwapped: 1.littleEndian == 1, storage: file,
            offset: start)
    }
}
