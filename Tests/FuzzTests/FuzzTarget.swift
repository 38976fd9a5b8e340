import CStrata
import Foundation
import Strata
import StrataDatasets
import StrataPlots

/// A reader and the files it gets.
struct FuzzTarget {
    let name: String
    /// Makes the damaged file of a number.
    let mutant: (Int) -> [UInt8]
    /// Reads a file. Nothing but `StrataError`s may come of it.
    let read: (FileBytes) throws -> Void

    /// - Parameters:
    ///   - seeds: undamaged files.
    ///   - repair: makes checksums right again, without which most damage would go no further; one
    ///     file in four stays as it is.
    init(
        _ name: String, _ seeds: [[UInt8]], repair: (([UInt8]) -> [UInt8])? = nil,
        read: @escaping (FileBytes) throws -> Void
    ) {
        self.name = name
        mutant = { number in
            var mutator = Mutator(seeds, number: number)
            let mutant = mutator.mutant()
            return number % 4 == 0 ? mutant : repair?(mutant) ?? mutant
        }
        self.read = read
    }

    /// - Parameter values: what is damaged as JSON; one file in eight is damaged as text.
    init(_ name: String, json values: [JSON], read: @escaping (FileBytes) throws -> Void) {
        self.name = name
        let texts = values.map { Array($0.description.utf8) }
        mutant = { number in
            if number % 8 == 0 {
                var mutator = Mutator(texts, number: number)
                return mutator.mutant()
            }
            var mutator = JSONMutator(number: number)
            return Array(mutator.mutant(of: values).description.utf8)
        }
        self.read = read
    }
}

// MARK: - Arrays

extension FuzzTarget {
    private static let archives = ["stored.npz", "deflated.npz", "zip64.npz"]

    static var zip: FuzzTarget {
        get throws {
            FuzzTarget("zip", try archives.map(fixture)) { file in
                let reader = try ZIPReader(file, name: "fuzz")
                for member in reader.members { _ = try reader.contents(of: member) }
            }
        }
    }

    static var npz: FuzzTarget {
        get throws {
            FuzzTarget("npz", try archives.map(fixture), repair: withChecksums) { file in
                for named in try NPZ.decode(file, name: "fuzz") { use(named.array) }
            }
        }
    }

    static var npy: FuzzTarget {
        get throws {
            let seeds = ["little_f4", "fortran_big", "version3", "scalar", "bool", "big_f2"]
            return FuzzTarget("npy", try seeds.map { try fixture("\($0).npy") }) { file in
                use(try NPY.decode(file, at: 0, count: file.count, name: "fuzz"))
            }
        }
    }

    static var safetensors: FuzzTarget {
        get throws {
            FuzzTarget("safetensors", [try fixture("arrays.safetensors")]) { file in
                for named in try Safetensors.decode(file, name: "fuzz").arrays { use(named.array) }
            }
        }
    }

    static var hdf5: FuzzTarget {
        get throws {
            let seeds = try ["kinds.h5", "chunks.h5", "model.weights.h5", "legacy.h5"].map(seed)
            let others = try ["links.h5", "small.h5", "small_latest.h5"].map(fixture)
            return FuzzTarget("hdf5", seeds + others) {
                use(try HDF5Reader($0, name: "fuzz").root)
            }
        }
    }

    // MARK: - Models

    static var json: FuzzTarget {
        let text =
            #"{"a": [1, -2.5e-3, null, true, NaN, -Infinity], "b": {"é\u00e9\ud83d\ude00": "\n"}}"#
        return FuzzTarget("json", [Array(text.utf8)]) { file in
            let value = try JSON(parsing: file.bytes)
            precondition(try! JSON(parsing: value.description).description == value.description)
        }
    }

    /// The form of a model and how it is compiled; running one takes long, so only some are run.
    static var configuration: FuzzTarget {
        get throws {
            FuzzTarget("configuration", json: try ModelSeeds.all()) { file in
                try ModelSeeds.use(JSON(parsing: file.bytes), runs: file.count % 8 == 0)
            }
        }
    }

