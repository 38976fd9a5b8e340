import Foundation
import Strata
import TestSupport
import Testing

@Suite struct SafetensorsTests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    @Test func readsEveryType() throws {
        let path = fixture("arrays.safetensors")
        let arrays = try Safetensors.read(path)
        let types: [DType] = [
            .float64, .int64, .uint64, .float32, .int32, .uint32, .float32, .float16, .int16,
            .uint16, .int8, .uint8, .bool,
        ]
        #expect(arrays.map(\.array.dtype) == types + [.uint8, .float32])
        for named in arrays.dropLast(2) {
            #expect(named.name.hasPrefix("array/"))
            #expect(named.array.shape == [2, 3])
            let expected: [Float] =
                named.array.dtype == .bool ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 3, 4, 5]
            #expect(named.array.floats() == expected)
        }
        #expect(arrays[13].array.shape == [])
        #expect(arrays[13].array.floats() == [7])
        #expect(arrays[14].array.shape == [0, 2])
        #expect(try Safetensors.metadata(of: path) == ["format": "pt", "note": "é"])
    }

    @Test func roundTrip() throws {
        let path = directory.file("a.safetensors")
        let swapped = try NPY.read(fixture("big_i4.npy"))
        let arrays = [
            NamedArray("bytes", ArrayData(shape: [3], [1, 2, 3] as [UInt8])),
            NamedArray("dense/kernel", ArrayData(shape: [2, 1], floats: [1.5, -2])),
            NamedArray("swapped", swapped),
            NamedArray("wide", ArrayData(shape: [], [7] as [Int64])),
            NamedArray("none", ArrayData(shape: [0], floats: [])),
            NamedArray("flag", ArrayData(shape: [1], [true])),
        ]
        try Safetensors.write(arrays, metadata: ["b": "2", "a": "1"], to: path)
        let read = try Safetensors.read(path)
        #expect(read.map(\.name) == arrays.map(\.name))
        for (read, written) in zip(read, arrays) {
            #expect(read.array.shape == written.array.shape)
            #expect(read.array.dtype == written.array.dtype)
            #expect(!read.array.byteOrderSwapped)
            #expect(read.array.floats() == written.array.floats())
        }
        #expect(try Safetensors.metadata(of: path) == ["a": "1", "b": "2"])
        // The elements begin at a multiple of 8, the widest first.
        let file = try bytes(of: path)
        #expect(file[0] % 8 == 0)
        #expect(
            Array(file[(8 + Int(file[0]) + Int(file[1]) * 256)...].prefix(8)) == [
                7, 0, 0, 0, 0, 0, 0, 0,
            ])

        try Safetensors.write([], to: path)
        #expect(try Safetensors.read(path).isEmpty)
    }

    @Test func equalNamesAreRefused() throws {
        let path = directory.file("a.safetensors")
        let array = NamedArray("a", ArrayData(shape: [1], floats: [1]))
        #expect(throws: StrataError("Cannot write \(path): two arrays are named a.")) {
            try Safetensors.write([array, array], to: path)
        }
        let reserved = NamedArray("__metadata__", array.array)
        #expect(throws: StrataError("Cannot write \(path): an array is named __metadata__.")) {
            try Safetensors.write([reserved], to: path)
        }
        #expect(directory.contents.isEmpty)
    }

    static let damage: [(header: String, dataCount: Int, message: String)] = [
        ("[]", 0, "its header is not an object"),
        ("{} ", 4, "its arrays have 0 bytes, but 4 follow the header"),
        (#"{"__metadata__":1}"#, 0, "__metadata__ in its header is not an object"),
        (#"{"__metadata__":{"a":1}}"#, 0, "a of __metadata__ in its header is not text"),
        (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "a lacks a dtype, a shape or data_offsets"),
        (
            #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
            "a lacks a dtype, a shape or data_offsets"
        ),
        (
            #"{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#, 4,
            "a is of the type F8_E4M3, which is not supported"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
            "a has the shape [2] and the type F32, which are 8 bytes, but lies from 0 to 4"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4,
            "its shape [4294967296, 4294967296] is too large for any memory"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, 4,
            "a lacks a dtype, a shape or data_offsets"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
            "a begins at 4, not at 0"
        ),
        (
            #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
                + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
            "b begins at 1, not at 2"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3,
            "its arrays have 4 bytes, but 3 follow the header"
        ),
    ]

    @Test(arguments: damage)
    func damagedFilesAreExplained(header: String, dataCount: Int, message: String) throws {
        let path = try directory.write(
            [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + header.utf8
                + [UInt8](repeating: 0, count: dataCount))
        #expect(throws: StrataError("\(path) is not a valid safetensors file: \(message).")) {
            try Safetensors.read(path)
        }
    }

    @Test func badLengthsAreExplained() throws {
        func message(_ bytes: [UInt8]) throws -> String {
            let path = try directory.write(bytes)
            return errorMessage { _ = try Safetensors.read(path) }
                .replacingOccurrences(of: path, with: "FILE")
        }
        let start = "FILE is not a valid safetensors file: "
        #expect(try message([]) == start + "it ends in the middle of its structure.")
        #expect(
            try message([9, 0, 0, 0, 0, 0, 0, 0, 0x7b]) == start
                + "it ends in the middle of its structure.")
        #expect(
            try message([0, 0, 0, 0, 1, 0, 0, 0])
                == start + "its header has 4294967296 bytes, and 100000000 are allowed.")
        #expect(
            try message([UInt8](repeating: 0xff, count: 8))
                == start + "it has the number 18446744073709551615, which is too large.")
        let twice =
            #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#
        #expect(
            try message([UInt8(twice.utf8.count), 0, 0, 0, 0, 0, 0, 0] + twice.utf8)
                == "FILE has two arrays named a.")
    }
}
