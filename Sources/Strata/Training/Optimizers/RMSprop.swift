/// Tieleman and Hinton (2012): w -= rate · g / √(v + ε), v a running mean of g².
public final class RMSprop: Optimizer, ReadByInit {
    public let rho: Float
    public let momentum: Float
    public let epsilon: Float
    public let centered: Bool

    public init(
        learningRate: any LearningRateSchedule = 0.001, rho: Float = 0.9, momentum: Float = 0,
        epsilon: Float = 1e-7, centered: Bool = false,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        rho = try configuration.value("rho", default: 0.9)
        momentum = try configuration.value("momentum", default: 0)
        epsilon = try configuration.value("epsilon", default: 1e-7)
        centered = try configuration.value("centered", default: false)
        try super.init(options: configuration)
    }

    public var configuration: Configuration {
        get throws {
            try options + [
                "rho": rho, "momentum": momentum, "epsilon": epsilon, "centered": centered,
            ]
        }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("velocity", 0)] + (momentum > 0 ? [("momentum", 0)] : [])
            + (centered ? [("average_gradient", 0)] : [])
    }

    package override var slotGroups: [Range<Int>] { slotKinds.indices.map { $0..<$0 + 1 } }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let velocity = slots[0] * rho + square(gradient) * (1 - rho)
        var next = [velocity]
        var spread = velocity
        let average = centered ? slots[slots.count - 1] * rho + gradient * (1 - rho) : nil
        if let average { spread = velocity - square(average) }
        var move = gradient * hyperparameters[0] * rsqrt(spread + epsilon)
        if momentum > 0 {
            move = slots[1] * momentum + move
            next.append(move)
        }
        if let average { next.append(average) }
        return (weight - move, next)
    }
}
