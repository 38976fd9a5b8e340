/// Chen et al. (2023): steps of one size, in the direction that a running mean m of gradients has with
/// the present one: w -= rate · sign(β₁·m + (1 - β₁)·g), then m = β₂·m + (1 - β₂)·g.
public final class Lion: Optimizer, Configurable {
    /// The part of the mean of gradients in the direction of a step.
    public private(set) var beta1: Double
    /// The part of the mean of gradients that stays at each step.
    public private(set) var beta2: Double

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - beta1: the part of the mean of gradients in the direction of a step; 0.9 by default.
    ///   - beta2: the part of the mean of gradients that stays at each step; 0.99 by default.
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
        learningRate: any LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
        globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
        emaOverwriteFrequency: Int? = nil, gradientAccumulationSteps: Int = 1
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> Lion { Lion() }

    public static var hyperparameters: [Hyperparameter<Lion>] {
        shared + [
            .value("beta_1", \.beta1), .value("beta_2", \.beta2),
        ]
    }

    public override var slotKinds: [(name: String, initial: Float)] { [("momentum", 0)] }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let direction = sign(slots[0] * Float(beta1) + gradient * Float(1 - beta1))
        let mean = slots[0] * Float(beta2) + gradient * Float(1 - beta2)
        return (weight - direction * hyperparameters[0], [mean])
    }
}
