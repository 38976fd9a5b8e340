import Foundation

/// What ``Adam`` and ``AdamW`` share.
public class AdamFamily: Optimizer {
    /// The part of the mean of gradients that stays at each step.
    public internal(set) var beta1: Double
    /// The part of the mean of squared gradients that stays at each step.
    public internal(set) var beta2: Double
    /// Added to the divisor, against division by zero.
    public internal(set) var epsilon: Double
    /// Whether the mean of squared gradients never falls (AMSGrad).
    public internal(set) var amsgrad: Bool

    init(
        learningRate: any LearningRate, beta1: Double, beta2: Double, epsilon: Double,
        amsgrad: Bool, weightDecay: Double?, clipnorm: Double?, clipvalue: Double?,
        globalClipnorm: Double?, useEMA: Bool, emaMomentum: Double, emaOverwriteFrequency: Int?,
        gradientAccumulationSteps: Int
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        super.init(
            learningRate: learningRate, weightDecay: weightDecay, clipnorm: clipnorm,
            clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
            emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
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
        let next = weight - m * hyperparameters[0] / (sqrt(largest) + Float(epsilon))
        return (next, amsgrad ? [m, v, largest] : [m, v])
    }
}

extension Configurable where Self: AdamFamily {
    /// What files keep of both.
    static var adam: [Hyperparameter<Self>] {
        shared + [
            .value("beta_1", \.beta1), .value("beta_2", \.beta2), .value("epsilon", \.epsilon),
            .value("amsgrad", \.amsgrad),
        ]
    }
}

/// Kingma and Ba (2015), in Keras's form: m and v are running means of g and g², and
/// w -= α·m / (√v + ε) with α = rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ).
///
/// With `amsgrad` v never falls: the largest so far is used (Reddi, Kale and Kumar, 2018).
public final class Adam: AdamFamily, Configurable {
    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - beta1: the part of the mean of gradients that stays at each step; 0.9 by default.
    ///   - beta2: the part of the mean of squared gradients that stays at each step; 0.999 by
    ///     default.
    ///   - epsilon: added to the divisor, against division by zero; 1e-7 by default.
    ///   - amsgrad: whether the mean of squared gradients never falls (AMSGrad); false by default.
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
    public override init(
        learningRate: any LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = nil,
        clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
        useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        super.init(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad, weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> Adam { Adam() }

    public static var hyperparameters: [Hyperparameter<Adam>] { adam }
}

/// Adam with weight decay (Loshchilov and Hutter, 2019).
public final class AdamW: AdamFamily, Configurable {
    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it; 0.001 by default.
    ///   - beta1: the part of the mean of gradients that stays at each step; 0.9 by default.
    ///   - beta2: the part of the mean of squared gradients that stays at each step; 0.999 by
    ///     default.
    ///   - epsilon: added to the divisor, against division by zero; 1e-7 by default.
    ///   - amsgrad: whether the mean of squared gradients never falls (AMSGrad); false by default.
    ///   - weightDecay: the part of the learning rate by which every weight shrinks at each step;
    ///     0.004 by default.
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
    public override init(
        learningRate: any LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = 0.004,
        clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
        useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        super.init(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad, weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency,
            gradientAccumulationSteps: gradientAccumulationSteps)
    }

    public static func prototype() -> AdamW { AdamW() }

    public static var hyperparameters: [Hyperparameter<AdamW>] { adam }
}
