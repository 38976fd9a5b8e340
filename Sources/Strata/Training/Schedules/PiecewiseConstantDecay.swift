/// The first value up to and including the first boundary, then the second, and so on.
public struct PiecewiseConstantDecay: LearningRateSchedule, Hashable {
    public let boundaries: [Int]
    public let values: [Float]

    /// - Parameters:
    ///   - boundaries: rising step numbers.
    ///   - values: one more than boundaries.
    public init(boundaries: [Int], values: [Float]) {
        precondition(
            boundaries.count == values.count - 1 && boundaries == boundaries.sorted(),
            "Rising boundaries and one value more than boundaries were expected. "
                + "Received: \(boundaries) and \(values)")
        self.boundaries = boundaries
        self.values = values
    }

    public func callAsFunction(step: Int) -> Float {
        values[boundaries.firstIndex { step <= $0 } ?? boundaries.count]
    }
}
