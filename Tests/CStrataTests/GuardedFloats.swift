/// Aligned memory for a kernel to write: filled with NaN, between two zones that must stay NaN.
final class GuardedFloats {
    private static let zone = 64
    private let whole: UnsafeMutableBufferPointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        let total = count + 2 * Self.zone
        let memory = UnsafeMutableRawPointer.allocate(byteCount: total * 4, alignment: 64)
        whole = UnsafeMutableBufferPointer(
            start: memory.bindMemory(to: Float.self, capacity: total), count: total)
        whole.initialize(repeating: .nan)
    }

    deinit { UnsafeMutableRawPointer(whole.baseAddress!).deallocate() }

    var pointer: UnsafeMutablePointer<Float> { whole.baseAddress! + Self.zone }
    var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    var bits: [UInt32] { values.map(\.bitPattern) }

    /// Whether nothing was written before the beginning or after the end.
    var isIntact: Bool {
        whole.prefix(Self.zone).allSatisfy(\.isNaN) && whole.suffix(Self.zone).allSatisfy(\.isNaN)
    }
}

/// Reproducible numbers: a linear congruential generator, its high bits.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    /// Near normal, mean 0, variance 1: the sum of four uniform numbers.
    mutating func float() -> Float {
        let sum = (0..<4).reduce(Float(0)) { sum, _ in sum + Float(next() & 0xFFFF) / 65536 }
        return (sum - 2) * 1.732
    }

    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }

    /// Cuts 0..<count into ranges of 1...longest.
    mutating func cuts(_ count: Int64, longest: Int) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        while (ranges.last?.upperBound ?? 0) < count {
            let begin = ranges.last?.upperBound ?? 0
            ranges.append(begin..<min(count, begin + 1 + Int64(next()) % Int64(longest)))
        }
        return ranges
    }
}