    /// Whole model files.
    static var keras: FuzzTarget {
        get throws {
            let seeds = try [
                "keras_files/nadam.keras", "keras_files/sequential.keras",
                "keras_files/nested.keras", "keras2/momentum.keras", "keras2/nested.h5",
                "keras2/decay.h5",
            ].map(fixture)
            return FuzzTarget("keras", seeds, repair: withChecksums) { file in
                _ = try Model.load(file, name: "fuzz")
            }
        }
    }

    /// Models of other programs; numbers beside the file are not there.
    static var onnx: FuzzTarget {
        get throws {
            FuzzTarget(
                "onnx", try ["traced13", "exported20"].map { try fixture("onnx/\($0).onnx") }
            ) {
                _ = try Model.load(onnx: $0, name: "fuzz.onnx")
            }
        }
    }

    /// Weights in a model that there is.
    static var weights: FuzzTarget {
        get throws {
            FuzzTarget("weights", [try seed("model.weights.h5")]) { file in
                let model = Sequential(inputShape: [2]) { Dense(3) }
                try model.loadWeights(file, ModelFileFormat(".weights.h5")!, name: "fuzz")
            }
        }
    }

    static var legacyWeights: FuzzTarget {
        get throws {
            FuzzTarget("legacy weights", [try seed("legacy.h5")]) { file in
                let model = Sequential(inputShape: [2]) { Dense(3) }
                try model.loadWeights(file, ModelFileFormat(".h5")!, name: "fuzz")
            }
        }
    }

    // MARK: - Pictures and data sets

    static var png: FuzzTarget {
        get throws {
            let seeds = [
                "bilevel", "grey", "grey16", "grey_opacity", "palette1", "palette4", "palette8",
                "palette_opacity", "rgb", "rgba",
            ]
            return FuzzTarget(
                "png", try seeds.map { try fixture("images/\($0).png") }, repair: withPNGChecksums
            ) { _ = try Image($0, name: "fuzz") }
        }
    }

    static var anymap: FuzzTarget {
        get throws {
            FuzzTarget("anymap", try ["images/grey.pgm", "images/rgb.ppm"].map(fixture)) {
                _ = try Image($0, name: "fuzz")
            }
        }
    }

    /// Read as they are, and as far as they go; some are then resized.
    private static func pictures(_ name: String, _ files: [String]) throws -> FuzzTarget {
        FuzzTarget(name, try files.map { try fixture("pictures/\($0).\(name)") }) { file in
            let options = ImageReadingOptions(
                minimumSize: file.count % 3 == 0 ? (8, 8) : nil, allowsTruncated: true)
            let image = try? Image(file, name: "fuzz", options)
            if let image, image.pixels.count < 1 << 16 {
                _ = image.resized(
                    height: 9, width: 7, interpolation: .antialiased, aspectRatio: .crop)
            }
            _ = try Image(file, name: "fuzz")
        }
    }

    static var jpeg: FuzzTarget {
        get throws {
            try pictures(
                "jpg",
                [
                    "420", "411", "mixed", "threes", "many_scans", "progressive_420", "one_by_one",
                    "restart", "restart_rows", "wide_tables", "grey", "cmyk", "ycck", "turned6",
                    "2x3",
                ])
        }
    }

    static var gif: FuzzTarget {
        get throws {
            try pictures("gif", ["plain", "interlaced", "transparent", "part", "frames"])
        }
    }

    static var bmp: FuzzTarget {
        get throws {
            try pictures(
                "bmp",
                [
                    "colours", "palette", "bilevel", "opacity", "fives", "sixes", "runs8", "runs4",
                    "nibbles", "core", "from_the_top",
                ])
        }
    }

