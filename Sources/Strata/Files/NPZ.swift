/// Reads and writes `.npz` files, NumPy's format for several arrays: a ZIP file with an `.npy` file for each,
/// as `numpy.savez` writes.
public enum NPZ {
    /// Reads the arrays of a file, in its order. The elements stay in the mapped file unless it is compressed.
    /// - Parameter path: the file.
    /// - Throws: ``StrataError`` if the file cannot be read or is not valid.
    public static func read(_ path: String) throws -> [NamedArray] {
        try decode(FileBytes(path: path), name: path)
    }

    /// Reads the arrays in `storage`. Errors call the file `path`.
    package static func decode(_ storage: FileBytes, name path: String) throws -> [NamedArray] {
        let reader = try ZIPReader(storage, name: path)
        let arrays = try reader.members.map { member in
            let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
            let contents = try reader.contents(of: member)
            let array = try NPY.decode(
                contents.storage, at: contents.offset, count: contents.count,
                name: "\(path): \(member.name)")
            return NamedArray(name, array)
        }
        return try arrays.distinct(in: path)
    }

    /// Writes arrays to a file, which is replaced atomically.
    /// - Parameters:
    ///   - arrays: the arrays, with different names.
    ///   - path: the file.
    ///   - compressed: whether to compress, as `numpy.savez_compressed` does; false by default.
    /// - Throws: ``StrataError`` if two names are equal or the file cannot be written.
    public static func write(
        _ arrays: [NamedArray], to path: String, compressed: Bool = false
    ) throws {
        try arrays.checkNames(path)
        try AtomicFile.write(to: path) { file in
            var writer = ZIPWriter(file)
            for array in arrays {
                try NPY.header(of: array.array).withUnsafeBytes { header in
                    try array.array.withUnsafeBytes { elements in
                        try writer.add(
                            array.name + ".npy", [header, elements], compressed: compressed)
                    }
                }
            }
            try writer.finish()
        }
    }
}
