/// The first value up to and including the first boundary, then the second, and so on.
public struct PiecewiseConstantDecay: LearningRateSchedule, ReadByInit, Hashable {
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

    public init(configuration: Configuration) throws {
        let numbers: [Double] = try configuration.value("boundaries")
        let boundaries = try numbers.map { try configuration.step($0, "boundaries") }
        let values: [Float] = try configuration.value("values")
        guard boundaries.count == values.count - 1, boundaries == boundaries.sorted() else {
            throw StrataError(
                "rising boundaries and one value more than boundaries were expected. Received: "
                    + "\(boundaries.count) and \(values.count)")
        }
        self.init(boundaries: boundaries, values: values)
    }

    public var configuration: Configuration {
        ["boundaries": boundaries, "values": values, "name": "PiecewiseConstant"]
    }

    public func callAsFunction(step: Int) -> Float {
        values[boundaries.firstIndex { step <= $0 } ?? boundaries.count]
    }
}
