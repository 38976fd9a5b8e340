import Foundation

/// Kingma and Ba (2015), in Keras's form: m and v are running means of g and g², and
/// w -= α·m / (√v + ε) with α = rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ).
///
/// With `amsgrad` v never falls: the largest so far is used (Reddi, Kale and Kumar, 2018).
public class Adam: Optimizer, ReadByInit {
    public let beta1: Double
    public let beta2: Double
    public let epsilon: Float
    public let amsgrad: Bool

    public init(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Float = 1e-7, amsgrad: Bool = false,
        weightDecay: Float? = nil, clipping: GradientClipping? = nil,
        averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
            averaging: averaging, accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        beta1 = try configuration.value("beta_1", default: 0.9)
        beta2 = try configuration.value("beta_2", default: 0.999)
        epsilon = try configuration.value("epsilon", default: 1e-7)
        amsgrad = try configuration.value("amsgrad", default: false)
        try super.init(options: configuration)
    }

    public var configuration: Configuration {
        get throws {
            try options + [
                "beta_1": beta1, "beta_2": beta2, "epsilon": epsilon, "amsgrad": amsgrad,
            ]
        }
    }

    public override var slotKinds: [(name: String, initial: Float)] {
        [("momentum", 0), ("velocity", 0)] + (amsgrad ? [("velocity_hat", 0)] : [])
    }

    package override var slotGroups: [Range<Int>] { amsgrad ? [0..<2, 2..<3] : [0..<2] }

    public override func hyperparameters() -> [Float] {
        // The powers of the rates as float32, like Keras's: 1 - 0.999 differs by 1e-5 of it.
        func remainder(_ beta: Double) -> Double {
            1 - Foundation.pow(Double(Float(beta)), Double(iterations + 1))
        }
        let correction = remainder(beta2).squareRoot() / remainder(beta1)
        return [Float(Double(learningRate) * correction)]
    }

    public override func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        let m = slots[0] + (gradient - slots[0]) * Float(1 - beta1)
        let v = slots[1] + (square(gradient) - slots[1]) * Float(1 - beta2)
        let largest = amsgrad ? maximum(slots[2], v) : v
        let next = weight - m * hyperparameters[0] / (sqrt(largest) + epsilon)
        return (next, amsgrad ? [m, v, largest] : [m, v])
    }
}

/// Adam with weight decay, 0.004 by default (Loshchilov and Hutter, 2019).
public final class AdamW: Adam {
    public init(
        learningRate: any LearningRateSchedule = 0.001, weightDecay: Float = 0.004,
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-7, amsgrad: Bool = false,
        clipping: GradientClipping? = nil, averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        super.init(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad, weightDecay: weightDecay, clipping: clipping, averaging: averaging,
            accumulation: accumulation)
    }

    public required init(configuration: Configuration) throws {
        // Keras's default, where a file leaves it out.
        var configuration = configuration
        if configuration["weight_decay"] == nil { configuration["weight_decay"] = 0.004 }
        try super.init(configuration: configuration)
    }
}
