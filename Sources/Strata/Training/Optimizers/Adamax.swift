import Foundation

/// Kingma and Ba (2015), section 7: Adam with the largest gradient, slowly forgotten, in the place
/// of √v: u = max(β₂·u, |g|) and w -= rate / (1 - β₁ᵗ) · m / (u + ε).
public final class Adamax: Optimizer, ReadByInit {
    public let beta1: Double
    public let beta2: Double
    public let epsilon: Float

    public init(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Float = 1e-7,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        beta1 = try configuration.value("beta_1", default: 0.9)
        beta2 = try configuration.value("beta_2", default: 0.999)
        epsilon = try configuration.value("epsilon", default: 1e-7)
        try super.init(options: configuration)
    }

    public var configuration: Configuration {
        get throws { try options + ["beta_1": beta1, "beta_2": beta2, "epsilon": epsilon] }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("momentum", 0), ("norm", 0)]
    }

    public override func hyperparameters() -> [Float] {
        let correction = 1 - Foundation.pow(beta1, Double(iterations + 1))
        return [Float(Double(learningRate) / correction)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let m = slots[0] + (gradient - slots[0]) * (1 - Float(beta1))
        let u = maximum(slots[1] * Float(beta2), abs(gradient))
        return (weight - m * hyperparameters[0] / (u + epsilon), [m, u])
    }
}
