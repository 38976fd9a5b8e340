import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

/// CIFAR's batches as Python pickles them (Fixtures/make_pickles.py).
@Suite struct PickleTests {
    private let folder: TemporaryFolder
    private let pickles: [String: [UInt8]]

    init() throws {
        folder = try TemporaryFolder()
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/pickles.npz").path
        pickles = Dictionary(
            uniqueKeysWithValues: try NPZ.read(path).map { array in
                (array.name, array.array.withUnsafeBytes { Array($0) })
            })
    }

    private func write(_ bytes: [UInt8], _ subfolder: String = "cifar-10-batches-py/") throws {
        for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
            try folder.write(bytes, subfolder + name)
        }
    }

    private func pickle(_ name: String) throws -> [UInt8] { try #require(pickles[name]) }

    static let kinds =
        (0...5).map { "protocol\($0)" } + ["python2", "bytes", "array_labels", "scalar_labels"]

    @Test(arguments: kinds)
    func batches(name: String) throws {
        try write(pickle(name))
        #expect(Publication.found(in: folder.path).map(\.identifier) == ["cifar10"])
        let data = try CIFAR10(directory: folder.path)
        #expect(data.train.x.shape == [15, 32, 32, 3] && data.test.x.shape == [3, 32, 32, 3])
        #expect(data.test.y.floats() == [3, 9, 0])
        #expect(data.test.scale == Float(1) / 255)
        data.test.x.withUnsafeBytes { pixels in
            // Planes of 1,024 pixels become pixels of three numbers.
            var wrong = 0
            for image in 0..<3 {
                for pixel in 0..<1024 {
                    for channel in 0..<3 {
                        let place = image * 3072 + channel * 1024 + pixel
                        let value = Int(pixels[image * 3072 + pixel * 3 + channel])
                        if value != place * 7 % 251 { wrong += 1 }
                    }
                }
            }
            #expect(wrong == 0)
        }
    }

    @Test func publishedArchive() throws {
        let batch = try pickle("python2")
        let members = ((1...5).map { "data_batch_\($0)" } + ["test_batch"]).flatMap {
            tar("cifar-10-batches-py/" + $0, batch)
        }
        try folder.write(
            gzip(members + [UInt8](repeating: 0, count: 1024)), "cifar-10-python.tar.gz")
        #expect(try CIFAR10(directory: folder.path).train.y.floats().prefix(4) == [3, 9, 0, 3])
    }

    @Test func aHundredClasses() throws {
        // As in CIFAR-100, whose files have no ending.
        var bytes = try pickle("python2")
        let name = Array("U\u{6}labels".utf8)
        let start = try #require(
            bytes.indices.first { bytes[$0...].starts(with: name) })
        bytes.replaceSubrange(start..<start + name.count, with: Array("U\u{b}fine_labels".utf8))
        for name in ["train", "test"] { try folder.write(bytes, "cifar-100-python/\(name)") }
        #expect(try CIFAR100(directory: folder.path).test.y.floats() == [3, 9, 0])
    }

    @Test func othersAreRefused() throws {
        func refusal(_ bytes: [UInt8]) throws -> String {
            try write(bytes)
            let text = errorMessage { _ = try CIFAR10(directory: folder.path) }
            let start =
                "\(folder.file("cifar-10-batches-py/data_batch_1")) is not a usable batch of CIFAR: "
            #expect(text.hasPrefix(start), "\(text)")
            return String(text.dropFirst(start.count))
        }
        let call = try refusal(pickle("command"))
        #expect(
            call
                == "it calls the Python function posix.system, and only what NumPy arrays are made of "
                + "is read.")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/strata-ran"))
        #expect(
            try refusal(pickle("columns")) == "it has an array that is stored by columns.")
        _ = try refusal(pickle("objects"))
        let whole = try pickle("python2")
        #expect(try refusal(Array(whole.prefix(4000))) == "it is cut short.")
        // Lists within lists, which would be released one within the other.
        let nested =
            [0x80, 2] + [UInt8](repeating: UInt8(ascii: "]"), count: 100_000)
            + [UInt8](repeating: UInt8(ascii: "a"), count: 99_999) + [UInt8(ascii: ".")]
        _ = try refusal(nested)
        let tuples =
            [0x80, 2, UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: 100_000)
            + [UInt8(ascii: ".")]
        _ = try refusal(tuples)
    }
}
