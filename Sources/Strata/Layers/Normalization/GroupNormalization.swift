/// Gives each group of channels of each sample mean 0 and variance 1, then scales and shifts each
/// channel: γ · (x - mean) / √(variance + ε) + β (Wu and He, 2018).
///
/// Input `[batch, …, channels]`, output the same. Weights `gamma` and `beta`: `[channels]`. With one
/// group it normalizes all features of a sample, with as many as there are channels each channel by
/// itself (instance normalization).
public final class GroupNormalization: ConfigurableLayer {
    public let core: LayerCore
    /// -1 stands for as many as there are channels.
    public private(set) var groups: Int
    /// Added to the variance, against division by zero.
    public private(set) var epsilon: Float
    /// Whether β is added.
    public private(set) var center: Bool
    /// Whether γ is multiplied by.
    public private(set) var scale: Bool
    /// Initializer, regularizer and constraint of β.
    public private(set) var betaOptions: WeightOptions
    /// Initializer, regularizer and constraint of γ.
    public private(set) var gammaOptions: WeightOptions

    /// The scale; nil until the layer is built, or without scaling.
    public private(set) var gamma: Variable?
    /// The offset; nil until the layer is built, or without an offset.
    public private(set) var beta: Variable?

    /// - Parameters:
    ///   - groups: the number of groups the channels are cut into, -1 for as many as there are
    ///     channels; 32 by default.
    ///   - epsilon: added to the variance, against division by zero; 0.001 by default.
    ///   - center: whether β is added; true by default.
    ///   - scale: whether γ is multiplied by; true by default.
    ///   - betaInitializer: draws the first β; zeros by default.
    ///   - gammaInitializer: draws the first γ; ones by default.
    ///   - betaRegularizer: a penalty on β, added to the loss; none by default.
    ///   - gammaRegularizer: a penalty on γ, added to the loss; none by default.
    ///   - betaConstraint: what β is brought back to after each step; no bounds by default.
    ///   - gammaConstraint: what γ is brought back to after each step; no bounds by default.
    ///   - trainable: whether training changes the weights; true by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        groups: Int = 32, epsilon: Float = 0.001, center: Bool = true, scale: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil,
        trainable: Bool = true, name: String? = nil
    ) {
        core = LayerCore(name: name, trainable: trainable)
        self.groups = groups
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        betaOptions = WeightOptions(betaInitializer, betaRegularizer, betaConstraint)
        gammaOptions = WeightOptions(gammaInitializer, gammaRegularizer, gammaConstraint)
    }

    public static func prototype() -> GroupNormalization { GroupNormalization() }

    public static var hyperparameters: [Hyperparameter<GroupNormalization>] {
        [
            .value("groups", \.groups), .fixed("axis", -1), .value("epsilon", \.epsilon),
            .value("center", \.center), .value("scale", \.scale),
        ] + .weights([("beta", \.betaOptions), ("gamma", \.gammaOptions)])
    }

    public func build(_ inputs: [Shape]) throws {
        guard inputs[0].rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, channels] was expected, but got \(inputs[0])")
        }
        let channels = inputs[0][-1]
        guard groups == -1 || groups > 0, groups == -1 || channels % groups == 0 else {
            throw StrataError(
                "the \(channels) channels must be divisible by groups, but got groups \(groups)")
        }
        if scale { gamma = core.addWeight("gamma", shape: [channels], gammaOptions) }
        if center { beta = core.addWeight("beta", shape: [channels], betaOptions) }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let channels = x.shape[-1]
        let count = groups == -1 ? channels : groups
        let places = x.shape.dimensions.dropFirst().dropLast().reduce(1, *)
        let grouped = x.reshaped(to: [x.shape[0], places, count, channels / count])
        let centred = grouped - grouped.mean(axes: [1, 3], keepDims: true)
        let variance = square(centred).mean(axes: [1, 3], keepDims: true)
        var y = (centred * rsqrt(variance + epsilon)).reshaped(to: x.shape)
        if let gamma { y = y * gamma.value }
        if let beta { y = y + beta.value }
        return y
    }
}
