import Foundation

/// initial · rate^(step / steps); with `staircase`, the exponent is rounded down.
public struct ExponentialDecay: LearningRateSchedule, Configurable, Hashable {
    /// The rate at the start.
    public private(set) var initialLearningRate: Float
    /// The number of steps in which the rate is multiplied by `decayRate`.
    public private(set) var decaySteps: Int
    /// What the rate is multiplied by in `decaySteps` steps.
    public private(set) var decayRate: Float
    /// Whether the rate changes only after whole multiples of `decaySteps`.
    public private(set) var staircase: Bool

    /// - Parameters:
    ///   - initialLearningRate: the rate at the start.
    ///   - decaySteps: the number of steps in which the rate is multiplied by `decayRate`, at least
    ///     1.
    ///   - decayRate: what the rate is multiplied by in `decaySteps` steps.
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

    public static func prototype() -> ExponentialDecay {
        ExponentialDecay(initialLearningRate: 0, decaySteps: 0, decayRate: 0)
    }

    public static var hyperparameters: [Hyperparameter<ExponentialDecay>] {
        [
            .required("initial_learning_rate", \.initialLearningRate),
            .required("decay_steps", \.decaySteps.steps), .required("decay_rate", \.decayRate),
            .value("staircase", \.staircase), .ignored("name", "ExponentialDecay"),
        ]
    }

    public func check() throws {
        try Steps.check(decaySteps, "decaySteps")
    }

    public func callAsFunction(step: Int) -> Float {
        let passed = Double(step) / Double(decaySteps)
        let exponent = staircase ? passed.rounded(.down) : passed
        return Float(Double(initialLearningRate) * Foundation.pow(Double(decayRate), exponent))
    }
}
