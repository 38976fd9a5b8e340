extension Model {
    /// Writes the weights to a NumPy `.npz` file, which appears whole or not at all: an array each,
    /// named `layer/weight`, in the model's order.
    public func saveWeights(to path: String) throws {
        if let error { throw error }
        let arrays = namedWeights.map { path, variable in
            NamedArray(
                path,
                ArrayData(shape: variable.shape.dimensions, floats: Array(variable.storage.floats)))
        }
        try NPZ.write(arrays, to: path)
    }

    /// Reads the weights from a file that ``saveWeights(to:)`` wrote, in any order of its arrays.
    /// - Throws: what is missing, unexpected or of another shape; the model is unchanged then.
    public func loadWeights(from path: String) throws {
        if let error { throw error }
        let named = namedWeights
        let expected = named.map { (name: $0.path, shape: $0.variable.shape.dimensions) }
        let arrays = try NPZ.read(path).matched(to: expected, file: path)
        for (weight, array) in zip(named, arrays) { weight.variable.assign(array.floats()) }
    }
}
