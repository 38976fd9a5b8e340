/// Zeiler (2012): steps as large as past steps, √(d + ε) / √(a + ε) · g, with running means a of g²
/// and d of the squares of the steps themselves; w -= rate · step.
public final class Adadelta: Optimizer, Configurable {
    /// The part of both means that stays at each step.
    public private(set) var rho: Double
    /// Added to the divisor, against division by zero.
    public private(set) var epsilon: Double

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - rho: the part of both means that stays at each step; 0.95 by default.
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
        learningRate: any LearningRate = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
        globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
        emaOverwriteFrequency: Int? = nil, gradientAccumulationSteps: Int = 1
    ) {
        self.rho = rho
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> Adadelta { Adadelta() }

    public static var hyperparameters: [Hyperparameter<Adadelta>] {
        shared + [
            .value("rho", \.rho), .value("epsilon", \.epsilon),
        ]
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("accumulated_grad", 0), ("accumulated_delta_var", 0)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let gradients = slots[0] * Float(rho) + square(gradient) * Float(1 - rho)
        let move = sqrt(slots[1] + Float(epsilon)) * gradient * rsqrt(gradients + Float(epsilon))
        let moves = slots[1] * Float(rho) + square(move) * Float(1 - rho)
        return (weight - move * hyperparameters[0], [gradients, moves])
    }
}
