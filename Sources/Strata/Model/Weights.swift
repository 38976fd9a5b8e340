extension Model {
    /// Writes the weights to a file, which is replaced atomically. The extension chooses the format: in
    /// NumPy's `.npz` and Hugging Face's `.safetensors` each weight is an array named `layer/weight`;
    /// `.weights.h5` is Keras's format.
    /// - Parameter path: the file.
    /// - Throws: ``StrataError`` if the definition of the model is wrong, the extension is not one of these,
    ///   or the file cannot be written.
    public func saveWeights(to path: String) throws {
        if let error { throw error }
        let format = try ModelFileFormat.of(
            path, "a weights file", among: ModelFileFormat.weightsAlone)
        try format.write?(self, path)
    }

    /// Reads the weights from a file that ``saveWeights(to:)`` or Keras wrote: `.npz` or `.safetensors`,
    /// with arrays in any order; `.weights.h5`; `.h5` of Keras 1 and 2, such as those of
    /// `keras.applications`; or the `.keras` file of a model. Numbers of any type become float32.
    /// - Parameters:
    ///   - path: the file.
    ///   - skipMismatch: whether to keep weights that the file lacks or has in another shape, and to ignore
    ///     arrays that the model does not have; false by default.
    /// - Returns: the paths of the weights that were kept.
    /// - Throws: ``StrataError`` that lists what is missing, unexpected or of another shape, or says why the
    ///   file cannot be read. The model is unchanged then.
    @discardableResult
    public func loadWeights(from path: String, skipMismatch: Bool = false) throws -> [String] {
        let format = try ModelFileFormat.of(
            path, "a weights file", among: ModelFileFormat.withWeights)
        return try loadWeights(
            FileBytes(path: path), format, name: path, skipMismatch: skipMismatch)
    }

    /// - Parameters:
    ///   - file: the bytes of the file.
    ///   - format: the format.
    ///   - path: the name of the file in errors.
    ///   - skipMismatch: whether to skip weights that do not match.
    @discardableResult
    package func loadWeights(
        _ file: FileBytes, _ format: ModelFileFormat, name path: String, skipMismatch: Bool = false
    ) throws -> [String] {
        if let error { throw error }
        let arrays = try format.read?(file, path, self, skipMismatch) ?? []
        return try assignWeights(arrays, file: path, skipMismatch: skipMismatch)
    }

    /// The arrays in a file of weights, by the paths of the weights, whether they fit these or not.
    package func arrays(in path: String) throws -> [NamedArray] {
        let format = try ModelFileFormat.of(
            path, "a weights file", among: ModelFileFormat.withWeights)
        return try format.read?(FileBytes(path: path), path, self, true) ?? []
    }

    /// Sets the weights to the arrays of the same names. There must be exactly one for each weight, unless
    /// `skipMismatch`. Returns the paths of the weights without an array.
    @discardableResult
    func assignWeights(
        _ arrays: [NamedArray], file: String, skipMismatch: Bool = false
    ) throws -> [String] {
        let named = namedWeights
        let expected = named.map { (name: $0.path, shape: $0.variable.shape.dimensions) }
        let arrays = try arrays.matched(to: expected, file: file, skipMismatch: skipMismatch)
        var skipped: [String] = []
        for (weight, array) in zip(named, arrays) {
            if let array {
                weight.variable.assign(array)
            } else {
                skipped.append(weight.path)
            }
        }
        return skipped
    }

    var namedArrays: [NamedArray] {
        namedWeights.map { NamedArray($0.path, $0.variable.array) }
    }
}
