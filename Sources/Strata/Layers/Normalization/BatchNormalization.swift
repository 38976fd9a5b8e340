/// Gives each channel mean 0 and variance 1 over the batch, then scales and shifts it:
/// γ · (x - mean) / √(variance + ε) + β (Ioffe and Szegedy, 2015).
///
/// Training uses the batch's own (biased) moments and updates moving averages; inference uses those,
/// as does training when the layer is frozen (`isTrainable` false). Output shape: the input's.
public final class BatchNormalization: ConfigurableLayer {
    public let core: LayerCore
    /// moving = moving · momentum + batch · (1 - momentum)
    public private(set) var momentum: Float
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
    /// Draws the first moving mean.
    public private(set) var movingMeanInitializer: Initializer
    /// Draws the first moving variance.
    public private(set) var movingVarianceInitializer: Initializer
    /// The axis of the channels; a negative one counts from the end.
    public private(set) var axis: Int

    /// The learned scale and shift and the moving averages, all `[channels]`; there once the layer
    /// has been called.
    public private(set) var gamma: Variable?
    /// The offset, `[channels]`; nil until the layer is built, or without an offset.
    public private(set) var beta: Variable?
    /// The moving mean, `[channels]`.
    public private(set) var movingMean: Variable!
    /// The moving variance, `[channels]`.
    public private(set) var movingVariance: Variable!

    /// - Parameters:
    ///   - momentum: the part of a moving average that stays at each step: moving = moving ·
    ///     momentum + batch · (1 - momentum); 0.99 by default.
    ///   - epsilon: added to the variance, against division by zero; 0.001 by default.
    ///   - center: whether β is added; true by default.
    ///   - scale: whether γ is multiplied by; true by default.
    ///   - betaInitializer: draws the first β; zeros by default.
    ///   - gammaInitializer: draws the first γ; ones by default.
    ///   - movingMeanInitializer: draws the first moving mean; zeros by default.
    ///   - movingVarianceInitializer: draws the first moving variance; ones by default.
    ///   - betaRegularizer: a penalty on β, added to the loss; none by default.
    ///   - gammaRegularizer: a penalty on γ, added to the loss; none by default.
    ///   - betaConstraint: what β is brought back to after each step; no bounds by default.
    ///   - gammaConstraint: what γ is brought back to after each step; no bounds by default.
    ///   - axis: the axis of the channels, the last by default; a negative one counts from the end.
    ///   - trainable: whether training changes the weights; true by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        momentum: Float = 0.99, epsilon: Float = 0.001, center: Bool = true, scale: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil,
        axis: Int = -1, trainable: Bool = true, name: String? = nil
    ) {
        core = LayerCore(name: name, trainable: trainable)
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        betaOptions = WeightOptions(betaInitializer, betaRegularizer, betaConstraint)
        gammaOptions = WeightOptions(gammaInitializer, gammaRegularizer, gammaConstraint)
        self.movingMeanInitializer = movingMeanInitializer
        self.movingVarianceInitializer = movingVarianceInitializer
    }

    public static func prototype() -> BatchNormalization { BatchNormalization() }

    public static var hyperparameters: [Hyperparameter<BatchNormalization>] {
        [
            .value("axis", \.axis.single), .value("momentum", \.momentum),
            .value("epsilon", \.epsilon), .value("center", \.center), .value("scale", \.scale),
            .value("moving_mean_initializer", \.movingMeanInitializer),
            .value("moving_variance_initializer", \.movingVarianceInitializer),
            .ignored("synchronized", false), .unsupported("renorm", unless: false),
        ] + .weights([("beta", \.betaOptions), ("gamma", \.gammaOptions)])
    }

    public func build(_ inputs: [Shape]) throws {
        guard let shape = inputs.first, shape.rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, channels] was expected, but got \(inputs[0])")
        }
        guard let place = shape.axis(axis), place > 0 else {
            throw StrataError(
                "an axis of shape \(shape) other than the batch was expected, but got \(axis)")
        }
        let channels: Shape = [shape[place]]
        if scale { gamma = core.addWeight("gamma", shape: channels, gammaOptions) }
        if center { beta = core.addWeight("beta", shape: channels, betaOptions) }
        movingMean = addWeight(
            "moving_mean", shape: channels, initializer: movingMeanInitializer, trainable: false)
        movingVariance = addWeight(
            "moving_variance", shape: channels, initializer: movingVarianceInitializer,
            trainable: false)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard let place = x.shape.axis(axis), place < x.rank - 1 else {
            return normalized(x, context)
        }
        // The channels go to the end and back.
        let others = (0..<x.rank).filter { $0 != place }
        let back = (0..<x.rank).map { axis in
            axis == place ? x.rank - 1 : axis - (axis > place ? 1 : 0)
        }
        return normalized(x.transposed(others + [place]), context).transposed(back)
    }

    private func normalized(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, context.isTrainable else {
            // One multiplication and one addition, which a convolution before takes into its kernel.
            let scale = factor(movingVariance.value)
            let shift =
                beta.map { $0.value - movingMean.value * scale } ?? -(movingMean.value * scale)
            return x * scale + shift
        }
        let batch = moments(x)
        func moved(_ moving: Variable, _ value: Tensor) -> Tensor {
            context.updated(moving) * momentum + value * (1 - momentum)
        }
        context.update(movingMean, to: moved(movingMean, batch.mean))
        context.update(movingVariance, to: moved(movingVariance, batch.variance))
        let normalized = (x - batch.mean) * factor(batch.variance)
        return beta.map { normalized + $0.value } ?? normalized
    }

    private func factor(_ variance: Tensor) -> Tensor {
        let inverse = rsqrt(variance + epsilon)
        return gamma.map { inverse * $0.value } ?? inverse
    }
}
