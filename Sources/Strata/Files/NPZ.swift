/// Reads and writes `.npz` files, NumPy's format for several arrays: a ZIP file with an `.npy` file for each,
/// as `numpy.savez` writes.
public enum NPZ {
    /// Reads the arrays of numbers of a file, in its order. The elements stay in the mapped file unless it is
    /// compressed. Arrays of Python objects, which are pickled, are left out.
    /// - Parameter path: the file.
    /// - Throws: ``StrataError`` if the file cannot be read or is not valid.
    public static func read(_ path: String) throws -> [NamedArray] {
        try contents(of: FileBytes(path: path), name: path).arrays
    }

    /// Reads one array of a file.
    /// - Parameters:
    ///   - name: the array's name.
    ///   - path: the file.
    /// - Throws: ``StrataError`` that lists the names, or says that the array holds Python objects.
    public static func read(_ name: String, from path: String) throws -> ArrayData {
        try contents(of: FileBytes(path: path), name: path).array(name)
    }

    /// What a file consists of.
    struct Contents {
        let path: String
        let arrays: [NamedArray]
        /// The arrays of Python objects, which only Python can read.
        let pickled: [String]

        func array(_ name: String) throws -> ArrayData {
            if let found = arrays.first(where: { $0.name == name }) { return found.array }
            try checkNotPickled([name])
            throw StrataError(
                "\(path) has no array \(name). It has: "
                    + arrays.map(\.name).joined(separator: ", "))
        }

        /// Throws if one of the names is an array of Python objects.
        func checkNotPickled(_ names: some Sequence<String>) throws {
            guard let name = names.first(where: pickled.contains) else { return }
            throw StrataError(
                "\(path): \(name) holds Python objects (pickled), which cannot be read. "
                    + "Save it as an array of numbers.")
        }
    }

    /// Reads the arrays in `storage`. Errors call the file `path`.
    package static func decode(_ storage: FileBytes, name path: String) throws -> [NamedArray] {
        try contents(of: storage, name: path).arrays
    }

    static func contents(of storage: FileBytes, name path: String) throws -> Contents {
        let reader = try ZIPReader(storage, name: path)
        var arrays: [NamedArray] = []
        var pickled: [String] = []
        for member in reader.members {
            let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
            let contents = try reader.contents(of: member)
            let array = try NPY.decodeUnlessPickled(
                contents.storage, at: contents.offset, count: contents.count,
                name: "\(path): \(member.name)")
            if let array { arrays.append(NamedArray(name, array)) } else { pickled.append(name) }
        }
        return Contents(path: path, arrays: try arrays.distinct(in: path), pickled: pickled)
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
