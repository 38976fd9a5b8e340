import Strata

/// Random numbers for tests, the same for the same seed: SplitMix64 (Steele, Lea and Flood, "Fast
/// Splittable Pseudorandom Number Generators", 2014).
package struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed &* 0xd134_2543_de82_ef95 }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    package mutating func int(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

    /// A number of 0..<`limit`; 0 if there is none.
    package mutating func below(_ limit: Int) -> Int { int(0..<max(1, limit)) }

    package mutating func float(_ range: ClosedRange<Float> = -1...1) -> Float {
        Float.random(in: range, using: &self)
    }

    package mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }

    /// Near normal, mean 0, variance 1: the sum of four uniform numbers.
    package mutating func normal() -> Float {
        (0..<4).reduce(Float(0)) { sum, _ in sum + float() } * 0.866
    }

    package mutating func normals(_ count: Int) -> [Float] { (0..<count).map { _ in normal() } }

    /// Cuts 0..<count into ranges of 1...longest.
    package mutating func cuts(_ count: Int64, longest: Int) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        while (ranges.last?.upperBound ?? 0) < count {
            let begin = ranges.last?.upperBound ?? 0
            ranges.append(begin..<min(count, begin + 1 + Int64(int(0..<longest))))
        }
        return ranges
    }

    /// Numbers of a range, all different by at least half of a `shape.count`-th of it, so that a
    /// central difference changes no order among them.
    package mutating func tensor(
        _ shape: Shape, _ range: ClosedRange<Float> = -2...2
    ) -> Tensor {
        let count = shape.count
        let order = (0..<count).shuffled(using: &self)
        let width = (range.upperBound - range.lowerBound) / Float(max(count, 1))
        return Tensor(
            shape: shape,
            scalars: order.map { place in
                range.lowerBound + (Float(place) + float(0.25...0.75)) * width
            })
    }
}
