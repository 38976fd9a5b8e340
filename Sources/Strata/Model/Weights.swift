extension Model {
    /// Writes the weights to a file, which is replaced atomically. The extension chooses the format: in
    /// NumPy's `.npz` and Hugging Face's `.safetensors` each weight is an array named `layer/weight`;
    /// `.weights.h5` is Keras's format.
    /// - Parameter path: the file.
    /// - Throws: ``StrataError`` if the definition of the model is wrong, the extension is not one of these,
    ///   or the file cannot be written.
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
        guard let format = WeightsFormat(path) else {
            throw WeightsFormat.unknown(path, among: WeightsFormat.allCases)
        }
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
        _ file: FileBytes, _ format: WeightsFormat, name path: String, skipMismatch: Bool = false
    ) throws -> [String] {
        if let error { throw error }
        let arrays = try arrays(in: file, format, name: path, skipMismatch: skipMismatch)
        return try assignWeights(arrays, file: path, skipMismatch: skipMismatch)
    }

    /// The arrays in a file of weights, by the paths of the weights, whether they fit these or not.
    package func arrays(in path: String) throws -> [NamedArray] {
        guard let format = WeightsFormat(path) else {
            throw WeightsFormat.unknown(path, among: WeightsFormat.allCases)
        }
        return try arrays(in: FileBytes(path: path), format, name: path, skipMismatch: true)
    }

    private func arrays(
        in file: FileBytes, _ format: WeightsFormat, name path: String, skipMismatch: Bool
    ) throws -> [NamedArray] {
        switch format {
        case .npz:
            let contents = try NPZ.contents(of: file, name: path)
            try contents.checkNotPickled(namedWeights.map(\.path))
            return contents.arrays
        case .safetensors: return try Safetensors.decode(file, name: path).arrays
        case .model:
            return try KerasWeights.arrays(
                in: KerasFile(file, name: path).weights(), for: self)
        case .keras, .hdf5:
            let root = try HDF5Reader(file, name: path).root
            if let group = try LegacyWeights.group(in: root) {
                return try LegacyWeights.arrays(
                    in: group, for: self, file: path, skipMismatch: skipMismatch)
            }
            return try KerasWeights.arrays(in: root, for: self)
        }
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

    private var namedArrays: [NamedArray] {
        namedWeights.map { NamedArray($0.path, $0.variable.array) }
    }
}

/// The formats of weights, by extension.
package enum WeightsFormat: String, CaseIterable {
    case npz = ".npz"
    case safetensors = ".safetensors"
    case keras = ".weights.h5"
    case hdf5 = ".h5"
    case model = ".keras"

    /// The formats that hold weights only and can be written.
    package static let written = [npz, safetensors, keras]

    /// The format of a file by its extension; nil if it is not one of these.
    package init?(_ path: String) {
        guard let format = Self.allCases.first(where: { path.hasSuffix($0.rawValue) }) else {
            return nil
        }
        self = format
    }

    fileprivate static func unknown(_ path: String, among formats: [WeightsFormat]) -> StrataError {
        let ends = formats.map(\.rawValue)
        let list = ends.dropLast().joined(separator: ", ") + " or " + ends.last!
        return StrataError("The name of a weights file must end in \(list), but got \(path)")
    }
}
