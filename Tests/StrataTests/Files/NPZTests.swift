import CStrata
import Foundation
import Strata
import TestSupport
import Testing

@Suite struct NPZTests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    let arrays = [
        NamedArray("dense/kernel", ArrayData(shape: [2, 3], floats: [0, 1, 2, 3, 4, 5])),
        NamedArray("dense/bias", ArrayData(shape: [3], [0.0, 1, 2])),
    ]

    @Test(arguments: ["stored", "zip64", "deflated"])
    func readsWhatNumPyWrites(name: String) throws {
        try expectEqual(NPZ.read(fixture("\(name).npz")), arrays)
    }

    @Test func roundTrip() throws {
        let path = directory.file("a.npz")
        try NPZ.write(arrays, to: path)
        try expectEqual(NPZ.read(path), arrays)
        try NPZ.write([], to: path)
        #expect(try NPZ.read(path).isEmpty)
    }

    /// With the limit at 1 every number is written as if it took more than 32 bits.
    @Test func largeFilesRoundTrip() throws {
        let path = directory.file("large.zip")
        try AtomicFile.write(to: path) { file in
            var writer = ZIPWriter(file, limit: 1)
            for name in ["a", "b"] {
                try Array("contents of \(name)".utf8).withUnsafeBytes {
                    try writer.add(name, [$0, $0])
                }
            }
            try writer.finish()
        }
        let reader = try ZIPReader(path: path)
        #expect(reader.members.map(\.name) == ["a", "b"])
        for member in reader.members {
            let data = try reader.contents(of: member)
            let text = data.storage.bytes[data.offset..<data.offset + data.count]
            #expect(
                String(decoding: text, as: UTF8.self)
                    == "contents of \(member.name)contents of \(member.name)")
        }
    }

    @Test func equalNamesAreRefused() {
        let path = directory.file("a.npz")
        #expect(throws: StrataError("Cannot write \(path): two arrays are named dense/bias.")) {
            try NPZ.write([arrays[1], arrays[1]], to: path)
        }
        #expect(directory.contents.isEmpty)
    }

    @Test func compressedRoundTrip() throws {
        let path = directory.file("a.npz")
        let zeros = NamedArray(
            "zeros", ArrayData(shape: [100, 100], floats: .init(repeating: 0, count: 10_000)))
        try NPZ.write(arrays + [zeros], to: path, compressed: true)
        try expectEqual(NPZ.read(path), arrays + [zeros])
        #expect(try bytes(of: path).count < 2000)
    }

    @Test func bombsAreRefused() throws {
        // The highest byte of a member's size in the list.
        var bomb = try bytes(of: fixture("deflated.npz"))
        let entry = Int(bomb[bomb.count - 6]) + Int(bomb[bomb.count - 5]) * 256
        bomb[entry + 27] = 0x40
        let path = try directory.write(bomb)
        let error = errorMessage { try NPZ.read(path) }
        #expect(error.contains("too many for a file of \(bomb.count)"))
    }

    @Test func overlappingMembersAreRefused() throws {
        var bytes = try bytes(of: fixture("stored.npz"))
        let entry = Int(bytes[bytes.count - 6]) + Int(bytes[bytes.count - 5]) * 256
        for offset in [20, 24] { bytes[entry + offset + 1] = 0xff }
        let path = try directory.write(bytes)
        let reason = "its members are larger than it is"
        #expect(throws: StrataError("\(path) is not a valid ZIP file: \(reason).")) {
            try NPZ.read(path)
        }
    }

    @Test func damagedFilesAreExplained() throws {
        let original = try bytes(of: fixture("stored.npz"))
        let end = original.count - 22
        func message(_ change: (inout [UInt8]) -> Void) throws -> String {
            var bytes = original
            change(&bytes)
            let path = try directory.write(bytes)
            return errorMessage { _ = try NPZ.read(path) }
                .replacingOccurrences(of: path, with: "FILE")
        }
        let start = "FILE is not a valid ZIP file: "
        let member = "FILE: cannot read dense/kernel.npy: "
        #expect(try message { $0 = [] } == start + "it is too short.")
        #expect(
            try message { $0.removeLast() }
                == start + "it has no end record, so it is another kind of file or cut short.")
        #expect(
            try message { $0[end + 19] = 0xff }
                == start + "its list of members lies outside the file.")
        #expect(
            try message { $0[end + 13] = 0xff }
                == start + "its list of members lies outside the file.")
        #expect(try message { $0[end + 11] = 0xff } == start + "its list of members is damaged.")
        #expect(try message { $0[end + 16] -= 1 } == start + "its list of members is damaged.")
        #expect(
            try message { $0[0] = 0 }
                == member + "its header is not where the list of members says.")
        #expect(
            try message { $0[200] ^= 1 }
                == member + "its bytes are damaged (the checksum differs).")
        let entry = Int(original[end + 16]) + Int(original[end + 17]) * 256
        #expect(try message { $0[entry + 8] |= 1 } == member + "it is encrypted.")
        #expect(try message { $0[entry + 10] = 99 } == member + "it is compressed by method 99.")
        #expect(
            try message { $0[entry + 20] += 1 }
                == member + "it is stored, but has two different sizes.")
        let most = original.count - 152  // the other member has 152 bytes
        #expect(
            try message { bytes in
                bytes[entry + 20] = UInt8(most & 0xff)
                bytes[entry + 21] = UInt8(most >> 8)
            } == member + "it is cut short.")
        #expect(
            try message { $0[entry + 42] = 9 }
                == member + "its header is not where the list of members says.")
    }

    @Test(arguments: ["stored", "zip64", "deflated"])
    func mutations(name: String) throws {
        try mutate(bytes(of: fixture("\(name).npz")), times: 1000) { mutant in
            let path = try directory.write(mutant)
            for array in (try? NPZ.read(path)) ?? [] {
                #expect(array.array.floats().count == array.array.count)
            }
        }
    }

    @Test func checksum() {
        #expect(strata_crc32(0, "123456789", 9) == 0xcbf4_3926)
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        for start in 0..<20 {
            for count in [0, 1, 7, 15, 63, 64, 65, 79, 80, 127, 128, 200, 900] {
                let part = Array(bytes[start..<start + count])
                let expected = bitByBit(part)
                #expect(strata_crc32(0, part, part.count) == expected)
                #expect(strata_crc32_generic(0, part, part.count) == expected)
                let head = strata_crc32(0, part, part.count / 3)
                let tail = Array(part.dropFirst(part.count / 3))
                #expect(strata_crc32(head, tail, tail.count) == expected)
            }
        }
    }

    private func bitByBit(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xedb8_8320 }
        }
        return ~crc
    }

    private func expectEqual(_ left: [NamedArray], _ right: [NamedArray]) {
        #expect(left.map(\.name) == right.map(\.name))
        for (left, right) in zip(left, right) {
            #expect(left.array.shape == right.array.shape)
            #expect(left.array.dtype == right.array.dtype)
            #expect(left.array.floats() == right.array.floats())
        }
    }

    /// The others are read, and those that only Python can read are named when they are asked for.
    @Test func pickledArrays() throws {
        func npy(_ descr: String, _ data: [UInt8]) -> [UInt8] {
            let header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (1,), }\n"
            return [0x93] + "NUMPY".utf8 + [1, 0, UInt8(header.utf8.count), 0] + header.utf8 + data
        }
        let path = directory.file("mixed.npz")
        try AtomicFile.write(to: path) { file in
            var writer = ZIPWriter(file)
            try npy("|O", [0x80, 4, 0x2e]).withUnsafeBytes { try writer.add("objects.npy", [$0]) }
            try npy("|u1", [7]).withUnsafeBytes { try writer.add("numbers.npy", [$0]) }
            try writer.finish()
        }
        #expect(try NPZ.read(path).map(\.name) == ["numbers"])
        #expect(try NPZ.read("numbers", from: path).floats() == [7])
        #expect(
            throws: StrataError(
                "\(path): objects holds Python objects (pickled), which cannot be read. Save it as an "
                    + "array of numbers.")
        ) { try NPZ.read("objects", from: path) }
        #expect(throws: StrataError("\(path) has no array x. It has: numbers")) {
            try NPZ.read("x", from: path)
        }
    }
}
