import Foundation
import Strata
import TestSupport
import Testing

@Suite struct NPYTests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    @Test(arguments: ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"])
    func readsWhatNumPyWrites(code: String) throws {
        for order in ["little", "big"] {
            let array = try NPY.read(fixture("\(order)_\(code).npy"))
            #expect(array.shape == [2, 3])
            #expect(array.floats() == [0, 1, 2, 3, 4, 5])
            #expect(array.byteOrderSwapped == (order == "big" && array.dtype.byteCount > 1))
        }
    }

    @Test func readsEveryLayout() throws {
        #expect(try NPY.read(fixture("bool.npy")).floats() == [0, 1, 1])
        #expect(try NPY.read(fixture("scalar.npy")).shape == [])
        #expect(try NPY.read(fixture("scalar.npy")).floats() == [0])
        #expect(try NPY.read(fixture("vector.npy")).shape == [5])
        #expect(try NPY.read(fixture("empty.npy")).shape == [0, 3])
        #expect(try NPY.read(fixture("empty.npy")).floats() == [])
        #expect(try NPY.read(fixture("fortran.npy")).shape == [2, 3, 4])
        #expect(try NPY.read(fixture("fortran.npy")).floats() == (0..<24).map(Float.init))
        #expect(try NPY.read(fixture("fortran_big.npy")).floats() == (0..<6).map(Float.init))
        #expect(try NPY.read(fixture("version2.npy")).floats() == (0..<6).map(Float.init))
        #expect(try NPY.read(fixture("version3.npy")).floats() == (0..<6).map(Float.init))
    }

    static let kinds =
        ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]
        .flatMap { ["little_\($0)", "big_\($0)"] } + ["bool", "scalar", "vector", "empty"]

    /// Reading and writing a file of NumPy's gives the same bytes.
    @Test(arguments: kinds)
    func writesAsNumPyDoes(name: String) throws {
        let original = fixture("\(name).npy")
        let copy = directory.file("copy.npy")
        try NPY.write(NPY.read(original), to: copy)
        #expect(try bytes(of: copy) == bytes(of: original))
    }

    @Test func halves() {
        let values: [(UInt16, Float)] = [
            (0x3c00, 1), (0xc000, -2), (0x7bff, 65504), (0x0001, 0x1p-24), (0x03ff, 0x3ffp-24),
            (0x0400, 0x1p-14), (0x3555, 0.333251953125), (0x7c00, .infinity), (0xfc00, -.infinity),
        ]
        for (bits, value) in values { #expect(Float(halfBits: bits) == value) }
        #expect(Float(halfBits: 0x7e00).isNaN)
        #expect(Float(halfBits: 0x8000).sign == .minus)
    }

    @Test func bytesAfterTheElementsAreIgnored() throws {
        let path = try directory.write(bytes(of: fixture("vector.npy")) + [1, 2, 3])
        #expect(try NPY.read(path).floats() == [0, 1, 2, 3, 4])
    }

    @Test func headersOfOtherProgramsAreRead() throws {
        let header = "{ \"shape\":(3L ,) ,\n\"fortran_order\" : True,'descr':'<f4'}"
        let path = try directory.write(npy(header, floats: [1, 2, 3]))
        #expect(try NPY.read(path).floats() == [1, 2, 3])
    }

    @Test(arguments: damagedFiles)
    func damagedFilesAreExplained(bytes: [UInt8], reason: String) throws {
        let path = try directory.write(bytes)
        let error = errorMessage { try NPY.read(path) }
        #expect(error == "\(path) is not a valid .npy file: \(reason).")
    }

    @Test func filesThatCannotBeOpenedAreExplained() {
        let missing = directory.file("missing.npy")
        #expect(throws: StrataError("Cannot read \(missing): No such file or directory.")) {
            try NPY.read(missing)
        }
        #expect(throws: StrataError("Cannot read \(directory.path): it is a directory.")) {
            try NPY.read(directory.path)
        }
        let pipe = directory.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: StrataError("Cannot read \(pipe): it is not a regular file.")) {
            try NPY.read(pipe)
        }
    }

    /// Every cut and thousands of random changes: an array or an error, never a trap.
    @Test(arguments: ["vector", "fortran", "version2", "big_f8"])
    func mutations(name: String) throws {
        let original = try bytes(of: fixture("\(name).npy"))
        mutate(original, times: 1500) { mutant in
            let storage = FileBytes(count: mutant.count) { $0.copyBytes(from: mutant) }
            guard let array = try? NPY.decode(storage, at: 0, count: mutant.count, name: "mutant")
            else { return }
            #expect(array.byteCount <= mutant.count)
            #expect(array.floats().count == array.count)
        }
    }

    /// Names that NumPy understands beside those it writes.
    @Test(arguments: [
        ("?", DType.bool), ("f", .float32), ("d", .float64), ("<e", .float16), ("=i", .int32),
        ("q", .int64), ("B", .uint8), ("H", .uint16), ("float32", .float32), ("uint8", .uint8),
        ("double", .float64), ("bool", .bool),
    ])
    func namesOfTypes(_ name: String, _ dtype: DType) throws {
        let header = "{'descr': '\(name)', 'fortran_order': False, 'shape': (1,), }\n"
        var bytes: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0, UInt8(header.utf8.count), 0]
        bytes += header.utf8 + [UInt8](repeating: 0, count: dtype.byteCount)
        let array = try NPY.read(directory.write(bytes))
        #expect(array.dtype == dtype && array.shape == [1])
    }

    @Test func aGitLFSPointer() throws {
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
        let path = try directory.write(Array(text.utf8))
        #expect(
            throws: StrataError(
                "Cannot read \(path): it is a Git LFS pointer, not the file it stands for. Run git lfs "
                    + "pull first.")
        ) { try NPY.read(path) }
        #expect(throws: StrataError.self) { try Model.load(from: path) }
    }
}

