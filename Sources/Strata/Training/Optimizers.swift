import Foundation

/// Stochastic gradient descent: w -= rate · g; with momentum μ, v = μ·v - rate·g and w += v, or
/// w += μ·v - rate·g after that (Nesterov).
public final class SGD: Optimizer {
    public let momentum: Float
    public let nesterov: Bool

    public init(learningRate: Float = 0.01, momentum: Float = 0, nesterov: Bool = false) {
        self.momentum = momentum
        self.nesterov = nesterov
        super.init(learningRate: learningRate)
    }

    public override var name: String { "sgd" }
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

/// Kingma and Ba (2015), in Keras's form: m and v are running means of g and g², and
/// w -= α·m / (√v + ε) with α = rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ).
public final class Adam: Optimizer {
    public let beta1: Float
    public let beta2: Float
    public let epsilon: Float

    public init(
        learningRate: Float = 0.001, beta1: Float = 0.9, beta2: Float = 0.999,
        epsilon: Float = 1e-7
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        super.init(learningRate: learningRate)
    }

    public override var name: String { "adam" }
    public override var slotKinds: [(name: String, initial: Float)] {
        [("momentum", 0), ("velocity", 0)]
    }

    public override func hyperparameters() -> [Float] {
        let t = Double(iterations + 1)
        let correction =
            (1 - Foundation.pow(Double(beta2), t)).squareRoot()
            / (1 - Foundation.pow(Double(beta1), t))
        return [Float(Double(learningRate) * correction)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let m = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let v = slots[1] + (square(gradient) - slots[1]) * (1 - beta2)
        return (weight - m * hyperparameters[0] / (sqrt(v) + epsilon), [m, v])
    }
}

/// Tieleman and Hinton (2012): w -= rate · g / √(v + ε), v a running mean of g².
public final class RMSprop: Optimizer {
    public let rho: Float
    public let momentum: Float
    public let epsilon: Float
    public let centered: Bool

    public init(
        learningRate: Float = 0.001, rho: Float = 0.9, momentum: Float = 0, epsilon: Float = 1e-7,
        centered: Bool = false
    ) {
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        super.init(learningRate: learningRate)
    }

    public override var name: String { "rmsprop" }
    public override var slotKinds: [(name: String, initial: Float)] {
        [("velocity", 0)] + (momentum > 0 ? [("momentum", 0)] : [])
            + (centered ? [("average_gradient", 0)] : [])
    }

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

/// Duchi, Hazan and Singer (2011): w -= rate · g / √(a + ε), a the sum of g² from 0.1 on.
public final class Adagrad: Optimizer {
    public let initialAccumulator: Float
    public let epsilon: Float

    public init(
        learningRate: Float = 0.001, initialAccumulator: Float = 0.1, epsilon: Float = 1e-7
    ) {
        self.initialAccumulator = initialAccumulator
        self.epsilon = epsilon
        super.init(learningRate: learningRate)
    }

    public override var name: String { "adagrad" }
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
