import TestSupport

/// Damages files at random, the same way for the same number.
struct Mutator {
    private var random: TestRandom
    private let seeds: [[UInt8]]

    /// - Parameters:
    ///   - seeds: undamaged files.
    ///   - number: which damage is done.
    init(_ seeds: [[UInt8]], number: Int) {
        self.seeds = seeds
        random = TestRandom(UInt64(number))
    }

    mutating func mutant() -> [UInt8] {
        var bytes = seeds[below(seeds.count)]
        for _ in 0...below(4) { damage(&bytes) }
        return bytes
    }

    private mutating func below(_ limit: Int) -> Int { random.below(limit) }

    /// A place in the file, more often near one of its ends, where headers and lists are.
    private mutating func place(in bytes: [UInt8]) -> Int {
        switch below(4) {
        case 0: below(min(128, bytes.count))
        case 1: max(0, bytes.count - 1 - below(128))
        default: below(bytes.count)
        }
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = place(in: bytes)
        switch below(10) {
        case 0: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes[place] = UInt8(below(256))
        case 2, 3: bytes[place] = Self.bytes[below(Self.bytes.count)]
        case 4, 5: write(number(for: bytes), to: &bytes, at: place, count: 1 << below(4))
        case 6: bytes.removeLast(bytes.count - place)
        case 7: bytes.removeSubrange(place..<min(place + 1 + below(16), bytes.count))
        case 8:
            let from = below(bytes.count)
            let part = Array(bytes[from..<min(from + 1 + below(64), bytes.count)])
            bytes.insert(contentsOf: part, at: place)
        default:
            let other = seeds[below(seeds.count)]
            let from = below(other.count)
            let part = other[from..<min(from + 1 + below(64), other.count)]
            bytes.replaceSubrange(place..<min(place + part.count, bytes.count), with: part)
        }
    }

    /// A number such as files have for sizes and addresses.
    private mutating func number(for bytes: [UInt8]) -> UInt64 {
        switch below(5) {
        case 0: UInt64(below(bytes.count))
        case 1: UInt64(bytes.count)
        case 2: UInt64(1) << UInt64(below(64))
        case 3: (UInt64(1) << UInt64(below(64))) &- 1
        default: UInt64.max - UInt64(below(16))
        }
    }

    private func write(_ number: UInt64, to bytes: inout [UInt8], at place: Int, count: Int) {
        for index in 0..<count where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
    }

    private static let bytes: [UInt8] =
        [0, 1, 0xff, 0x7f, 0x80] + Array("\"'()[]{},:-.0129eEINntu".utf8)
}
