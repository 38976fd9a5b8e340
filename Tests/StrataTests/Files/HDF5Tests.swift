import Foundation
import Strata
import TestSupport
import Testing

@Suite struct HDF5Tests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    /// What every array of the fixtures holds.
    private func expectNumbers(_ array: ArrayData?, _ shape: [Int], _ dtype: DType) {
        #expect(array?.shape == shape)
        #expect(array?.dtype == dtype)
        let count = shape.reduce(1, *)
        #expect(array?.floats() == (0..<count).map(Float.init))
    }

    private func open(_ name: String) throws -> HDF5Group {
        try HDF5Reader(path: fixture(name)).root
    }

    // MARK: What h5py writes

    @Test func types() throws {
        let group = try #require(try open("kinds.h5").group("types"))
        #expect(group.path == "types")
        #expect(group.names.count == 23)
        let types: [(String, DType)] = [
            ("u1", .uint8), ("i1", .int8), ("u2", .uint16), ("i2", .int16), ("u4", .uint32),
            ("i4", .int32), ("u8", .uint64), ("i8", .int64), ("f2", .float16), ("f4", .float32),
            ("f8", .float64),
        ]
        for (code, dtype) in types {
            for order in ["<", ">"] {
                let array = try group.array(order + code)
                expectNumbers(array, [2, 3], dtype)
                #expect(array?.byteOrderSwapped == (order == ">" && dtype.byteCount > 1))
            }
        }
        let flags = try group.array("bool")
        #expect(flags?.dtype == .bool)
        #expect(flags?.floats() == [0, 1, 1])
    }

    @Test func paths() throws {
        let root = try open("kinds.h5")
        #expect(
            root.names == ["deep", "none", "scalar", "text", "types", "é", "attributes"])
        #expect(root.groups.map(\.path) == ["deep", "types", "attributes"])
        expectNumbers(try root.array("deep/er/and/deeper"), [2], .float32)
        expectNumbers(try root.group("deep/er")?.array("and/deeper"), [2], .float32)
        expectNumbers(try root.array("é"), [3], .float32)
        expectNumbers(try root.array("none"), [0, 3], .float32)
        #expect(try root.array("scalar")?.shape == [])
        #expect(try root.array("scalar")?.floats() == [7])
        #expect(try root.array("nothing") == nil)
        #expect(try root.array("deep/er") == nil)
        #expect(try root.array("scalar/x") == nil)
        #expect(root.group("scalar") == nil)
        let path = fixture("kinds.h5")
        #expect(
            throws: StrataError("\(path): cannot read text: its elements are text, not numbers.")
        ) { try root.array("text") }
    }

    @Test func attributes() throws {
        let group = try #require(try open("kinds.h5").group("attributes"))
        #expect(try group.strings("name") == ["conv2d_é"])
        #expect(try group.strings("empty") == [""])
        #expect(try group.strings("names") == ["a", "longer", ""])
        #expect(try group.strings("fixed") == ["fixed"])
        #expect(try group.strings("fixed_names") == ["one", "three"])
        #expect(try group.strings("number") == nil)
        #expect(try group.strings("nothing") == nil)
        guard case .numbers(let number) = try group.attribute("number"),
            case .numbers(let numbers) = try group.attribute("numbers")
        else {
            Issue.record("They are numbers.")
            return
        }
        #expect(number.floats() == [5])
        expectNumbers(numbers, [3], .float64)
    }

    @Test func manyNames() throws {
        let root = try open("many.h5")
        #expect(root.names == (0..<260).map(String.init).sorted())
        for index in 0..<260 {
            #expect(try root.array("\(index)")?.floats() == [Float(index % 256)])
        }
        for index in 0..<20 {
            #expect(try root.strings("attribute \(index)") == ["text \(index)"])
        }
    }

    @Test func chunks() throws {
        let root = try open("chunks.h5")
        for name in ["plain", "gzip", "shuffle", "checksum", "one chunk", "lzf"] {
            expectNumbers(try root.array(name), [7, 10], .float32)
        }
        expectNumbers(try root.array("all"), [7, 10], .float64)
        expectNumbers(try root.array("odd checksum"), [7], .uint8)
        expectNumbers(try root.array("three"), [3, 4, 5], .int16)
        expectNumbers(try root.array("many"), [200], .int32)
        #expect(try root.array("unwritten")?.floats() == [5, 5, 5, 5])
        #expect(
            try root.array("part")?.floats()
                == [0, 1, 9, 9, 2, 3, 9, 9, 4, 5, 9, 9] + [Float](repeating: 9, count: 12))
    }

    /// The format that `libver="latest"` chooses, and every index of chunks in it.
    @Test func latest() throws {
        let root = try open("latest.h5")
        for name in [
            "fixed", "fixed filters", "fixed lzf", "single", "single gzip", "implicit", "growing",
            "growing second", "growing gzip", "bounded", "growing both", "growing both lzf",
            "contiguous",
        ] {
            expectNumbers(try root.array(name), [7, 10], .float32)
        }
        expectNumbers(try root.array("fixed pages"), [2500], .uint16)
        expectNumbers(try root.array("fixed pages lzf"), [1100, 2], .uint16)
        expectNumbers(try root.array("growing third"), [3, 4, 25], .int16)
        expectNumbers(try root.array("growing long"), [900], .uint16)
        expectNumbers(try root.array("growing long gzip"), [300, 2], .uint16)
        expectNumbers(try root.array("growing both long"), [40, 40], .uint16)
        expectNumbers(try root.array("named"), [3], .int32)
        expectNumbers(try root.array("bfloat16"), [3], .float32)
        #expect(try root.array("scalar")?.floats() == [7])
        #expect(try root.array("unwritten")?.floats() == [5, 5, 5, 5])
        #expect(
            try root.array("part")?.floats()
                == [0, 1, 9, 9, 2, 3, 9, 9, 4, 5, 9, 9] + [Float](repeating: 9, count: 12))
        let part = try #require(try root.array("growing part")?.floats())
        #expect(part.count == 2400 && part[400...402] == [2, 3, 9] && part.last == 7)
        #expect(part.count { $0 != 9 } == 7)
        let many = try #require(root.group("many"))
        #expect(many.names == (0..<300).map(String.init).sorted())
        for index in 0..<300 {
            #expect(try many.array("\(index)")?.floats() == [Float(index % 256)])
        }
        for index in 0..<20 {
            #expect(try many.strings("attribute \(index)") == ["text \(index)"])
        }
        #expect(try root.strings("long") == [String(repeating: "x", count: 70_000)])
        #expect(root.group("ordered")?.names == ["z", "y", "x", "a", "b"])
        #expect(try root.group("ordered")?.strings("attribute 11") == ["text 11"])
    }

    @Test func aBlockOfTheUsers() throws {
        let root = try open("block.h5")
        #expect(root.names == (0..<20).map { "b\(20 - $0)" } + ["chunks"])
        expectNumbers(try root.array("b7/c"), [3], .float32)
        expectNumbers(try root.array("chunks"), [7, 10], .float32)
        #expect(try root.strings("attribute 3") == ["text 3"])
    }

    @Test func whatIsRefused() throws {
        let latest = try open("latest.h5")
        #expect(
            throws: StrataError(
                "\(fixture("latest.h5")): cannot read scaleoffset: it is compressed by the filter 6 "
                    + "(scaleoffset), which is not supported.")
        ) { try latest.array("scaleoffset") }
        #expect(
            throws: StrataError(
                "\(fixture("latest.h5")): cannot read float8_e4m3fn: it has float8_e4m3fn, which is "
                    + "not supported.")
        ) { try latest.array("float8_e4m3fn") }
        let root = try open("chunks.h5")
        let file = fixture("chunks.h5")
        let size = try bytes(of: file).count
        #expect(
            throws: StrataError(
                "\(file): cannot read bomb: its data are compressed from \(4 << 40) bytes, "
                    + "too many for a file of \(size).")
        ) { try root.array("bomb") }
        let links = fixture("links.h5")
        #expect(
            throws: StrataError(
                "\(links) is not a valid HDF5 file: b in it is a link to another place.")
        ) { try open("links.h5") }
    }

    @Test func otherFilesAreExplained() throws {
        func message(_ bytes: [UInt8]) throws -> String {
            let path = try directory.write(bytes)
            return errorMessage { _ = try HDF5Reader(path: path) }
                .replacingOccurrences(of: path, with: "FILE")
        }
        let start = "FILE is not a valid HDF5 file: "
        let original = try bytes(of: fixture("kinds.h5"))
        #expect(try message([]) == start + "it does not start with \\x89HDF.")
        #expect(try message(Array("PK".utf8)) == start + "it does not start with \\x89HDF.")
        #expect(
            try message(original.dropLast())
                == start
                + "it is cut short: it has \(original.count - 1) bytes of \(original.count).")
        var bytes = original
        bytes[8] = 9
        #expect(
            try message(bytes) == start + "its format version is 9, and 0 to 3 are known.")
    }

    // MARK: What is written

    private func tree() -> HDF5Tree {
        var tree = HDF5Tree()
        let types: [DType] = [.int8, .uint16, .int32, .uint64, .float16, .float32, .float64, .bool]
        for dtype in types {
            tree.insert(
                ArrayData(shape: [3, 1], dtype: dtype) { bytes in
                    for index in bytes.indices { bytes[index] = UInt8(index % 2) }
                }, at: "types/\(dtype)")
        }
        tree.insert(ArrayData(shape: [], floats: [5]), at: "layers/a/vars/0")
        tree.insert(ArrayData(shape: [0, 2], floats: []), at: "layers/a/vars/1")
        tree.groups[1].groups[0].groups[0].attributes = [
            ("name", "a layer é"), ("empty", ""), ("long", String(repeating: "long ", count: 9999)),
        ]
        tree.groups.append(HDF5Tree("nothing"))
        return tree
    }

    @Test func roundTrip() throws {
        let path = directory.file("a.h5")
        let writer = try HDF5Writer(tree())
        try AtomicFile.write(to: path) { try writer.write(to: $0) }
        #expect(try bytes(of: path).count == writer.byteCount)
        let root = try HDF5Reader(path: path).root
        #expect(root.names == ["layers", "nothing", "types"])
        #expect(root.group("nothing")?.names == [])
        for (name, array) in tree().groups[0].arrays {
            let read = try #require(try root.array("types/\(name)"))
            #expect(read.dtype == array.dtype)
            #expect(read.shape == [3, 1])
            #expect(read.floats() == array.floats())
        }
        let vars = try #require(root.group("layers/a/vars"))
        #expect(try vars.array("0")?.floats() == [5])
        #expect(try vars.array("1")?.shape == [0, 2])
        #expect(try vars.strings("name") == ["a layer é"])
        #expect(try vars.strings("empty") == [""])
        #expect(try vars.strings("long") == [String(repeating: "long ", count: 9999)])
    }

    @Test func foreignByteOrderIsKept() throws {
        let original = try #require(try open("kinds.h5").array("types/>f4"))
        var tree = HDF5Tree()
        tree.insert(original, at: "a")
        let path = directory.file("a.h5")
        let writer = try HDF5Writer(tree)
        try AtomicFile.write(to: path) { try writer.write(to: $0) }
        let array = try HDF5Reader(path: path).root.array("a")
        #expect(array?.byteOrderSwapped == true)
        expectNumbers(array, [2, 3], .float32)
    }

    /// Trees of one, two and three levels.
    @Test(arguments: [0, 1, 8, 9, 256, 257, 10_000])
    func groupsOfAnySize(count: Int) throws {
        var tree = HDF5Tree()
        for index in 0..<count {
            tree.arrays.append(("\(index)", ArrayData(shape: [], floats: [Float(index)])))
        }
        let path = directory.file("a.h5")
        let writer = try HDF5Writer(tree)
        try AtomicFile.write(to: path) { try writer.write(to: $0) }
        let root = try HDF5Reader(path: path).root
        #expect(root.names == (0..<count).map(String.init).sorted())
        for index in stride(from: 0, to: count, by: 37) {
            #expect(try root.array("\(index)")?.floats() == [Float(index)])
        }
    }

    /// As in a `.keras` file, at an address that suits no number.
    @Test func withinAnotherFile() throws {
        let path = directory.file("a.zip")
        try AtomicFile.write(to: path) { file in
            var zip = ZIPWriter(file)
            try [UInt8](repeating: 1, count: 3).withUnsafeBytes { try zip.add("odd", [$0]) }
            try HDF5Writer(tree()).withPieces { try zip.add("model.weights.h5", $0) }
            try zip.finish()
        }
        let zip = try ZIPReader(path: path)
        let member = try zip.contents(of: zip.members[1])
        let reader = try HDF5Reader(
            member.storage, offset: member.offset, count: member.count, name: path)
        #expect(try reader.root.array("layers/a/vars/0")?.floats() == [5])
        #expect(try reader.root.array("types/float64")?.count == 3)
    }

    @Test func namesThatCannotBe() {
        var twice = HDF5Tree()
        twice.arrays = [("a", ArrayData(shape: [1], floats: [1]))]
        twice.groups = [HDF5Tree("a")]
        #expect(throws: StrataError("An HDF5 group cannot have a twice.")) {
            try HDF5Writer(twice)
        }
        for name in ["", ".", "a/b", "a\0"] {
            var tree = HDF5Tree()
            tree.groups = [HDF5Tree(name)]
            #expect(throws: StrataError("An HDF5 file cannot have the name \"\(name)\".")) {
                try HDF5Writer(tree)
            }
        }
    }
}
