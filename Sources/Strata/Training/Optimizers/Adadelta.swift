/// Zeiler (2012): steps as large as past steps, √(d + ε) / √(a + ε) · g, with running means a of g²
/// and d of the squares of the steps themselves; w -= rate · step.
public final class Adadelta: Optimizer, ReadByInit {
    public let rho: Float
    public let epsilon: Float

    public init(
        learningRate: any LearningRateSchedule = 0.001, rho: Float = 0.95, epsilon: Float = 1e-7,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.rho = rho
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        rho = try configuration.value("rho", default: 0.95)
        epsilon = try configuration.value("epsilon", default: 1e-7)
        try super.init(options: configuration)
    }

    public var configuration: Configuration {
        get throws { try options + ["rho": rho, "epsilon": epsilon] }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("accumulated_grad", 0), ("accumulated_delta_var", 0)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let gradients = slots[0] * rho + square(gradient) * (1 - rho)
        let move = sqrt(slots[1] + epsilon) * gradient * rsqrt(gradients + epsilon)
        let moves = slots[1] * rho + square(move) * (1 - rho)
        return (weight - move * hyperparameters[0], [gradients, moves])
    }
}
