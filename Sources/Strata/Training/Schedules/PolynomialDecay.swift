import Foundation

/// (initial - end) · (1 - step / steps)^power + end. After `decaySteps` it stays at the end, or with
/// `cycle` begins anew over twice, three times … as many steps.
public struct PolynomialDecay: LearningRateSchedule, Hashable {
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

    public func callAsFunction(step: Int) -> Float {
        var passed = Double(step) / Double(decaySteps)
        passed = cycle ? passed / max(1, passed.rounded(.up)) : min(passed, 1)
        let (initial, end) = (Double(initialLearningRate), Double(endLearningRate))
        return Float((initial - end) * Foundation.pow(1 - passed, Double(power)) + end)
    }
}
