import Strata

/// What a model says of samples: a number for each class.
struct ClassScores {
    let classCount: Int
    private let numbers: [Float]

    /// - Parameter output: `[batch, classes]`, or `[batch, 1]` with the probability of the second of
    ///   two classes.
    /// - Returns: nil if the output is of another rank, and so does not tell classes.
    init?(_ output: Tensor) throws {
        guard output.rank == 2 else { return nil }
        let isBinary = output.shape[1] == 1
        let scalars = try output.computedScalars()
        classCount = isBinary ? 2 : output.shape[1]
        numbers = isBinary ? scalars.flatMap { [1 - $0, $0] } : scalars
    }

    /// The numbers of a sample.
    subscript(_ sample: Int) -> ArraySlice<Float> {
        numbers[sample * classCount..<(sample + 1) * classCount]
    }
}
