import Foundation
import Strata

/// Pictures in files, as a source of samples: each is decoded and resized when a batch needs it, ahead of its
/// use and on all cores, so that any number of them can be trained on.
///
/// ```swift
/// let form = try ImageForm(imageSize: (224, 224))
/// let faces = try ImageFiles(csv: "faces.csv", form: form)
/// try model.fit(faces, epochs: 5)
/// ```
/// Samples are bytes `[height, width, channels]`; they are multiplied by ``scale`` as a batch is gathered.
public struct ImageFiles: SampleSource {
    /// What the classes are called, in the order of their labels; empty if the targets are not labels, or the
    /// names are not known.
    public let classNames: [String]
    /// The targets, a row for each picture; nil if there are none.
    public let labels: ArrayData?
    /// The factor that bytes are multiplied by; 1/255 unless it is set.
    public var scale: Float = 1 / 255

    private let store: PictureStore
    /// The pictures in the store.
    private let indices: [Int]

    /// The files, in the order of the samples.
    public var paths: [String] { indices.map { store.paths[$0] } }
    /// The size and colours that pictures are brought to.
    public var form: ImageForm { store.form }

    public var count: Int { indices.count }
    public var inputs: [SampleColumn] {
        [.written(SampleType(shape: form.shape, dtype: .uint8, scale: scale))]
    }
    public var targets: [SampleColumn] { labels.map { [.rows(Samples($0))] } ?? [] }

    init(_ store: PictureStore, _ indices: [Int], labels: ArrayData?, classNames: [String]) {
        self.store = store
        self.indices = indices
        self.labels = labels
        self.classNames = classNames
    }

    /// Pictures in a list of files.
    /// - Parameters:
    ///   - paths: the files.
    ///   - targets: class numbers, or other targets, a row for each file; none by default.
    ///   - classNames: what the classes are called, in the order of their numbers; not known by default.
    ///   - form: the size and colours that pictures are brought to.
    ///   - cache: where decoded pictures are kept; nowhere by default.
    /// - Throws: `StrataError` if there are no files, the targets are not as many, or the cache cannot be
    ///   used.
    public init(
        _ paths: [String], targets: ArrayData? = nil, classNames: [String] = [], form: ImageForm,
        cache: ImageCache = .none
    ) throws {
        guard !paths.isEmpty else { throw StrataError("There must be at least one picture.") }
        let count = targets.map { $0.shape.first ?? 0 } ?? paths.count
        guard count == paths.count else {
            throw StrataError(
                "There must be a target for each picture, but got \(paths.count) pictures and \(count) "
                    + "targets")
        }
        self.init(
            try PictureStore(paths, form, cache), Array(paths.indices), labels: targets,
            classNames: classNames)
    }

    /// Pictures that a CSV file lists: the name of a file, and its label or numbers.
    ///
    /// Labels that are whole numbers from 0 are class numbers; other texts are names of classes, which are
    /// numbered in their alphabetical order. Other numbers, or several in a line, are targets of their own. A
    /// first line without a picture is taken for a heading.
    /// - Parameters:
    ///   - csv: the file.
    ///   - directory: the folder that names begin in; the CSV file's own if nil.
    ///   - form: the size and colours that pictures are brought to.
    ///   - cache: where decoded pictures are kept; nowhere by default.
    /// - Throws: `StrataError` if the file cannot be read or a line has no name and label, or the cache
    ///   cannot be used.
    public init(
        csv: String, directory: String? = nil, form: ImageForm, cache: ImageCache = .none
    ) throws {
        let list = try PictureList(csv, directory: directory ?? Folder.parent(of: csv))
        try self.init(
            list.paths, targets: list.targets, classNames: list.classNames, form: form,
            cache: cache)
    }

    public func write(_ index: Int, epoch: Int, to place: SamplePlace) throws {
        try store.write(indices[index], to: place.inputs[0])
    }

    /// Reads every picture once, on all threads, and so fills the cache.
    /// - Throws: `StrataError` that names the first picture that cannot be read.
    public func readAll() throws {
        if let problem = try store.problems(of: indices).lazy.compactMap({ $0 }).first {
            throw StrataError(problem)
        }
    }
}

/// The lines of a CSV file with the names of pictures.
private struct PictureList {
    let paths: [String]
    let targets: ArrayData
    let classNames: [String]

    init(_ csv: String, directory: String) throws {
        let file = try FileBytes(path: csv)
        let text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
        var lines: [(number: Int, fields: [String])] = []
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.allSatisfy(\.isWhitespace) {
            lines.append((index + 1, Self.fields(of: line)))
        }
        if let first = lines.first, ImageFormat(named: first.fields[0]) == nil {
            lines.removeFirst()
        }
        guard let width = lines.first?.fields.count else {
            throw StrataError("\(csv) lists no pictures.")
        }
        for (number, fields) in lines {
            guard fields.count == width, width > 1, !fields.contains("") else {
                throw StrataError(
                    "\(csv), line \(number): a name and "
                        + (width > 2 ? "\(width - 1) numbers are" : "a label are")
                        + " expected, but got "
                        + fields.joined(separator: ", "))
            }
        }
        paths = lines.map { join($0.fields[0].hasPrefix("/") ? "" : directory, $0.fields[0]) }
        let labels = lines.flatMap { $0.fields.dropFirst() }
        let numbers = labels.compactMap { Float($0) }
        let classes = labels.compactMap { Int32($0) }
        if width == 2, classes.count == labels.count, classes.allSatisfy({ $0 >= 0 }) {
            (targets, classNames) = (ArrayData(shape: [lines.count], classes), [])
        } else if numbers.count == labels.count {
            (targets, classNames) = (ArrayData(shape: [lines.count, width - 1], numbers), [])
        } else if width == 2 {
            let names = Set(labels).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let table = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            targets = ArrayData(shape: [lines.count], labels.map { Int32(table[$0]!) })
            classNames = names
        } else {
            throw StrataError(
                "\(csv): of several columns beside the name each must hold numbers, but got "
                    + (labels.first { Float($0) == nil } ?? ""))
        }
    }

    /// The fields of a line, of which some may be in quotation marks.
    private static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
        }
        return fields.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
