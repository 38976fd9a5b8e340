extension Model {
    /// Writes the weights to a file, which appears whole or not at all. Its name says how: NumPy's
    /// `.npz` and Hugging Face's `.safetensors` have an array each, named `layer/weight`, in the
    /// model's order; `.weights.h5` is Keras's.
    public func saveWeights(to path: String) throws {
        if let error { throw error }
        switch WeightsFormat(path) {
        case .npz: try NPZ.write(namedArrays, to: path)
        case .safetensors: try Safetensors.write(namedArrays, to: path)
        case .keras:
            let writer = try HDF5Writer(KerasWeights.tree(of: self))
            try AtomicFile.write(to: path) { try writer.write(to: $0) }
        case .hdf5, .model, nil: throw WeightsFormat.unknown(path, among: WeightsFormat.written)
        }
    }

    /// Reads the weights from a file that ``saveWeights(to:)`` or Keras wrote: `.npz` and
    /// `.safetensors`, in any order of their arrays; `.weights.h5`; `.h5` as Keras 1 and 2 wrote
    /// them, such as those of `keras.applications`; a model's `.keras`. Numbers of any type become
    /// float32.
    /// - Parameters:
    ///   - path: the file.
    ///   - skipMismatch: whether weights that the file lacks, or has in another shape, stay as they
    ///     are, and what the model has no place for is passed over.
    /// - Returns: the weights that stay as they are, by their paths.
    /// - Throws: what is missing, unexpected or of another shape; the model is unchanged then.
    @discardableResult
    public func loadWeights(from path: String, skipMismatch: Bool = false) throws -> [String] {
        guard let format = WeightsFormat(path) else {
            throw WeightsFormat.unknown(path, among: WeightsFormat.allCases)
        }
        return try loadWeights(
            FileBytes(path: path), format, name: path, skipMismatch: skipMismatch)
    }

    /// - Parameter path: what errors call the file.
    @discardableResult
    package func loadWeights(
        _ file: FileBytes, _ format: WeightsFormat, name path: String, skipMismatch: Bool = false
    ) throws -> [String] {
        if let error { throw error }
        let arrays: [NamedArray]
        switch format {
        case .npz: arrays = try NPZ.decode(file, name: path)
        case .safetensors: arrays = try Safetensors.decode(file, name: path).arrays
        case .model:
            arrays = try KerasWeights.arrays(
                in: KerasFile(file, name: path).weights(), for: self)
        case .keras, .hdf5:
            let root = try HDF5Reader(file, name: path).root
            if let group = try LegacyWeights.group(in: root) {
                arrays = try LegacyWeights.arrays(
                    in: group, for: self, file: path, skipMismatch: skipMismatch)
            } else {
                arrays = try KerasWeights.arrays(in: root, for: self)
            }
        }
        return try assignWeights(arrays, file: path, skipMismatch: skipMismatch)
    }

    /// Sets the weights to arrays of their names, of which there must be one for each and no other,
    /// unless `skipMismatch`. Returns the weights that have none.
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

    private var namedArrays: [NamedArray] {
        namedWeights.map { NamedArray($0.path, $0.variable.array) }
    }
}

/// The kinds of files that have weights, by the ends of their names.
package enum WeightsFormat: String, CaseIterable {
    case npz = ".npz"
    case safetensors = ".safetensors"
    case keras = ".weights.h5"
    case hdf5 = ".h5"
    case model = ".keras"

    /// The kinds that hold weights alone, and can be written.
    package static let written = [npz, safetensors, keras]

    /// The kind of the file that `path` names; nil if the name does not say.
    package init?(_ path: String) {
        guard let format = Self.allCases.first(where: { path.hasSuffix($0.rawValue) }) else {
            return nil
        }
        self = format
    }

    fileprivate static func unknown(_ path: String, among formats: [WeightsFormat]) -> StrataError {
        let ends = formats.map(\.rawValue)
        let list = ends.dropLast().joined(separator: ", ") + " or " + ends.last!
        return StrataError("A file of weights has a name that ends in \(list). Received: \(path)")
    }
}
