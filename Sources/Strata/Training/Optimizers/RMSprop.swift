/// Tieleman and Hinton (2012): w -= rate · g / √(v + ε), v a running mean of g².
public final class RMSprop: Optimizer, Configurable {
    /// The part of the mean of squared gradients that stays at each step.
    public private(set) var rho: Double
    /// The part of the step before that is added.
    public private(set) var momentum: Double
    /// Added to the divisor, against division by zero.
    public private(set) var epsilon: Double
    /// Whether squared gradients are taken about their mean, so as to normalize by the variance.
    public private(set) var centered: Bool

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - rho: the part of the mean of squared gradients that stays at each step; 0.9 by default.
    ///   - momentum: the part of the step before that is added; 0 by default.
    ///   - epsilon: added to the divisor, against division by zero; 1e-7 by default.
    ///   - centered: whether squared gradients are taken about their mean, so as to normalize by
    ///     the variance; false by default.
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
        learningRate: any LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil,
        clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
        useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> RMSprop { RMSprop() }

    public static var hyperparameters: [Hyperparameter<RMSprop>] {
        shared + [
            .value("rho", \.rho), .value("momentum", \.momentum), .value("epsilon", \.epsilon),
            .value("centered", \.centered),
        ]
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("velocity", 0)] + (momentum > 0 ? [("momentum", 0)] : [])
            + (centered ? [("average_gradient", 0)] : [])
    }

    package override var slotGroups: [Range<Int>] { slotKinds.indices.map { $0..<$0 + 1 } }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let velocity = slots[0] * Float(rho) + square(gradient) * Float(1 - rho)
        var next = [velocity]
        var spread = velocity
        let average =
            centered ? slots[slots.count - 1] * Float(rho) + gradient * Float(1 - rho) : nil
        if let average { spread = velocity - square(average) }
        var move = gradient * hyperparameters[0] * rsqrt(spread + Float(epsilon))
        if momentum > 0 {
            move = slots[1] * Float(momentum) + move
            next.append(move)
        }
        if let average { next.append(average) }
        return (weight - move, next)
    }
}
