import Foundation

/// (initial - end) · (1 - step / steps)^power + end. After `decaySteps` it stays at the end, or with
/// `cycle` begins anew over twice, three times … as many steps.
public struct PolynomialDecay: LearningRateSchedule, Configurable, Hashable {
    /// The rate at the start.
    public private(set) var initialLearningRate: Float
    /// The number of steps of the decay.
    public private(set) var decaySteps: Int
    /// The rate at the end.
    public private(set) var endLearningRate: Float
    /// The exponent.
    public private(set) var power: Float
    /// Whether the decay begins anew after its end.
    public private(set) var cycle: Bool

    /// - Parameters:
    ///   - initialLearningRate: the rate at the start.
    ///   - decaySteps: the number of steps of the decay, at least 1.
    ///   - endLearningRate: the rate at the end; 0.0001 by default.
    ///   - power: the exponent; 1, a straight line, by default.
    ///   - cycle: whether the decay begins anew after its end, over twice, three times … as many
    ///     steps; false by default.
    public init(
        initialLearningRate: Float, decaySteps: Int, endLearningRate: Float = 0.0001,
        power: Float = 1, cycle: Bool = false
    ) {
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.endLearningRate = endLearningRate
        self.power = power
        self.cycle = cycle
    }

    public static func prototype() -> PolynomialDecay {
        PolynomialDecay(initialLearningRate: 0, decaySteps: 0)
    }

    public static var hyperparameters: [Hyperparameter<PolynomialDecay>] {
        [
            .required("initial_learning_rate", \.initialLearningRate),
            .required("decay_steps", \.decaySteps.steps),
            .value("end_learning_rate", \.endLearningRate), .value("power", \.power),
            .value("cycle", \.cycle), .ignored("name", "PolynomialDecay"),
        ]
    }

    public func check() throws {
        try Steps.check(decaySteps, "decaySteps")
    }

    public func callAsFunction(step: Int) -> Float {
        var passed = Double(step) / Double(decaySteps)
        passed = cycle ? passed / max(1, passed.rounded(.up)) : min(passed, 1)
        let (initial, end) = (Double(initialLearningRate), Double(endLearningRate))
        return Float((initial - end) * Foundation.pow(1 - passed, Double(power)) + end)
    }
}
