/// Numbers for tests, the same for the same seed: SplitMix64.
struct TestGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func int(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func float(_ range: ClosedRange<Float> = -1...1) -> Float {
        Float.random(in: range, using: &self)
    }

    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }

    /// Near normal, mean 0, variance 1: the sum of four uniform numbers.
    mutating func normal() -> Float {
        (0..<4).reduce(Float(0)) { sum, _ in sum + float() } * 0.866
    }

    mutating func normals(_ count: Int) -> [Float] { (0..<count).map { _ in normal() } }

    /// Cuts 0..<count into ranges of 1...longest.
    mutating func cuts(_ count: Int64, longest: Int) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        while (ranges.last?.upperBound ?? 0) < count {
            let begin = ranges.last?.upperBound ?? 0
            ranges.append(begin..<min(count, begin + 1 + Int64(int(0..<longest))))
        }
        return ranges
    }
}
