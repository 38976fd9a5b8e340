import Foundation

/// Kingma and Ba (2015), section 7: Adam with the largest gradient, slowly forgotten, in the place
/// of √v: u = max(β₂·u, |g|) and w -= rate / (1 - β₁ᵗ) · m / (u + ε).
public final class Adamax: Optimizer, Configurable {
    /// The part of the mean of gradients that stays at each step.
    public private(set) var beta1: Double
    /// The part of the largest gradient that stays at each step.
    public private(set) var beta2: Double
    /// Added to the divisor, against division by zero.
    public private(set) var epsilon: Double

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - beta1: the part of the mean of gradients that stays at each step; 0.9 by default.
    ///   - beta2: the part of the largest gradient that stays at each step; 0.999 by default.
    ///   - epsilon: added to the divisor, against division by zero; 1e-7 by default.
    ///   - weightDecay: the part of the learning rate by which every weight shrinks at each step;
    ///     none by default.
    ///   - clipnorm: the largest norm of each weight's gradient; unlimited by default.
    ///   - clipvalue: the largest size of each number of a gradient; unlimited by default.
    ///   - globalClipnorm: the largest norm of all gradients together; unlimited by default. At
    ///     most one of the three limits is given.
    ///   - useEMA: whether averages of the weights are kept, which become the weights when `fit`
    ///     ends; false by default.
    ///   - emaMomentum: the part of an average that stays at each step; 0.99 by default.
    ///   - emaOverwriteFrequency: the number of steps after which the averages become the weights,
    ///     again and again; by default they do only at the end.
    ///   - gradientAccumulationSteps: the number of batches whose gradients are averaged into one
    ///     update; 1 by default.
    public init(
        learningRate: any LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
        clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
        emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> Adamax { Adamax() }

    public static var hyperparameters: [Hyperparameter<Adamax>] {
        shared + [
            .value("beta_1", \.beta1), .value("beta_2", \.beta2), .value("epsilon", \.epsilon),
        ]
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("momentum", 0), ("norm", 0)]
    }

    public override func hyperparameters() -> [Float] {
        let correction = 1 - Foundation.pow(beta1, Double(iterations + 1))
        return [Float(Double(learningRate) / correction)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let m = slots[0] + (gradient - slots[0]) * Float(1 - beta1)
        let u = maximum(slots[1] * Float(beta2), abs(gradient))
        return (weight - m * hyperparameters[0] / (u + Float(epsilon)), [m, u])
    }
}
