import Strata

/// The images of CIFAR-10 and CIFAR-100 in a number of batches.
package struct CIFARBatches: FileLayout {
    /// How a batch is written.
    package enum Form: Sendable {
        /// Records of one or two labels, of which the last is the finest, and an image, its red, green
        /// and blue planes one after the other.
        case binary(labelCount: Int)
        /// Python's pickle of a dictionary of `data`, a row of planes for each image, and of labels.
        case pickle(labels: String)
    }

    let form: Form
    let train: [String]
    let test: [String]

    package init(_ form: Form, train: [String], test: [String]) {
        self.form = form
        self.train = train
        self.test = test
    }

    package var files: [[String]] { (train + test).map { [$0] } }
    package var description: String { (train + test).joined(separator: ", ") }

    /// Names such as `train` say little: a file must be a pickle too.
    package func isFound(in folder: String) -> Bool {
        let paths = files.map { path($0, in: folder) }
        return paths.contains { path in
            guard let file = try? FileBytes(path: path) else { return false }
            guard case .pickle = form else { return true }
            return withExtendedLifetime(file) { Pickle.recognizes(file.bytes) }
        }
    }

    package func read(in folder: String) throws -> (train: LabelledArrays, test: LabelledArrays) {
        try read { name in
            let path = join(folder, name)
            return Batch(try FileBytes(path: path), name: path)
        }
    }

    /// A file, or a part of one.
    package struct Batch {
        let file: FileBytes
        let range: Range<Int>
        let name: String

        package init(_ file: FileBytes, _ range: Range<Int>? = nil, name: String) {
            self.file = file
            self.range = range ?? 0..<file.count
            self.name = name
        }
    }

    package func read(
        _ batch: (String) throws -> Batch
    ) throws -> (train: LabelledArrays, test: LabelledArrays) {
        (try decode(train.map(batch)), try decode(test.map(batch)))
    }

    private func decode(_ batches: [Batch]) throws -> LabelledArrays {
        let names = batches.map(\.name).joined(separator: ", ")
        let parts = try batches.map { batch in
            switch form {
            case .binary(let labelCount): try Records(batch, labelCount: labelCount)
            case .pickle(let labels): try Records(pickled: batch, labels: labels)
            }
        }
        let labels = parts.flatMap(\.labels)
        let x = ArrayData(shape: [labels.count, 32, 32, 3], dtype: .uint8) { images in
            var target = images.baseAddress!.assumingMemoryBound(to: UInt8.self)
            for part in parts {
                part.withPlanes { planes in
                    for pixel in 0..<Records.pixelCount {
                        for plane in 0..<3 {
                            target[pixel * 3 + plane] = planes[plane * Records.pixelCount + pixel]
                        }
                    }
                    target += Records.imageCount
                }
            }
        }
        return LabelledArrays(
            x: x, y: ArrayData(shape: [labels.count, 1], labels), names: (names, "its labels"))
    }
}

/// The images of a batch, each as three planes, and their labels.
private struct Records {
    static let pixelCount = 32 * 32
    static let imageCount = 3 * pixelCount

    let labels: [UInt8]
    private let bytes: FileBytes
    /// Where the first image is, and how far the next is from there.
    private let start: Int
    private let step: Int

    init(_ batch: CIFARBatches.Batch, labelCount: Int) throws {
        step = labelCount + Self.imageCount
        guard !batch.range.isEmpty, batch.range.count % step == 0 else {
            throw StrataError(
                "\(batch.name) is \(batch.range.count) bytes long, and batches of CIFAR are of "
                    + "records of \(step) bytes.")
        }
        bytes = batch.file
        start = batch.range.lowerBound + labelCount
        labels = stride(from: batch.range.lowerBound, to: batch.range.upperBound, by: step).map {
            batch.file.bytes[$0 + labelCount - 1]
        }
    }

    /// - Parameter name: what the dictionary calls the labels.
    init(pickled batch: CIFARBatches.Batch, labels name: String) throws {
        do {
            let content = UnsafeRawBufferPointer(rebasing: batch.file.bytes[batch.range])
            guard case .dictionary(let entries) = try Pickle.read(content) else {
                throw StrataError("it is a pickle, but not of a dictionary")
            }
            guard case .array(let data)? = entries["data"], let planes = data.uint8 else {
                throw StrataError("it has no array of bytes named data")
            }
            guard let count = data.shape.first, count > 0, planes.count == count * Self.imageCount
            else {
                throw StrataError(
                    "its data are of shape \(data.shape), and \(Self.imageCount) bytes an image are "
                        + "expected")
            }
            labels = try Self.labels(entries[name], name)
            guard labels.count == count else {
                throw StrataError("it has \(count) images, but \(labels.count) labels")
            }
            bytes = FileBytes(count: planes.count) { target in
                planes.withUnsafeBytes { target.copyMemory(from: $0) }
            }
            (start, step) = (0, Self.imageCount)
        } catch let error as StrataError {
            throw StrataError("\(batch.name) is not a usable batch of CIFAR: \(error.message).")
        }
    }

    private static func labels(_ value: Pickle.Value?, _ name: String) throws -> [UInt8] {
        let numbers: [Int]?
        switch value {
        case .list(let list):
            numbers = list.items.compactMap {
                if case .integer(let label) = $0 { label } else { nil }
            }
            guard numbers?.count == list.items.count else {
                throw StrataError("its \(name) are not whole numbers")
            }
        case .array(let array): numbers = array.integers
        default: numbers = nil
        }
        guard let numbers else { throw StrataError("it has no list of \(name)") }
        return try numbers.map {
            guard let label = UInt8(exactly: $0) else {
                throw StrataError("it has the label \($0)")
            }
            return label
        }
    }

    /// Calls `body` with each image's planes.
    func withPlanes(_ body: (UnsafePointer<UInt8>) -> Void) {
        for index in labels.indices {
            let image = bytes.bytes.baseAddress! + start + index * step
            body(image.assumingMemoryBound(to: UInt8.self))
        }
    }
}

/// The same batches in the archive in which they are published.
package struct CIFARArchive: FileLayout {
    let name: String
    let batches: CIFARBatches

    package init(name: String, batches: CIFARBatches) {
        self.name = name
        self.batches = batches
    }

    package var files: [[String]] { [[name]] }
    package var description: String { name }

    package func read(in folder: String) throws -> (train: LabelledArrays, test: LabelledArrays) {
        let path = join(folder, name)
        return try read(FileBytes(path: path), name: path)
    }

    /// The data set in `archive`, which errors call `path`.
    package func read(
        _ archive: FileBytes, name path: String
    ) throws -> (train: LabelledArrays, test: LabelledArrays) {
        let contents: FileBytes
        let members: [String: Range<Int>]
        do {
            contents = try archive.decompressed()
            members = try Tar.members(of: contents.bytes)
        } catch let error as StrataError {
            throw StrataError("\(path) is not a usable archive: \(error.message).")
        }
        return try batches.read { name in
            guard let range = members[name] else {
                throw StrataError("The archive \(path) has no file \(name).")
            }
            return CIFARBatches.Batch(contents, range, name: "\(path): \(name)")
        }
    }
}
