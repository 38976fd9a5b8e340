/// Duchi, Hazan and Singer (2011): w -= rate · g / √(a + ε), a the sum of g² from 0.1 on.
public final class Adagrad: Optimizer, ReadByInit {
    public let initialAccumulator: Float
    public let epsilon: Float

    public init(
        learningRate: any LearningRateSchedule = 0.001, initialAccumulator: Float = 0.1,
        epsilon: Float = 1e-7,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.initialAccumulator = initialAccumulator
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        initialAccumulator = try configuration.value("initial_accumulator_value", default: 0.1)
        epsilon = try configuration.value("epsilon", default: 1e-7)
        try super.init(options: configuration)
    }

    public var configuration: Configuration {
        get throws {
            try options + ["initial_accumulator_value": initialAccumulator, "epsilon": epsilon]
        }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("accumulator", initialAccumulator)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let sum = slots[0] + square(gradient)
        return (weight - gradient * hyperparameters[0] * rsqrt(sum + epsilon), [sum])
    }
}
