/// McMahan et al. (2013), "follow the regularized leader": with the sum n of g² (from an initial value)
/// and a sum z of gradients, less what the changing rate makes of the weights, the weights that are best
/// for all gradients so far: w = (clip(z, ±λ₁) - z) / (n^-p / rate + 2·(λ₂ + β / 2 / rate)).
public final class Ftrl: Optimizer, ReadByInit {
    /// p: how the rate falls with n, at most 0.
    public let learningRatePower: Float
    public let initialAccumulatorValue: Float
    /// λ₁ and λ₂: penalties on the weights.
    public let l1: Float
    public let l2: Float
    /// A penalty on the size of steps: 2 · this · w is added to g.
    public let l2Shrinkage: Float
    public let beta: Float

    /// - Precondition: `learningRatePower` is at most 0; the accumulator's first value and the
    ///   penalties are at least 0.
    public init(
        learningRate: any LearningRateSchedule = 0.001, learningRatePower: Float = -0.5,
        initialAccumulatorValue: Float = 0.1, l1: Float = 0, l2: Float = 0, l2Shrinkage: Float = 0,
        beta: Float = 0,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.learningRatePower = learningRatePower
        self.initialAccumulatorValue = initialAccumulatorValue
        self.l1 = l1
        self.l2 = l2
        self.l2Shrinkage = l2Shrinkage
        self.beta = beta
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
        precondition(isPossible, "Penalties of Ftrl are at least 0, its power at most 0.")
    }

    public required init(configuration: Configuration) throws {
        learningRatePower = try configuration.value("learning_rate_power", default: -0.5)
        initialAccumulatorValue = try configuration.value(
            "initial_accumulator_value", default: 0.1)
        l1 = try configuration.value("l1_regularization_strength", default: 0)
        l2 = try configuration.value("l2_regularization_strength", default: 0)
        l2Shrinkage = try configuration.value("l2_shrinkage_regularization_strength", default: 0)
        beta = try configuration.value("beta", default: 0)
        try super.init(options: configuration)
        guard isPossible else {
            throw StrataError(
                "the first accumulator value and the regularization strengths are at least 0, "
                    + "learning_rate_power at most 0. Received: \(initialAccumulatorValue), \(l1), "
                    + "\(l2), \(l2Shrinkage) and \(learningRatePower)")
        }
    }

    private var isPossible: Bool {
        learningRatePower <= 0
            && [initialAccumulatorValue, l1, l2, l2Shrinkage].allSatisfy { $0 >= 0 }
    }

    public var configuration: Configuration {
        get throws {
            try options + [
                "learning_rate_power": learningRatePower,
                "initial_accumulator_value": initialAccumulatorValue,
                "l1_regularization_strength": l1, "l2_regularization_strength": l2,
                "l2_shrinkage_regularization_strength": l2Shrinkage, "beta": beta,
            ]
        }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("accumulator", initialAccumulatorValue), ("linear", 0)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let rate = hyperparameters[0]
        func power(_ sum: Tensor) -> Tensor {
            learningRatePower == -0.5 ? sqrt(sum) : pow(sum, Tensor(-learningRatePower))
        }
        let sum = slots[0] + square(gradient)
        let linear =
            slots[1] + gradient + weight * (2 * l2Shrinkage)
            - (power(sum) - power(slots[0])) / rate * weight
        let quadratic = (power(sum) + beta) / rate + 2 * l2
        return ((clip(linear, from: -l1, to: l1) - linear) / quadratic, [sum, linear])
    }
}
