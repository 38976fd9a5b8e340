import Strata

/// The binary version of CIFAR-10 and CIFAR-100: records of one or two labels, of which the last is
/// the finest, and an image, its red, green and blue planes one after the other.
package struct CIFARBatches: FileLayout {
    let labelCount: Int
    let train: [String]
    let test: [String]

    package init(labelCount: Int, train: [String], test: [String]) {
        self.labelCount = labelCount
        self.train = train
        self.test = test
    }

    package var files: [[String]] { (train + test).map { [$0] } }
    package var description: String { (train + test).joined(separator: ", ") }

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
        let (planeCount, pixelCount) = (3, 32 * 32)
        let recordCount = labelCount + planeCount * pixelCount
        for batch in batches where batch.range.isEmpty || batch.range.count % recordCount != 0 {
            throw StrataError(
                "\(batch.name) is \(batch.range.count) bytes long, and batches of CIFAR are of "
                    + "records of \(recordCount) bytes.")
        }
        let count = batches.reduce(0) { $0 + $1.range.count / recordCount }
        var labels: [UInt8] = []
        labels.reserveCapacity(count)
        let x = ArrayData(shape: [count, 32, 32, planeCount], dtype: .uint8) { images in
            var target = images.baseAddress!.assumingMemoryBound(to: UInt8.self)
            for batch in batches {
                for start in stride(
                    from: batch.range.lowerBound, to: batch.range.upperBound, by: recordCount)
                {
                    labels.append(batch.file.bytes[start + labelCount - 1])
                    let source = batch.file.bytes.baseAddress! + start + labelCount
                    let planes = source.assumingMemoryBound(to: UInt8.self)
                    for pixel in 0..<pixelCount {
                        for plane in 0..<planeCount {
                            target[pixel * planeCount + plane] = planes[plane * pixelCount + pixel]
                        }
                    }
                    target += planeCount * pixelCount
                }
            }
        }
        let names = batches.map(\.name).joined(separator: ", ")
        return LabelledArrays(
            x: x, y: ArrayData(shape: [count, 1], labels), names: (names, "its labels"))
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
