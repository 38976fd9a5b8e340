/// NumPy's file of several arrays: a ZIP file with a .npy file for each, as `numpy.savez` writes.
public enum NPZ {
    /// The arrays in the file at `path`, in its order. Their elements stay in the mapped file,
    /// unless it is compressed.
    public static func read(_ path: String) throws -> [NamedArray] {
        try decode(FileBytes(path: path), name: path)
    }

    /// The arrays in `storage`, which errors call `path`.
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

    /// Writes `arrays`, whose names differ, to a file, which appears whole or not at all.
    /// - Parameter compressed: whether to deflate them, as `numpy.savez_compressed` does.
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
