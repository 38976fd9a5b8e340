/// Gives each group of channels of each sample mean 0 and variance 1, then scales and shifts each
/// channel: γ · (x - mean) / √(variance + ε) + β (Wu and He, 2018).
///
/// Input `[batch, …, channels]`, output the same. Weights `gamma` and `beta`: `[channels]`. With one
/// group it normalizes all features of a sample, with as many as there are channels each channel by
/// itself (instance normalization).
public final class GroupNormalization: ConfigurableLayer {
    public let core: LayerCore
    /// -1 stands for as many as there are channels.
    public let groups: Int
    public let epsilon: Float
    public let centers: Bool
    public let scales: Bool
    public let betaInitializer: Initializer
    public let gammaInitializer: Initializer
    public let betaRegularizer: Regularizer?
    public let gammaRegularizer: Regularizer?
    public let betaConstraint: Constraint?
    public let gammaConstraint: Constraint?

    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?

    public init(
        groups: Int = 32, epsilon: Float = 0.001, centers: Bool = true, scales: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.groups = groups
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
        self.betaInitializer = betaInitializer
        self.gammaInitializer = gammaInitializer
        self.betaRegularizer = betaRegularizer
        self.gammaRegularizer = gammaRegularizer
        self.betaConstraint = betaConstraint
        self.gammaConstraint = gammaConstraint
    }

    public convenience init(configuration: Configuration) throws {
        let axis = try configuration.value("axis", default: -1)
        guard axis == -1 else {
            throw StrataError("axis is -1, the channels. Received: \(axis)")
        }
        self.init(
            groups: try configuration.value("groups", default: 32),
            epsilon: try configuration.value("epsilon", default: 0.001),
            centers: try configuration.value("center", default: true),
            scales: try configuration.value("scale", default: true),
            betaInitializer: try configuration.value("beta_initializer", default: .zeros),
            gammaInitializer: try configuration.value("gamma_initializer", default: .ones),
            betaRegularizer: try configuration.optional("beta_regularizer"),
            gammaRegularizer: try configuration.optional("gamma_regularizer"),
            betaConstraint: try configuration.optional("beta_constraint"),
            gammaConstraint: try configuration.optional("gamma_constraint"),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "groups": groups, "axis": -1, "epsilon": epsilon, "center": centers, "scale": scales,
            "beta_initializer": betaInitializer, "gamma_initializer": gammaInitializer,
            "beta_regularizer": betaRegularizer, "gamma_regularizer": gammaRegularizer,
            "beta_constraint": betaConstraint, "gamma_constraint": gammaConstraint,
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        guard inputs[0].rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, channels] was expected. Received: \(inputs[0])")
        }
        let channels = inputs[0][-1]
        guard groups == -1 || groups > 0, groups == -1 || channels % groups == 0 else {
            throw StrataError(
                "the \(channels) channels must be divisible by groups. Received: groups \(groups)")
        }
        if scales {
            gamma = addWeight(
                "gamma", shape: [channels], initializer: gammaInitializer,
                regularizer: gammaRegularizer, constraint: gammaConstraint)
        }
        if centers {
            beta = addWeight(
                "beta", shape: [channels], initializer: betaInitializer,
                regularizer: betaRegularizer, constraint: betaConstraint)
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let channels = x.shape[-1]
        let count = groups == -1 ? channels : groups
        let places = x.shape.dimensions.dropFirst().dropLast().reduce(1, *)
        let grouped = x.reshaped(to: [x.shape[0], places, count, channels / count])
        let centred = grouped - grouped.mean(axes: [1, 3], keepingDimensions: true)
        let variance = square(centred).mean(axes: [1, 3], keepingDimensions: true)
        var y = (centred * rsqrt(variance + epsilon)).reshaped(to: x.shape)
        if let gamma { y = y * gamma.value }
        if let beta { y = y + beta.value }
        return y
    }
}