    /// Plain and compressed.
    static var idx: FuzzTarget {
        let bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]
        let floats: [UInt8] = [0, 0, 13, 1, 0, 0, 0, 2] + [UInt8](repeating: 1, count: 8)
        let packed = bytes.withUnsafeBytes { Deflate.compress($0, .gzip) }
        return FuzzTarget("idx", [bytes, floats, packed]) { file in
            use(try IDX.decode(file, name: "fuzz"))
        }
    }

    /// Batches as Python pickles them, in all protocols.
    static var pickle: FuzzTarget {
        get throws {
            let path = tests.appendingPathComponent("StrataDatasetsTests/Fixtures/pickles.npz").path
            let seeds = try NPZ.read(path).map { $0.array.withUnsafeBytes { Array($0) } }
            let batches = CIFARBatches(.pickle(labels: "labels"), train: ["a"], test: ["a"])
            return FuzzTarget("pickle", seeds) { file in
                _ = try batches.read { .init(file, name: $0) }
            }
        }
    }

    /// One batch as it is, and as the only file of an archive.
    static var cifar: FuzzTarget {
        let batches = CIFARBatches(.binary(labelCount: 1), train: ["a"], test: ["a"])
        let archive = CIFARArchive(name: "fuzz", batches: batches)
        let batch = [UInt8](repeating: 1, count: 3073)
        var header = [UInt8](repeating: 0, count: 512)
        func write(_ text: String, at place: Int) {
            for (index, byte) in text.utf8.enumerated() { header[place + index] = byte }
        }
        write("folder/a", at: 0)
        write("00000006001", at: 124)
        write("        0", at: 148)
        write(String(header.reduce(0) { $0 + Int($1) }, radix: 8), at: 148)
        let end = [UInt8](repeating: 0, count: 512 * 7 - 3073)
        let tar = header + batch + end
        let packed = tar.withUnsafeBytes { Deflate.compress($0, .gzip) }
        return FuzzTarget("cifar", [batch, tar, packed]) { file in
            _ = try? batches.read { .init(file, name: $0) }
            _ = try archive.read(file, name: "fuzz")
        }
    }

    /// The curves of a training run.
    static var history: FuzzTarget {
        let seeds: [JSON] = [
            ["loss": [1.5, 0.5, 0.25], "val_loss": [1, nil, 1e-9], "accuracy": [0, 1, 1]],
            ["learning_rate": [1e-3, 1e-4]],
        ]
        return FuzzTarget("history", json: seeds) { file in
            for (_, chart) in try Curves(file, name: "fuzz").charts {
                _ = chart.characters(columns: 60, rows: 12, colored: false)
                _ = chart.canvas()
            }
        }
    }
}

// MARK: - Files

private let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

/// A file of the tests' own.
private func seed(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: tests.appendingPathComponent("FuzzTests/Seeds/\(name)")))
}

/// A file that other tests read.
func fixture(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: tests.appendingPathComponent("StrataTests/Fixtures/\(name)")))
}

/// A PNG file with the checksums of its parts, as far as they can be told apart.
private func withPNGChecksums(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var start = 8
    while start + 12 <= file.count {
        let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= file.count - start - 12 else { break }
        let end = start + 8 + length
        let checksum = Array(file[start + 4..<end]).withUnsafeBufferPointer {
            strata_crc32(0, $0.baseAddress, $0.count)
        }
        for index in 0..<4 { file[end + index] = UInt8(checksum >> (24 - 8 * index) & 0xff) }
        start = end + 4
    }
    return file
}

/// A ZIP file with the checksums that its members' bytes have, as far as they are stored and found.
private func withChecksums(_ file: [UInt8]) -> [UInt8] {
    var file = file
    func number(_ offset: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
    }
    for entry in stride(from: 0, to: file.count - 46, by: 1)
    where file[entry] == 0x50 && number(entry, 4) == 0x0201_4b50 {
        let (count, header) = (number(entry + 20, 4), number(entry + 42, 4))
        guard header < file.count - 30 else { continue }
        let start = header + 30 + number(header + 26, 2) + number(header + 28, 2)
        guard number(entry + 10, 2) == 0, start <= file.count, count <= file.count - start else {
            continue
        }
        let checksum = file[start..<start + count].withUnsafeBufferPointer {
            strata_crc32(0, $0.baseAddress, $0.count)
        }
        for index in 0..<4 { file[entry + 16 + index] = UInt8(checksum >> (8 * index) & 0xff) }
    }
    return file
}
