import Foundation

/// (initial - end) · (1 - step / steps)^power + end. After `decaySteps` it stays at the end, or with
/// `cycle` begins anew over twice, three times … as many steps.
public struct PolynomialDecay: LearningRateSchedule, ReadByInit, Hashable {
    public let initialLearningRate: Float
    public let decaySteps: Int
    public let endLearningRate: Float
    public let power: Float
    public let cycle: Bool

    public init(
        initialLearningRate: Float, decaySteps: Int, endLearningRate: Float = 0.0001,
        power: Float = 1, cycle: Bool = false
    ) {
        checkSteps(decaySteps)
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.endLearningRate = endLearningRate
        self.power = power
        self.cycle = cycle
    }

    public init(configuration: Configuration) throws {
        self.init(
            initialLearningRate: try configuration.value("initial_learning_rate"),
            decaySteps: try configuration.steps("decay_steps"),
            endLearningRate: try configuration.value("end_learning_rate", default: 0.0001),
            power: try configuration.value("power", default: 1),
            cycle: try configuration.value("cycle", default: false))
    }

    public var configuration: Configuration {
        [
            "initial_learning_rate": initialLearningRate, "decay_steps": decaySteps,
            "end_learning_rate": endLearningRate, "power": power, "cycle": cycle,
            "name": Self.className,
        ]
    }

    public func callAsFunction(step: Int) -> Float {
        var passed = Double(step) / Double(decaySteps)
        passed = cycle ? passed / max(1, passed.rounded(.up)) : min(passed, 1)
        let (initial, end) = (Double(initialLearningRate), Double(endLearningRate))
        return Float((initial - end) * Foundation.pow(1 - passed, Double(power)) + end)
    }
}
