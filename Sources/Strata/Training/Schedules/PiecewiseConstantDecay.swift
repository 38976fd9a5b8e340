/// The first value up to and including the first boundary, then the second, and so on.
public struct PiecewiseConstantDecay: LearningRateSchedule, Configurable, Hashable {
    /// The last step of each value but the last.
    public private(set) var boundaries: [Int]
    /// The rates, one more than boundaries.
    public private(set) var values: [Float]

    /// - Parameters:
    ///   - boundaries: the last step of each value but the last, in rising order.
    ///   - values: the rates, one more than boundaries.
    public init(boundaries: [Int], values: [Float]) {
        self.boundaries = boundaries
        self.values = values
    }

    public static func prototype() -> PiecewiseConstantDecay {
        PiecewiseConstantDecay(boundaries: [], values: [0])
    }

    public static var hyperparameters: [Hyperparameter<PiecewiseConstantDecay>] {
        [
            .required("boundaries", \.boundaries.steps), .required("values", \.values),
            .ignored("name", "PiecewiseConstant"),
        ]
    }

    public func check() throws {
        guard boundaries.count == values.count - 1, boundaries == boundaries.sorted() else {
            throw StrataError(
                "boundaries must rise, and there must be one value more than boundaries, but got "
                    + "\(boundaries.count) boundaries and \(values.count) values")
        }
    }

    public func callAsFunction(step: Int) -> Float {
        let place = boundaries.firstIndex { step <= $0 } ?? boundaries.count
        return values.indices.contains(place) ? values[place] : .nan
    }
}
