extension Model {
    /// Writes the weights to a file, which appears whole or not at all; its name says how: NumPy's
    /// `.npz`, an array each, named `layer/weight`, in the model's order; or Keras's `.weights.h5`.
    public func saveWeights(to path: String) throws {
        if let error { throw error }
        if path.hasSuffix(".weights.h5") {
            let writer = try HDF5Writer(KerasWeights.tree(of: self))
            try AtomicFile.write(to: path) { try writer.write(to: $0) }
        } else {
            try NPZ.write(namedWeights.map { NamedArray($0.path, $0.variable.array) }, to: path)
        }
    }

    /// Reads the weights from a file of a kind that ``saveWeights(to:)`` writes.
    /// - Throws: what is missing, unexpected or of another shape; the model is unchanged then.
    public func loadWeights(from path: String) throws {
        if let error { throw error }
        let arrays =
            path.hasSuffix(".h5")
            ? try KerasWeights.arrays(in: HDF5Reader(path: path).root, for: self)
            : try NPZ.read(path)
        try assignWeights(arrays, file: path)
    }

    /// Sets the weights to arrays of their names, of which there must be one for each and no other.
    func assignWeights(_ arrays: [NamedArray], file: String) throws {
        let named = namedWeights
        let expected = named.map { (name: $0.path, shape: $0.variable.shape.dimensions) }
        let arrays = try arrays.matched(to: expected, file: file)
        for (weight, array) in zip(named, arrays) { weight.variable.assign(array.floats()) }
    }
}
