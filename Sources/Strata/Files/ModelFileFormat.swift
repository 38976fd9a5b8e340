import Foundation

/// A kind of file that keeps a model, or its weights: what its names end in, and how it is read and
/// written.
package struct ModelFileFormat: Sendable {
    /// What names end in: `.npz`.
    package let ending: String
    /// Whether it always keeps the model itself; `.h5` files of Keras 2 may.
    package let keepsModel: Bool
    /// Reads the weights: of a file, of the name that errors call it, for a model, and whether weights of
    /// other shapes are passed over; nil if the weights are not those of a model that there is.
    let read: (@Sendable (FileBytes, String, Model, Bool) throws -> [NamedArray])?
    /// Writes the model, or its weights; nil if Strata only reads this kind.
    let write: (@Sendable (Model, String) throws -> Void)?

    /// All kinds. A new one is an entry here. Of two that a name ends in, the first counts.
    package static let all: [ModelFileFormat] = [
        ModelFileFormat(ending: ".keras", keepsModel: true) { file, name, model, _ in
            try KerasWeights.arrays(in: KerasFile(file, name: name).weights(), for: model)
        } write: {
            try $0.save(to: $1)
        },
        ModelFileFormat(ending: ".npz", keepsModel: false) { file, name, model, _ in
            let contents = try NPZ.contents(of: file, name: name)
            try contents.checkNotPickled(model.namedWeights.map(\.path))
            return contents.arrays
        } write: {
            try NPZ.write($0.namedArrays, to: $1)
        },
        ModelFileFormat(ending: ".safetensors", keepsModel: false) { file, name, _, _ in
            try Safetensors.decode(file, name: name).arrays
        } write: {
            try Safetensors.write($0.namedArrays, to: $1)
        },
        ModelFileFormat(ending: ".weights.h5", keepsModel: false, read: readHDF5) { model, path in
            let writer = try HDF5Writer(KerasWeights.tree(of: model))
            try AtomicFile.write(to: path) { try writer.write(to: $0) }
        },
        ModelFileFormat(ending: ".h5", keepsModel: false, read: readHDF5, write: nil),
        ModelFileFormat(ending: ".hdf5", keepsModel: false, read: readHDF5, write: nil),
        ModelFileFormat(ending: ONNXFile.ending, keepsModel: true, read: nil, write: nil),
    ]

    /// The kinds whose weights can be read into a model.
    package static var withWeights: [ModelFileFormat] { all.filter { $0.read != nil } }
    /// The kinds that can be written.
    package static var written: [ModelFileFormat] { all.filter { $0.write != nil } }
    /// The kinds that can be written and keep weights alone.
    package static var weightsAlone: [ModelFileFormat] { written.filter { !$0.keepsModel } }

    /// The kind of the file of a name; nil if the name does not say.
    package init?(_ path: String) {
        guard let format = Self.all.first(where: { path.hasSuffix($0.ending) }) else { return nil }
        self = format
    }

    private init(
        ending: String, keepsModel: Bool,
        read: (@Sendable (FileBytes, String, Model, Bool) throws -> [NamedArray])?,
        write: (@Sendable (Model, String) throws -> Void)?
    ) {
        self.ending = ending
        self.keepsModel = keepsModel
        self.read = read
        self.write = write
    }

    /// The kind of the file of a name, among some.
    /// - Parameter what: what the file is, for the message: `a weights file`.
    /// - Throws: ``StrataError`` that lists the endings, if the name has none of them.
    package static func of(
        _ path: String, _ what: String, among formats: [ModelFileFormat]
    ) throws -> ModelFileFormat {
        guard let format = ModelFileFormat(path),
            formats.contains(where: { $0.ending == format.ending })
        else {
            let endings = formats.map(\.ending)
            throw StrataError(
                "The name of \(what) must end in \(endings.dropLast().joined(separator: ", ")) or "
                    + "\(endings[endings.count - 1]), but got \(path)")
        }
        return format
    }

    /// Keras's weights of today, or of its versions 1 and 2.
    private static let readHDF5: @Sendable (FileBytes, String, Model, Bool) throws -> [NamedArray] =
        { file, name, model, skipMismatch in
            let root = try HDF5Reader(file, name: name).root
            if let group = try LegacyWeights.group(in: root) {
                return try LegacyWeights.arrays(
                    in: group, for: model, file: name, skipMismatch: skipMismatch)
            }
            return try KerasWeights.arrays(in: root, for: model)
        }
}

extension Model {
    /// Writes the model, or its weights alone, as the name of the file says.
    package func write(to path: String) throws {
        try ModelFileFormat.of(path, "a model's file", among: ModelFileFormat.written)
            .write?(self, path)
    }
}
