/// NumPy's file of several arrays: a ZIP file with a .npy file for each, as `numpy.savez` writes.
public enum NPZ {
    /// The arrays in the file at `path`, in its order. Their elements stay in the mapped file.
    public static func read(_ path: String) throws -> [NamedArray] {
        let reader = try ZIPReader(path: path)
        var names: Set<String> = []
        return try reader.members.map { member in
            let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
            guard names.insert(name).inserted else {
                throw StrataError("\(path) has two arrays named \(name).")
            }
            let contents = try reader.contents(of: member)
            let array = try NPY.decode(
                contents.storage, at: contents.offset, count: contents.count,
                name: "\(path): \(member.name)")
            return NamedArray(name, array)
        }
    }

    /// Writes `arrays`, whose names differ, to a file, which appears whole or not at all.
    public static func write(_ arrays: [NamedArray], to path: String) throws {
        var names: Set<String> = []
        for array in arrays where !names.insert(array.name).inserted {
            throw StrataError("Cannot write \(path): two arrays are named \(array.name).")
        }
        try AtomicFile.write(to: path) { file in
            var writer = ZIPWriter(file)
            for array in arrays {
                try NPY.header(of: array.array).withUnsafeBytes { header in
                    try array.array.withUnsafeBytes { elements in
                        try writer.add(array.name + ".npy", [header, elements])
                    }
                }
            }
            try writer.finish()
        }
    }
}
