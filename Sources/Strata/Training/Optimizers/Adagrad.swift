/// Duchi, Hazan and Singer (2011): w -= rate · g / √(a + ε), a the sum of g² from 0.1 on.
public final class Adagrad: Optimizer, Configurable {
    /// The first value of the sum of squared gradients.
    public private(set) var initialAccumulatorValue: Double
    /// Added to the divisor, against division by zero.
    public private(set) var epsilon: Double

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - initialAccumulatorValue: the first value of the sum of squared gradients; 0.1 by
    ///     default.
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
        learningRate: any LearningRate = 0.001, initialAccumulatorValue: Double = 0.1,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
        clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
        emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        self.initialAccumulatorValue = initialAccumulatorValue
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> Adagrad { Adagrad() }

    public static var hyperparameters: [Hyperparameter<Adagrad>] {
        shared + [
            .value("initial_accumulator_value", \.initialAccumulatorValue),
            .value("epsilon", \.epsilon),
        ]
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("accumulator", Float(initialAccumulatorValue))]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let sum = slots[0] + square(gradient)
        return (weight - gradient * hyperparameters[0] * rsqrt(sum + Float(epsilon)), [sum])
    }
}
