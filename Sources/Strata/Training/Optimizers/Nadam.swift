import Foundation

/// Dozat (2016): Adam with Nesterov's momentum, whose weight μₜ = β₁·(1 - 0.96ᵗ / 2) grows.
/// m̂ = μₜ₊₁·m / (1 - Πμ up to t+1) + (1 - μₜ)·g / (1 - Πμ up to t), v̂ = v / (1 - β₂ᵗ) and
/// w -= rate · m̂ / (√v̂ + ε).
public final class Nadam: Optimizer, ReadByInit {
    public let beta1: Double
    public let beta2: Double
    public let epsilon: Float
    /// The product of the momenta of the steps so far, which follows from their number.
    private var product = (steps: 0, value: 1.0)

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
        [("momentum", 0), ("velocity", 0)]
    }

    /// The product of the momenta so far, which Keras's files have too.
    package override var ownState: [Float] {
        get { [Float(product(through: iterations))] }
        set { product = (iterations, Double(newValue[0])) }
    }

    private func momentum(_ step: Int) -> Double {
        beta1 * (1 - 0.5 * Foundation.pow(0.96, Double(step)))
    }

    /// The product of the momenta of steps 1 to t.
    private func product(through t: Int) -> Double {
        if product.steps > t { product = (0, 1) }
        while product.steps < t {
            // After a thousand steps all are β₁ to the last bit, and a file may claim any number.
            let count = product.steps < 1000 ? 1 : t - product.steps
            product.value *= Foundation.pow(momentum(product.steps + 1), Double(count))
            product.steps += count
        }
        return product.value
    }

    public override func hyperparameters() -> [Float] {
        let t = iterations + 1
        let product = product(through: t)
        let rate = Double(learningRate)
        let (now, next) = (momentum(t), momentum(t + 1))
        return [
            Float(rate * next / (1 - product * next)),
            Float(rate * (1 - now) / (1 - product)),
            Float(1 / (1 - Foundation.pow(Double(Float(beta2)), Double(t)))),
        ]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let m = slots[0] + (gradient - slots[0]) * (1 - Float(beta1))
        let v = slots[1] + (square(gradient) - slots[1]) * (1 - Float(beta2))
        let move = m * hyperparameters[0] + gradient * hyperparameters[1]
        return (weight - move / (sqrt(v * hyperparameters[2]) + epsilon), [m, v])
    }
}