/// Calls `body` with every truncation of `original` and with random changes of some of its bytes.
func mutate(_ original: [UInt8], times: Int, _ body: ([UInt8]) throws -> Void) rethrows {
    for count in 0..<original.count { try body(Array(original.prefix(count))) }
    var state: UInt64 = 1
    func random(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
    for _ in 0..<times {
        var mutant = original
        for _ in 0...random(3) {
            // Half of the changes hit the header or the list at the end.
            let offset = random(2) == 0 ? random(min(64, mutant.count)) : random(mutant.count)
            let interesting: [UInt8] = [0, 0xff, 0x7f, 0x80, 0x28, 0x2c, 0x2d, 0x39, 0x7b]
            mutant[random(2) == 0 ? offset : mutant.count - 1 - offset] =
                random(2) == 0 ? UInt8(random(256)) : interesting[random(interesting.count)]
        }
        try body(mutant)
    }
}

/// A .npy file of version 1 with `header`, as it stands.
private func npy(_ header: String, floats: [Float] = []) -> [UInt8] {
    npy(Array(header.utf8), floats: floats)
}

private func npy(_ header: [UInt8], floats: [Float] = []) -> [UInt8] {
    let count = UInt16(header.count)
    return [0x93] + "NUMPY".utf8 + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + header
        + floats.withUnsafeBytes(Array.init)
}

private func npy(descr: String = "'<f4'", order: String = "False", shape: String) -> [UInt8] {
    npy("{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }", floats: [1, 2])
}

private let damagedFiles: [([UInt8], String)] = {
    let malformed = "its header is not the dictionary of a .npy file"
    let start: [UInt8] = [0x93] + "NUMPY".utf8
    return [
        ([], "it is empty"),
        (Array("PK some other file".utf8), "it does not start with \\x93NUMPY"),
        (Array(start.prefix(4)), "it does not start with \\x93NUMPY"),
        (start + [1], "it ends before the format version"),
        (start + [9, 0, 0, 0], "its format version is 9, and 1 to 3 are known"),
        (start + [1, 0, 5], "it ends before the header"),
        (start + [2, 0, 5, 0, 0], "it ends before the header"),
        (
            start + [1, 0, 0xff, 0xff, 0x7b],
            "its header is said to be 65535 bytes long, but 1 follow"
        ),
        (
            start + [2, 0, 0xff, 0xff, 0xff, 0xff, 0x7b],
            "its header is said to be 4294967295 bytes long, but 1 follow"
        ),
        (
            npy(String(repeating: " ", count: 20_000)),
            "its header is 20000 bytes long, and 10000 are allowed"
        ),
        (npy(""), malformed),
        (npy("nonsense"), malformed),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)"), malformed),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x"), malformed),
        (npy(shape: "(2)"), malformed),
        (npy(shape: "(1.5,)"), malformed),
        (npy(shape: "(-,)"), malformed),
        (npy(descr: "'\\x3cf4'", shape: "(2,)"), malformed),
        (npy(descr: "[('a', '<f4')", shape: "(2,)"), malformed),
        (npy([0x7b, 0x27, 0xff, 0x27, 0x3a]), "its header is not text"),
        (npy("{(1,): True}"), "its header has a key that is not a string"),
        (npy("{'descr': '<f4', 'shape': (2,)}"), "its header has no 'fortran_order'"),
        (npy("{}"), "its header has no 'descr'"),
        (npy("{'descr': '<f4', 'descr': '<f8'}"), "its header has 'descr' twice"),
        (
            npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': ()}"),
            "its header has the unknown key 'x'"
        ),
        (
            npy(order: "'no'", shape: "(2,)"),
            "'fortran_order' in its header is neither True nor False"
        ),
        (npy(shape: "'2'"), "'shape' in its header is not a tuple of numbers"),
        (npy(descr: "True", shape: "(2,)"), "'descr' in its header is not a string"),
        (npy(descr: "[('a', '<f4')]", shape: "(2,)"), "its elements are records, not numbers"),
        (
            npy(descr: "'|O'", shape: "(2,)"),
            "its elements are Python objects (pickled), not real numbers"
        ),
        (
            npy(descr: "'<c8'", shape: "(2,)"),
            "its elements are of the type '<c8' (complex numbers), not real numbers"
        ),
        (
            npy(descr: "'<q7'", shape: "(2,)"),
            "its elements are of the type '<q7' (unknown), not real numbers"
        ),
        (
            npy(descr: "''", shape: "(2,)"),
            "its elements are of the type '' (unknown), not real numbers"
        ),
        (npy(shape: "(2, -3)"), "its shape [2, -3] has the negative dimension -3"),
        (
            npy(shape: "(4611686018427387904, 4)"),
            "its shape [4611686018427387904, 4] is too large for any memory"
        ),
        (
            npy(shape: "(0, 4611686018427387904, 4)"),
            "its shape [0, 4611686018427387904, 4] is too large for any memory"
        ),
        (
            npy(shape: "(99999999999999999999,)"),
            "its shape has the dimension 99999999999999999999, too large"
        ),
        (
            npy(shape: "(" + String(repeating: "1, ", count: 65) + ")"),
            "its shape must have at most 64 dimensions, but has 65"
        ),
        (
            npy(shape: "(3,)"),
            "its header announces the shape [3] and float32, which are 12 bytes, but only 8 follow"
        ),
        (
            npy(shape: "(1000000, 1000000)"),
            "its header announces the shape [1000000, 1000000] and float32, which are"
                + " 4000000000000 bytes, but only 8 follow"
        ),
    ]
}()
