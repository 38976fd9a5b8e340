/// Chen et al. (2023): steps of one size, in the direction that a running mean m of gradients has with
/// the present one: w -= rate · sign(β₁·m + (1 - β₁)·g), then m = β₂·m + (1 - β₂)·g.
public final class Lion: Optimizer, ReadByInit {
    public let beta1: Float
    public let beta2: Float

    public init(
        learningRate: any LearningRateSchedule = 0.001, beta1: Float = 0.9, beta2: Float = 0.99,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        beta1 = try configuration.value("beta_1", default: 0.9)
        beta2 = try configuration.value("beta_2", default: 0.99)
        try super.init(options: configuration)
    }

    public var configuration: Configuration {
        get throws { try options + ["beta_1": beta1, "beta_2": beta2] }
    }

    public override var slotKinds: [(name: String, initial: Float)] { [("momentum", 0)] }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let direction = sign(slots[0] * beta1 + gradient * (1 - beta1))
        let mean = slots[0] * beta2 + gradient * (1 - beta2)
        return (weight - direction * hyperparameters[0], [mean])
    }
}
