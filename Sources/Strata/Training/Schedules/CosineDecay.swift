import Foundation

/// Half a wave of the cosine, from the initial rate down to `alpha` times it (Loshchilov and Hutter,
/// 2017), after a linear rise from the initial rate to `warmupTarget` if that is given; the decay
/// then starts there.
public struct CosineDecay: LearningRateSchedule, ReadByInit, Hashable {
    public let initialLearningRate: Float
    public let decaySteps: Int
    public let alpha: Float
    public let warmupTarget: Float?
    public let warmupSteps: Int

    /// - Parameter decaySteps: the steps of the decay, those of the rise not counted.
    public init(
        initialLearningRate: Float, decaySteps: Int, alpha: Float = 0, warmupTarget: Float? = nil,
        warmupSteps: Int = 0
    ) {
        checkSteps(decaySteps)
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.alpha = alpha
        self.warmupTarget = warmupTarget
        self.warmupSteps = warmupSteps
    }

    public init(configuration: Configuration) throws {
        self.init(
            initialLearningRate: try configuration.value("initial_learning_rate"),
            decaySteps: try configuration.steps("decay_steps"),
            alpha: try configuration.value("alpha", default: 0),
            warmupTarget: try configuration.optional("warmup_target"),
            warmupSteps: try configuration.step(
                try configuration.value("warmup_steps", default: 0), "warmup_steps"))
    }

    public var configuration: Configuration {
        [
            "initial_learning_rate": initialLearningRate, "decay_steps": decaySteps,
            "alpha": alpha, "name": Self.className, "warmup_target": warmupTarget,
            "warmup_steps": warmupSteps,
        ]
    }

    public func callAsFunction(step: Int) -> Float {
        let initial = Double(initialLearningRate)
        guard let warmupTarget else { return decayed(from: initial, step) }
        let target = Double(warmupTarget)
        guard step < warmupSteps else { return decayed(from: target, step - warmupSteps) }
        return Float((target - initial) * Double(step) / Double(warmupSteps) + initial)
    }

    private func decayed(from rate: Double, _ step: Int) -> Float {
        let passed = min(Double(step) / Double(decaySteps), 1)
        let cosine = 0.5 * (1 + Foundation.cos(Double.pi * passed))
        return Float(rate * ((1 - Double(alpha)) * cosine + Double(alpha)))
    }
}
