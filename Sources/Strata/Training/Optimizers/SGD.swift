/// Stochastic gradient descent: w -= rate · g; with momentum μ, v = μ·v - rate·g and w += v, or
/// w += μ·v - rate·g after that (Nesterov).
public final class SGD: Optimizer, Configurable {
    /// The part of the velocity that stays at each step.
    public private(set) var momentum: Double
    /// Whether the velocity of the next step is used (Nesterov).
    public private(set) var nesterov: Bool

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.01 by default.
    ///   - momentum: the part of the velocity that stays at each step; 0 by default.
    ///   - nesterov: whether the velocity of the next step is used (Nesterov); false by default.
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
        learningRate: any LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false,
        weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
        globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
        emaOverwriteFrequency: Int? = nil, gradientAccumulationSteps: Int = 1
    ) {
        self.momentum = momentum
        self.nesterov = nesterov
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> SGD { SGD() }

    public static var hyperparameters: [Hyperparameter<SGD>] {
        shared + [
            .value("momentum", \.momentum), .value("nesterov", \.nesterov),
        ]
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        momentum == 0 ? [] : [("momentum", 0)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let move = gradient * hyperparameters[0]
        guard let slot = slots.first else { return (weight - move, []) }
        let velocity = slot * Float(momentum) - move
        return (weight + (nesterov ? velocity * Float(momentum) - move : velocity), [velocity])
    }
}
