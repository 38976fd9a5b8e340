import Foundation
import Strata
import TestSupport
import Testing

/// Files whose addresses and sizes are made to lead astray. Each is an error, soon.
@Suite struct HostileHDF5Tests {
    private let directory: TemporaryFolder
    init() throws { directory = try TemporaryFolder() }

    /// A file with an array `g/a` of shape `[3, 5, 7]`, and a text attached to `g`.
    private func sound() throws -> [UInt8] {
        var tree = HDF5Tree()
        tree.insert(
            ArrayData(shape: [3, 5, 7], floats: .init(repeating: 1, count: 105)), at: "g/a")
        tree.groups[0].attributes = [("name", "text")]
        let writer = try HDF5Writer(tree)
        let path = directory.file("sound.h5")
        try AtomicFile.write(to: path) { try writer.write(to: $0) }
        return try bytes(of: path)
    }

    /// What is wrong with a file, opened and read.
    private func message(_ bytes: [UInt8]) throws -> String? {
        let path = try directory.write(bytes)
        let error = errorMessage {
            let root = try HDF5Reader(path: path).root
            _ = try root.group("g")?.attribute("name")
            _ = try root.array("g/a")
            _ = try root.array("chunks")
        }
        return error
    }

    /// Where the header of the root is.
    private func root(_ bytes: [UInt8]) -> Int { bytes.number(at: 64) }

    @Test func theSoundOneIsRead() throws {
        let path = try directory.write(try sound())
        #expect(try HDF5Reader(path: path).root.array("g/a")?.shape == [3, 5, 7])
    }

    @Test(arguments: [1, 255] as [UInt8]) func treesThatHoldThemselves(level: UInt8) throws {
        var bytes = try sound()
        for start in try bytes.places(of: "TREE") {
            bytes[start + 5] = level
            bytes.set(start, at: start + 32)
        }
        #expect(try message(bytes)?.contains("one of its B-trees is damaged") == true)
    }

    @Test func groupsThatHoldThemselves() throws {
        var bytes = try sound()
        let root = root(bytes)
        for start in try bytes.places(of: "SNOD") { bytes.set(root, at: start + 16) }
        #expect(try message(bytes)?.contains("it has groups more than 64 deep") == true)
    }

    @Test func groupsThatShareTheirContents() throws {
        // Two names for one group, which has two names for the next, and so on: 2⁴⁰ paths.
        var tree = HDF5Tree()
        for depth in 0..<40 {
            let path = (0...depth).map { "g\($0)" }.joined(separator: "/")
            for name in ["x", "y"] {
                tree.insert(ArrayData(shape: [], floats: [0]), at: "\(path)/\(name)")
            }
        }
        let writer = try HDF5Writer(tree)
        let path = directory.file("deep.h5")
        try AtomicFile.write(to: path) { try writer.write(to: $0) }
        var bytes = try bytes(of: path)
        for start in try bytes.places(of: "SNOD") {
            // The names g…, x and y lead where the first does.
            for entry in 1..<Int(bytes[start + 6]) {
                bytes.set(bytes.number(at: start + 16), at: start + 16 + 40 * entry)
            }
        }
        let text = try message(bytes)
        #expect(text?.contains("refers to the same places again and again") == true)
    }

    @Test func headersThatContinueWithThemselves() throws {
        var bytes = try sound()
        let start = root(bytes) + 16
        bytes[start] = 0x10
        bytes.set(start, at: start + 8)
        bytes.set(24, at: start + 16)
        let text = try message(bytes)
        #expect(text?.contains("refers to the same places again and again") == true)
    }

    @Test(arguments: [1 << 40, Int.max, Int.max - 8, -2, -9])
    func addressesBeyondTheEnd(address: Int) throws {
        let sound = try sound()
        let layout = try #require(sound.places(of: [3, 1], before: 420).first)
        let places = try [
            64, layout + 2, sound.places(of: "HEAP")[0] + 24, sound.places(of: "SNOD")[0] + 16,
            sound.places(of: "TREE")[0] + 32, root(sound) + 24, root(sound) + 32,
        ]
        for place in places {
            var bytes = sound
            bytes.set(address, at: place)
            #expect(try message(bytes)?.contains("beyond its end") == true, "\(place)")
        }
    }

    @Test func shapesBeyondMeasure() throws {
        let sound = try sound()
        let shape = try #require(
            sound.firstPlace { sound.number(at: $0) == 3 && sound.number(at: $0 + 8) == 5 })
        for (sizes, reason) in [
            ([Int.min, 5, 7], "too large"), ([1 << 62, 5, 7], "too large"),
            ([1 << 31, 1 << 31, 1 << 31], "too large"),
            ([1 << 20, 1, 1], "its elements have 420 bytes, its shape wants 4194304"),
        ] {
            var bytes = sound
            for (axis, size) in sizes.enumerated() { bytes.set(size, at: shape + 8 * axis) }
            #expect(try message(bytes)?.contains(reason) == true)
        }
    }

    @Test(
        arguments: [(0, "its chunks are damaged"), (0xffff_ffff, "too many for a file")]
            as [(Int, String)])
    func chunksOfImpossibleSizes(size: Int, reason: String) throws {
        // Chunks of two numbers of two bytes each.
        var bytes = try bytes(of: fixture("small.h5"))
        let layout = try #require(
            bytes.firstPlace {
                bytes[$0...].starts(with: [3, 2, 2])
                    && bytes[($0 + 11)...].starts(with: [2, 0, 0, 0, 2, 0, 0, 0])
            })
        for byte in 0..<4 { bytes[layout + 11 + byte] = UInt8(size >> (8 * byte) & 0xff) }
        let text = try message(bytes)
        #expect(text?.contains(reason) == true, "\(text ?? "")")
    }
}

extension [UInt8] {
    fileprivate func number(at place: Int) -> Int {
        guard place + 8 <= count else { return -1 }
        return (0..<8).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
    }

    fileprivate mutating func set(_ number: Int, at place: Int) {
        for byte in 0..<8 { self[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
    }

    fileprivate func firstPlace(where fits: (Int) -> Bool) -> Int? {
        (0..<count - 24).first(where: fits)
    }

    /// Where a signature is.
    fileprivate func places(of signature: String) throws -> [Int] {
        let places = (0..<count - 8).filter { self[$0...].starts(with: signature.utf8) }
        return try #require(places.isEmpty ? nil : places)
    }

    /// Where some bytes are, an address, and then a number.
    fileprivate func places(of start: [UInt8], before number: Int) -> [Int] {
        (0..<count - 24).filter {
            self[$0...].starts(with: start) && self.number(at: $0 + start.count + 8) == number
        }
    }
}
