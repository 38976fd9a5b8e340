/// How many numbers lie in each of several ranges of equal width between the smallest and the largest, as
/// `tf.summary.histogram` counts them.
public struct Histogram: Hashable, Sendable {
    /// The ends of the ranges, from the smallest number to the largest: one more than there are ranges. All are
    /// equal if all numbers are, and 0 if there are none.
    public let edges: [Double]
    /// The count of each range. A range includes its lower end, the last also its upper one; equal numbers are
    /// counted in the last.
    public let counts: [Int]
    /// How many numbers were not finite and are not counted.
    public let nonFiniteCount: Int

    /// Counts numbers.
    /// - Parameters:
    ///   - values: the numbers.
    ///   - bucketCount: the number of ranges; 30 by default.
    /// - Precondition: `bucketCount` is at least 1.
    public init(_ values: [Float], bucketCount: Int = 30) {
        self = values.withUnsafeBufferPointer { Histogram($0, bucketCount: bucketCount) }
    }

    init(_ values: UnsafeBufferPointer<Float>, bucketCount: Int = 30) {
        precondition(bucketCount >= 1, "bucketCount must be at least 1, but got \(bucketCount)")
        var (low, high) = (Float.infinity, -Float.infinity)
        var finite = 0
        for value in values where value.isFinite {
            low = Swift.min(low, value)
            high = Swift.max(high, value)
            finite += 1
        }
        nonFiniteCount = values.count - finite
        var counts = [Int](repeating: 0, count: bucketCount)
        guard finite > 0, low < high else {
            counts[bucketCount - 1] = finite
            edges = [Double](repeating: finite > 0 ? Double(low) : 0, count: bucketCount + 1)
            self.counts = counts
            return
        }
        let first = Double(low)
        let width = (Double(high) - first) / Double(bucketCount)
        for value in values where value.isFinite {
            counts[Swift.min(Int((Double(value) - first) / width), bucketCount - 1)] += 1
        }
        edges = (0..<bucketCount).map { first + Double($0) * width } + [Double(high)]
        self.counts = counts
    }
}
