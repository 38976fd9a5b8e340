/// initial / (1 + rate · step / steps); with `staircase`, step / steps is rounded down.
public struct InverseTimeDecay: LearningRateSchedule, Hashable {
    public let initialLearningRate: Float
    public let decaySteps: Int
    public let decayRate: Float
    public let staircase: Bool

    public init(
        initialLearningRate: Float, decaySteps: Int, decayRate: Float, staircase: Bool = false
    ) {
        checkSteps(decaySteps)
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.decayRate = decayRate
        self.staircase = staircase
    }

    public func callAsFunction(step: Int) -> Float {
        let passed = Double(step) / Double(decaySteps)
        let time = staircase ? passed.rounded(.down) : passed
        return Float(Double(initialLearningRate) / (1 + Double(decayRate) * time))
    }
}
