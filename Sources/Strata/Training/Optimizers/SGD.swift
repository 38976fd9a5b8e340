/// Stochastic gradient descent: w -= rate · g; with momentum μ, v = μ·v - rate·g and w += v, or
/// w += μ·v - rate·g after that (Nesterov).
public final class SGD: Optimizer, ReadByInit {
    public let momentum: Float
    public let nesterov: Bool

    public init(
        learningRate: any LearningRateSchedule = 0.01, momentum: Float = 0, nesterov: Bool = false,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.momentum = momentum
        self.nesterov = nesterov
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        momentum = try configuration.value("momentum", default: 0)
        nesterov = try configuration.value("nesterov", default: false)
        try super.init(options: configuration, learningRate: 0.01)
    }

    public var configuration: Configuration {
        get throws { try options + ["momentum": momentum, "nesterov": nesterov] }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        momentum == 0 ? [] : [("momentum", 0)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let move = gradient * hyperparameters[0]
        guard let slot = slots.first else { return (weight - move, []) }
        let velocity = slot * momentum - move
        return (weight + (nesterov ? velocity * momentum - move : velocity), [velocity])
    }
}
