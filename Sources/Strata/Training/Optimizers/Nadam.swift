import Foundation

/// Dozat (2016): Adam with Nesterov's momentum, whose weight μₜ = β₁·(1 - 0.96ᵗ / 2) grows.
/// m̂ = μₜ₊₁·m / (1 - Πμ up to t+1) + (1 - μₜ)·g / (1 - Πμ up to t), v̂ = v / (1 - β₂ᵗ) and
/// w -= rate · m̂ / (√v̂ + ε).
public final class Nadam: Optimizer, Configurable {
    /// The part of the mean of gradients that stays at each step.
    public private(set) var beta1: Double
    /// The part of the mean of squared gradients that stays at each step.
    public private(set) var beta2: Double
    /// Added to the divisor, against division by zero.
    public private(set) var epsilon: Double

    /// The product of the momenta of the steps so far, which follows from their number.
    private var product = (steps: 0, value: 1.0)

    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - beta1: the part of the mean of gradients that stays at each step; 0.9 by default.
    ///   - beta2: the part of the mean of squared gradients that stays at each step; 0.999 by
    ///     default.
    ///   - epsilon: added to the divisor, against division by zero; 1e-7 by default.
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
        learningRate: any LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
        clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
        emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> Nadam { Nadam() }

    public static var hyperparameters: [Hyperparameter<Nadam>] {
        shared + [
            .value("beta_1", \.beta1), .value("beta_2", \.beta2), .value("epsilon", \.epsilon),
        ]
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
        let m = slots[0] + (gradient - slots[0]) * Float(1 - beta1)
        let v = slots[1] + (square(gradient) - slots[1]) * Float(1 - beta2)
        let move = m * hyperparameters[0] + gradient * hyperparameters[1]
        return (weight - move / (sqrt(v * hyperparameters[2]) + Float(epsilon)), [m, v])
    }
}
