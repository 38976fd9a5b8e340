/// initial / (1 + rate · step / steps); with `staircase`, step / steps is rounded down.
public struct InverseTimeDecay: LearningRateSchedule, Configurable, Hashable {
    /// The rate at the start.
    public private(set) var initialLearningRate: Float
    /// The unit of time, in steps.
    public private(set) var decaySteps: Int
    /// How fast the rate falls.
    public private(set) var decayRate: Float
    /// Whether the rate changes only after whole multiples of `decaySteps`.
    public private(set) var staircase: Bool

    /// - Parameters:
    ///   - initialLearningRate: the rate at the start.
    ///   - decaySteps: the unit of time, in steps, at least 1.
    ///   - decayRate: how fast the rate falls: after `decaySteps` it is divided by 1 + this.
    ///   - staircase: whether the rate changes only after whole multiples of `decaySteps`; false by
    ///     default.
    public init(
        initialLearningRate: Float, decaySteps: Int, decayRate: Float, staircase: Bool = false
    ) {
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.decayRate = decayRate
        self.staircase = staircase
    }

    public static func prototype() -> InverseTimeDecay {
        InverseTimeDecay(initialLearningRate: 0, decaySteps: 0, decayRate: 0)
    }

    public static var hyperparameters: [Hyperparameter<InverseTimeDecay>] {
        [
            .required("initial_learning_rate", \.initialLearningRate),
            .required("decay_steps", \.decaySteps.steps), .required("decay_rate", \.decayRate),
            .value("staircase", \.staircase), .ignored("name", "InverseTimeDecay"),
        ]
    }

    public func check() throws {
        try Steps.check(decaySteps, "decaySteps")
    }

    public func callAsFunction(step: Int) -> Float {
        let passed = Double(step) / Double(decaySteps)
        let time = staircase ? passed.rounded(.down) : passed
        return Float(Double(initialLearningRate) / (1 + Double(decayRate) * time))
    }
}
