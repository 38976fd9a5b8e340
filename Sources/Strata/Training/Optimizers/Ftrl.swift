/// McMahan et al. (2013), "follow the regularized leader": with the sum n of g² (from an initial value)
/// and a sum z of gradients, less what the changing rate makes of the weights, the weights that are best
/// for all gradients so far: w = (clip(z, ±λ₁) - z) / (n^-p / rate + 2·(λ₂ + β / 2 / rate)).
public final class Ftrl: Optimizer, Configurable {
    /// How the rate falls with the sum of squared gradients, at most 0.
    public private(set) var learningRatePower: Double
    /// The first value of the sum of squared gradients, at least 0.
    public private(set) var initialAccumulatorValue: Double
    /// Λ₁, a penalty on the size of weights, at least 0.
    public private(set) var l1RegularizationStrength: Double
    /// Λ₂, a penalty on the squares of weights, at least 0.
    public private(set) var l2RegularizationStrength: Double
    /// A penalty on the size of steps, at least 0: 2 · this · w is added to g.
    public private(set) var l2ShrinkageRegularizationStrength: Double
    /// Β, a constant added to the root of the sum.
    public private(set) var beta: Double

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - learningRatePower: how the rate falls with the sum of squared gradients, at most 0; -0.5
    ///     by default.
    ///   - initialAccumulatorValue: the first value of the sum of squared gradients, at least 0;
    ///     0.1 by default.
    ///   - l1RegularizationStrength: λ₁, a penalty on the size of weights, at least 0; 0 by
    ///     default.
    ///   - l2RegularizationStrength: λ₂, a penalty on the squares of weights, at least 0; 0 by
    ///     default.
    ///   - l2ShrinkageRegularizationStrength: a penalty on the size of steps, at least 0: 2 · this
    ///     · w is added to g; 0 by default.
    ///   - beta: β, a constant added to the root of the sum; 0 by default.
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
        learningRate: any LearningRate = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0,
        l2RegularizationStrength: Double = 0, l2ShrinkageRegularizationStrength: Double = 0,
        beta: Double = 0, weightDecay: Double? = nil, clipnorm: Double? = nil,
        clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
        emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        self.learningRatePower = learningRatePower
        self.initialAccumulatorValue = initialAccumulatorValue
        self.l1RegularizationStrength = l1RegularizationStrength
        self.l2RegularizationStrength = l2RegularizationStrength
        self.l2ShrinkageRegularizationStrength = l2ShrinkageRegularizationStrength
        self.beta = beta
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> Ftrl { Ftrl() }

    public static var hyperparameters: [Hyperparameter<Ftrl>] {
        shared + [
            .value("learning_rate_power", \.learningRatePower),
            .value("initial_accumulator_value", \.initialAccumulatorValue),
            .value("l1_regularization_strength", \.l1RegularizationStrength),
            .value("l2_regularization_strength", \.l2RegularizationStrength),
            .value("l2_shrinkage_regularization_strength", \.l2ShrinkageRegularizationStrength),
            .value("beta", \.beta),
        ]
    }

    public override func check() throws {
        try super.check()
        guard learningRatePower <= 0 else {
            throw StrataError("learningRatePower must be at most 0, but got \(learningRatePower)")
        }
        for (name, value) in [
            ("initialAccumulatorValue", initialAccumulatorValue),
            ("l1RegularizationStrength", l1RegularizationStrength),
            ("l2RegularizationStrength", l2RegularizationStrength),
            ("l2ShrinkageRegularizationStrength", l2ShrinkageRegularizationStrength),
        ] where !(value >= 0) {
            throw StrataError("\(name) must be at least 0, but got \(value)")
        }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("accumulator", Float(initialAccumulatorValue)), ("linear", 0)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let rate = hyperparameters[0]
        let (l1, l2) = (Float(l1RegularizationStrength), Float(l2RegularizationStrength))
        func power(_ sum: Tensor) -> Tensor {
            learningRatePower == -0.5 ? sqrt(sum) : pow(sum, Float(-learningRatePower))
        }
        let sum = slots[0] + square(gradient)
        let linear =
            slots[1] + gradient + weight * Float(2 * l2ShrinkageRegularizationStrength)
            - (power(sum) - power(slots[0])) / rate * weight
        let quadratic = (power(sum) + Float(beta)) / rate + 2 * l2
        return ((clip(linear, from: -l1, to: l1) - linear) / quadratic, [sum, linear])
    }
}
