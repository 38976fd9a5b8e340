import Foundation

/// Half a wave of the cosine, from the initial rate down to `alpha` times it (Loshchilov and Hutter,
/// 2017), after a linear rise from the initial rate to `warmupTarget` if that is given; the decay
/// then starts there.
public struct CosineDecay: LearningRateSchedule, Configurable, Hashable {
    /// The rate at the start.
    public private(set) var initialLearningRate: Float
    /// The number of steps of the decay, those of the warm-up not counted.
    public private(set) var decaySteps: Int
    /// The rate at the end, as a part of the rate that the decay starts from.
    public private(set) var alpha: Float
    /// The rate at the end of the warm-up; nil for no warm-up.
    public private(set) var warmupTarget: Float?
    /// The number of steps of the warm-up.
    public private(set) var warmupSteps: Int

    /// - Parameters:
    ///   - initialLearningRate: the rate at the start.
    ///   - decaySteps: the number of steps of the decay, at least 1, those of the warm-up not
    ///     counted.
    ///   - alpha: the rate at the end, as a part of the rate that the decay starts from; 0 by
    ///     default.
    ///   - warmupTarget: the rate at the end of a linear warm-up, where the decay starts; by
    ///     default there is none.
    ///   - warmupSteps: the number of steps of the warm-up; 0 by default.
    public init(
        initialLearningRate: Float, decaySteps: Int, alpha: Float = 0, warmupTarget: Float? = nil,
        warmupSteps: Int = 0
    ) {
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.alpha = alpha
        self.warmupTarget = warmupTarget
        self.warmupSteps = warmupSteps
    }

    public static func prototype() -> CosineDecay {
        CosineDecay(initialLearningRate: 0, decaySteps: 0)
    }

    public static var hyperparameters: [Hyperparameter<CosineDecay>] {
        [
            .required("initial_learning_rate", \.initialLearningRate),
            .required("decay_steps", \.decaySteps.steps), .value("alpha", \.alpha),
            .ignored("name", "CosineDecay"), .value("warmup_target", \.warmupTarget),
            .value("warmup_steps", \.warmupSteps.steps),
        ]
    }

    public func check() throws {
        try Steps.check(decaySteps, "decaySteps")
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
