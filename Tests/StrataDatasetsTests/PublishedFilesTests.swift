import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

/// An IDX file's bytes.
func idx(_ shape: [Int], type: UInt8 = 8, _ bytes: [UInt8]) -> [UInt8] {
    var file: [UInt8] = [0, 0, type, UInt8(shape.count)]
    for size in shape { withUnsafeBytes(of: UInt32(size).bigEndian) { file += $0 } }
    return file + bytes
}

/// The four files of a small MNIST, plain.
func digitFiles(train: Int, test: Int) -> [[UInt8]] {
    [train, test].flatMap { count in
        [
            idx([count, 28, 28], someBytes(count * 784, seed: UInt64(count))),
            idx([count], (0..<count).map { UInt8($0 % 10) }),
        ]
    }
}

let digitNames = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
]

@Suite struct PublishedFilesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func expectDigits(_ data: MNIST, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(data.train.x.shape == [12, 28, 28, 1], sourceLocation: sourceLocation)
        #expect(data.test.x.shape == [5, 28, 28, 1], sourceLocation: sourceLocation)
        #expect(data.train.scale == Float(1) / 255, sourceLocation: sourceLocation)
        #expect(
            data.train.x.withUnsafeBytes { Array($0) } == someBytes(12 * 784, seed: 12),
            sourceLocation: sourceLocation)
        #expect(
            data.train.y.floats() == (0..<12).map { Float($0 % 10) },
            sourceLocation: sourceLocation)
        #expect(data.test.y.floats() == [0, 1, 2, 3, 4], sourceLocation: sourceLocation)
    }

    @Test(arguments: ["", ".gz"], ["", "raw/", "MNIST/raw/"])
    func digits(ending: String, subfolder: String) throws {
        for (name, bytes) in zip(digitNames, digitFiles(train: 12, test: 5)) {
            try folder.write(
                ending == ".gz" ? gzip(bytes) : bytes, "\(subfolder)\(name)\(ending)")
        }
        expectDigits(try MNIST(directory: folder.path))
        #expect(Publication.found(in: folder.path).map(\.identifier).contains("mnist"))
    }

    @Test func digitsWithPointsInTheirNames() throws {
        for (name, bytes) in zip(digitNames, digitFiles(train: 12, test: 5)) {
            try folder.write(bytes, name.replacingOccurrences(of: "-idx", with: ".idx"))
        }
        expectDigits(try MNIST(directory: folder.path))
    }

    /// Kaggle's archive: each file under one name, and under the other in a folder of that name.
    @Test func digitsInFoldersOfTheirNames() throws {
        let files = zip(digitNames, digitFiles(train: 12, test: 5))
        for (name, bytes) in files { try folder.write(bytes, "\(name)/\(name)") }
        expectDigits(try MNIST(directory: folder.path))
        // A file is taken before what is in a folder.
        for (name, bytes) in files {
            try folder.write([1, 2, 3], "\(name)/\(name)")
            try folder.write(bytes, name.replacingOccurrences(of: "-idx", with: ".idx"))
        }
        expectDigits(try MNIST(directory: folder.path))
        #expect(Publication.found(in: folder.path).map(\.identifier) == ["mnist"])
    }

    /// EMNIST's images lie on their sides, and its letters count from 1.
    @Test func extendedDigits() throws {
        func write(_ split: String, _ labels: [UInt8], ending: String = "") throws {
            let images = idx([labels.count, 28, 28], someBytes(labels.count * 784))
            for part in ["train", "test"] {
                let start = "gzip/emnist-\(split)-\(part)"
                try folder.write(gzip(images), "\(start)-images-idx3-ubyte.gz")
                try folder.write(gzip(idx([labels.count], labels)), "\(start)-labels-idx1-ubyte.gz")
            }
        }
        try write("letters", [1, 26, 3])
        #expect(Publication.found(in: folder.path).map(\.identifier) == ["emnist_letters"])
        let letters = try EMNIST(.letters, directory: folder.path)
        #expect(letters.classNames.joined() == "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        #expect(letters.train.y.floats() == [0, 25, 2])
        let stored = someBytes(3 * 784)
        let upright = letters.test.x.withUnsafeBytes { Array($0) }
        #expect(
            (0..<3 * 784).allSatisfy { place in
                let (image, y, x) = (place / 784, place % 784 / 28, place % 28)
                return upright[place] == stored[image * 784 + x * 28 + y]
            })
        try write("balanced", [0, 46])
        #expect(
            Publication.found(in: folder.path).map(\.identifier)
                == ["emnist_balanced", "emnist_letters"])
        #expect(try EMNIST(.balanced, directory: folder.path).classNames.count == 47)
        try write("letters", [0, 1])
        #expect(
            errorMessage { _ = try EMNIST(.letters, directory: folder.path) }.contains(
                "y[0] is 255"))
        #expect(
            errorMessage { _ = try EMNIST(.digits, directory: folder.path) }.hasPrefix(
                "There is no EMNIST (digits) in"))
        let counts = EMNIST.Split.allCases.map(\.classNames.count)
        #expect(counts == [47, 62, 47, 10, 26, 10])
    }

    @Test func digitsAsKerasKeepsThem() throws {
        let files = digitFiles(train: 12, test: 5)
        let shapes = [[12, 28, 28], [12], [5, 28, 28], [5]]
        let arrays = zip(files, shapes).map { file, shape in
            ArrayData(shape: shape, Array(file.suffix(shape.reduce(1, *))))
        }
        let names = ["x_train", "y_train", "x_test", "y_test"]
        try NPZ.write(zip(names, arrays).map { NamedArray($0, $1) }, to: folder.file("mnist.npz"))
        expectDigits(try MNIST(directory: folder.path))
        try NPZ.write([NamedArray("x_train", arrays[0])], to: folder.file("mnist.npz"))
        #expect(
            errorMessage { _ = try MNIST(directory: folder.path) }
                == "\(folder.file("mnist.npz")) has no array y_train. It has: x_train")
    }

    /// A file of a few hundred KiB that comes to more than any small file may.
    @Test func bombsAreRefused() throws {
        let member = gzip([UInt8](repeating: 0, count: 1 << 20))
        let bomb = [[UInt8]](repeating: member, count: 257).flatMap { $0 }
        try folder.write(bomb, "\(digitNames[0]).gz")
        #expect(
            errorMessage { _ = try MNIST(directory: folder.path) }.hasSuffix(
                "\(digitNames[0]).gz is not a usable IDX file: its compressed data are more than the "
                    + "268435456 bytes allowed."))
    }

    @Test func fashionIsKnownByItsFolder() throws {
        for name in ["Fashion-MNIST", "digits"] {
            for (file, bytes) in zip(digitNames, digitFiles(train: 2, test: 1)) {
                try folder.write(bytes, "\(name)/\(file)")
            }
        }
        func found(_ name: String) -> [String] {
            Publication.found(in: folder.file(name)).map(\.identifier)
        }
        #expect(found("Fashion-MNIST") == ["fashion_mnist"] && found("digits") == ["mnist"])
        #expect(try FashionMNIST(directory: folder.file("digits")).classNames[9] == "Ankle boot")
        #expect(found("nowhere") == [])
    }

    /// Records of `labels` before each image, whose bytes follow from their place.
    private func batch(_ labels: [[UInt8]]) -> (bytes: [UInt8], image: (Int, Int) -> UInt8) {
        func value(_ record: Int, _ position: Int) -> UInt8 {
            UInt8(truncatingIfNeeded: record &* 31 &+ position &* 7)
        }
        let bytes = labels.enumerated().flatMap { record, labels in
            labels + (0..<3072).map { value(record, $0) }
        }
        return (bytes, value)
    }

    @Test func smallPhotographs() throws {
        let (bytes, value) = batch([[3], [9]])
        let subfolder = "cifar-10-batches-bin/"
        for part in 1...5 { try folder.write(bytes, "\(subfolder)data_batch_\(part).bin") }
        try folder.write(bytes, "\(subfolder)test_batch.bin")
        let data = try CIFAR10(directory: folder.path)
        #expect(data.train.x.shape == [10, 32, 32, 3] && data.test.x.shape == [2, 32, 32, 3])
        #expect(data.train.y.floats() == [3, 9, 3, 9, 3, 9, 3, 9, 3, 9])
        let pixels = data.test.x.withUnsafeBytes { Array($0) }
        for record in 0..<2 {
            for position in 0..<1024 {
                for channel in 0..<3 {
                    let place = (record * 1024 + position) * 3 + channel
                    #expect(pixels[place] == value(record, channel * 1024 + position))
                }
            }
        }
        try folder.write(Array(bytes.dropLast()), "\(subfolder)test_batch.bin")
        #expect(
            errorMessage { _ = try CIFAR10(directory: folder.path) }.hasSuffix(
                "test_batch.bin is 6145 bytes long, and batches of CIFAR are of records of 3073 bytes."
            ))
        try FileManager.default.removeItem(atPath: folder.file("\(subfolder)data_batch_3.bin"))
        #expect(
            errorMessage { _ = try CIFAR10(directory: folder.path) }
                == "Cannot read \(folder.file("\(subfolder)data_batch_3.bin")): No such file or directory."
        )
    }

    @Test func photographsOfAHundredClassesInTheirArchive() throws {
        let (bytes, _) = batch([[4, 0], [1, 1], [13, 99]])
        let archive =
            tar("cifar-100-binary/train.bin", bytes) + tar("cifar-100-binary/test.bin", bytes)
            + [UInt8](repeating: 0, count: 1024)
        try folder.write(gzip(archive), "cifar-100-binary.tar.gz")
        let data = try CIFAR100(directory: folder.path)
        #expect(data.train.y.floats() == [0, 1, 99])
        #expect(data.classNames.count == 100)
        #expect(["apple", "aquarium_fish"] == data.classNames.prefix(2).map { $0 })
        #expect(data.classNames[99] == "worm")
        #expect(try data.labelledBySuperclass().test.y.floats() == [4, 1, 13])
        let wrong = try Examples(x: data.test.x, y: ArrayData(shape: [3], [0, 100, 2] as [UInt8]))
        #expect(
            errorMessage { _ = try CIFAR100(train: data.train, test: wrong).labelledBySuperclass() }
                == "Labels must be whole numbers from 0 to 99, but y[1] is 100")

        func refusal(_ bytes: [UInt8]) throws -> String {
            try folder.write(bytes, "cifar-100-binary.tar.gz")
            return errorMessage { _ = try CIFAR100(directory: folder.path) }
        }
        var changed = archive
        changed[150] ^= 1
        #expect(try refusal(gzip(changed)).contains("the header of a file in it is damaged"))
        #expect(try refusal(gzip(Array(archive.prefix(4000)))).contains("it is cut short"))
        #expect(try refusal(gzip(Array(archive.prefix(0)))).contains("no files in it"))
        #expect(try refusal(Array(gzip(archive).dropLast(20))).contains("cut short"))
        let other = tar("train.bin", bytes)
        #expect(try refusal(gzip(other)).hasSuffix("cifar-100-binary.tar.gz has no file test.bin."))
    }

    /// The published superclass of each class, in the order of the classes' labels.
    @Test func superclasses() throws {
        let published = [
            4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11, 6, 11, 5, 10,
            7, 6, 13, 15, 3, 15, 0, 11, 1, 10, 12, 14, 16, 9, 11, 5, 5, 19, 8, 8, 15, 13, 14,
            17, 18, 10, 16, 4, 17, 4, 2, 0, 17, 4, 18, 17, 10, 3, 2, 12, 12, 16, 12, 1, 9, 19,
            2, 10, 0, 1, 16, 12, 9, 13, 15, 13, 16, 19, 2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15,
            6, 0, 17, 8, 14, 13,
        ]
        let x = ArrayData(shape: [100, 1], [UInt8](repeating: 0, count: 100))
        let all = try Examples(x: x, y: ArrayData(shape: [100], (0..<100).map { UInt8($0) }))
        let data = CIFAR100(train: all, test: all)
        #expect(try data.labelledBySuperclass().train.y.floats() == published.map(Float.init))
    }

    @Test func damagedFilesAreExplained() throws {
        let path = folder.file("file")
        func refusal(_ bytes: [UInt8]) throws -> String {
            try folder.write(bytes, "file")
            return errorMessage { _ = try IDX.read(path) }
        }
        let whole = idx([2, 3], [1, 2, 3, 4, 5, 6])
        let start = "\(path) is not a usable IDX file: it"
        #expect(try refusal([]).hasPrefix("\(start) does not start with two zeros"))
        #expect(try refusal(Array("hello".utf8)).hasPrefix("\(start) does not start"))
        #expect(try refusal([0, 0, 10, 0]).hasPrefix("\(start) does not start"))
        #expect(
            try refusal(Array(whole.prefix(9)))
                == "\(start) ends before the last of its 2 dimensions.")
        #expect(try refusal(Array(whole.dropLast())).contains("6 bytes, but 5 follow"))
        #expect(try refusal(whole + [0]).contains("6 bytes, but 7 follow"))
        let huge = [UInt8]([0, 0, 14, 255]) + [UInt8](repeating: 255, count: 1020)
        #expect(try refusal(huge).contains("must have at most 64 dimensions"))
        let large = [UInt8]([0, 0, 14, 4]) + [UInt8](repeating: 255, count: 16)
        #expect(try refusal(large).contains("too large for any memory"))
        let compressed = gzip(whole)
        #expect(try refusal(Array(compressed.dropLast(9))).contains("cut short"))
        var damaged = compressed
        damaged[compressed.count - 6] ^= 1
        #expect(try refusal(damaged).contains("damaged"))
        try folder.write(compressed, "file")
        #expect(try IDX.read(path).floats() == [1, 2, 3, 4, 5, 6])
        try folder.write(idx([2], type: 13, [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]), "file")
        #expect(try IDX.read(path).floats() == [1, -2])
        try folder.write(idx([2], type: 11, [1, 0, 0xff, 0xff]), "file")
        #expect(try IDX.read(path).floats() == [256, -1])
    }

    /// Any change of a byte gives data or a sentence, never a trap.
    @Test func changedBytes() throws {
        let idxFile = idx([2, 3], [1, 2, 3, 4, 5, 6])
        let archive = gzip(tar("test.bin", [1, 2, 3]) + [UInt8](repeating: 0, count: 1024))
        let plain = tar("test.bin", [1, 2, 3]) + [UInt8](repeating: 0, count: 1024)
        for (name, whole) in [
            ("file", idxFile), ("file", gzip(idxFile)), ("cifar-100-binary.tar.gz", archive),
            ("cifar-100-binary.tar.gz", plain),
        ] {
            for round in 0..<150 {
                let key = Random.Key(seed: UInt64(round), path: "change")
                var bytes = whole
                for change in 0..<(1 + round % 3) {
                    let place = Int(key.bits(2 * change) % UInt64(bytes.count))
                    bytes[place] = UInt8(truncatingIfNeeded: key.bits(2 * change + 1))
                }
                try folder.write(Array(bytes.prefix(bytes.count - round % 7)), name)
                let text = errorMessage {
                    if name == "file" {
                        _ = try IDX.read(folder.file(name))
                    } else {
                        _ = try CIFAR100(directory: folder.path)
                    }
                }
                #expect(!text.hasPrefix("not a StrataError"))
            }
        }
    }
}

/// A member of a tar archive.
func tar(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    func field(_ text: String, _ width: Int) -> [UInt8] {
        Array(text.utf8) + [UInt8](repeating: 0, count: width - text.utf8.count)
    }
    func octal(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
    var header = field(name, 100) + field("0000644", 8) + field("0000000", 8)
    header += field("0000000", 8) + field(octal(contents.count, 11), 12)
    header += field(octal(0, 11), 12) + field("        ", 8) + field("0", 356)
    let sum = header.reduce(0) { $0 + Int($1) }
    header.replaceSubrange(148..<156, with: field(octal(sum, 6), 7) + [0x20])
    let filling = [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
    return header + contents + filling
}
