/// initial / (1 + rate · step / steps); with `staircase`, step / steps is rounded down.
public struct InverseTimeDecay: LearningRateSchedule, ReadByInit, Hashable {
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

    public init(configuration: Configuration) throws {
        self.init(
            initialLearningRate: try configuration.value("initial_learning_rate"),
            decaySteps: try configuration.steps("decay_steps"),
            decayRate: try configuration.value("decay_rate"),
            staircase: try configuration.value("staircase", default: false))
    }

    public var configuration: Configuration {
        [
            "initial_learning_rate": initialLearningRate, "decay_steps": decaySteps,
            "decay_rate": decayRate, "staircase": staircase, "name": Self.className,
        ]
    }

    public func callAsFunction(step: Int) -> Float {
        let passed = Double(step) / Double(decaySteps)
        let time = staircase ? passed.rounded(.down) : passed
        return Float(Double(initialLearningRate) / (1 + Double(decayRate) * time))
    }
}
