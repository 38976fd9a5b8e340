/// Gives each channel mean 0 and variance 1 over the batch, then scales and shifts it:
/// γ · (x - mean) / √(variance + ε) + β (Ioffe and Szegedy, 2015).
///
/// Training uses the batch's own (biased) moments and updates moving averages; inference uses those,
/// as does training when the layer is frozen (`isTrainable` false). Output shape: the input's.
public final class BatchNormalization: ConfigurableLayer {
    public let core: LayerCore
    /// moving = moving · momentum + batch · (1 - momentum)
    public let momentum: Float
    public let epsilon: Float
    public let centers: Bool
    public let scales: Bool
    public let betaInitializer: Initializer
    public let gammaInitializer: Initializer
    public let movingMeanInitializer: Initializer
    public let movingVarianceInitializer: Initializer
    public let betaRegularizer: Regularizer?
    public let gammaRegularizer: Regularizer?
    public let betaConstraint: Constraint?
    public let gammaConstraint: Constraint?
    /// The axis of the channels; a negative one counts from the end.
    public let axis: Int

    /// The learned scale and shift and the moving averages, all `[channels]`; there once the layer
    /// has been called.
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?
    public private(set) var movingMean: Variable!
    public private(set) var movingVariance: Variable!

    public init(
        momentum: Float = 0.99, epsilon: Float = 0.001, centers: Bool = true, scales: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil,
        axis: Int = -1, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
        self.betaInitializer = betaInitializer
        self.gammaInitializer = gammaInitializer
        self.movingMeanInitializer = movingMeanInitializer
        self.movingVarianceInitializer = movingVarianceInitializer
        self.betaRegularizer = betaRegularizer
        self.gammaRegularizer = gammaRegularizer
        self.betaConstraint = betaConstraint
        self.gammaConstraint = gammaConstraint
    }

    public convenience init(configuration: Configuration) throws {
        guard try configuration.value("renorm", default: false) == false else {
            throw StrataError("batch renormalization (renorm) is not supported")
        }
        let axes = try configuration.value("axis", default: [-1])
        guard axes.count == 1 else { throw StrataError("one axis was expected. Received: \(axes)") }
        self.init(
            momentum: try configuration.value("momentum", default: 0.99),
            epsilon: try configuration.value("epsilon", default: 0.001),
            centers: try configuration.value("center", default: true),
            scales: try configuration.value("scale", default: true),
            betaInitializer: try configuration.value("beta_initializer", default: .zeros),
            gammaInitializer: try configuration.value("gamma_initializer", default: .ones),
            movingMeanInitializer: try configuration.value(
                "moving_mean_initializer", default: .zeros),
            movingVarianceInitializer: try configuration.value(
                "moving_variance_initializer", default: .ones),
            betaRegularizer: try configuration.optional("beta_regularizer"),
            gammaRegularizer: try configuration.optional("gamma_regularizer"),
            betaConstraint: try configuration.optional("beta_constraint"),
            gammaConstraint: try configuration.optional("gamma_constraint"), axis: axes[0],
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "axis": axis, "momentum": momentum, "epsilon": epsilon, "center": centers,
            "scale": scales, "beta_initializer": betaInitializer,
            "gamma_initializer": gammaInitializer,
            "moving_mean_initializer": movingMeanInitializer,
            "moving_variance_initializer": movingVarianceInitializer,
            "beta_regularizer": betaRegularizer, "gamma_regularizer": gammaRegularizer,
            "beta_constraint": betaConstraint, "gamma_constraint": gammaConstraint,
            "synchronized": false,
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        guard let shape = inputs.first, shape.rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, channels] was expected. Received: \(inputs[0])")
        }
        guard let place = shape.axis(axis), place > 0 else {
            throw StrataError(
                "an axis of shape \(shape) other than the batch was expected. Received: \(axis)")
        }
        let channels: Shape = [shape[place]]
        if scales {
            gamma = addWeight(
                "gamma", shape: channels, initializer: gammaInitializer,
                regularizer: gammaRegularizer, constraint: gammaConstraint)
        }
        if centers {
            beta = addWeight(
                "beta", shape: channels, initializer: betaInitializer,
                regularizer: betaRegularizer, constraint: betaConstraint)
        }
        movingMean = addWeight(
            "moving_mean", shape: channels, initializer: movingMeanInitializer, isTrainable: false)
        movingVariance = addWeight(
            "moving_variance", shape: channels, initializer: movingVarianceInitializer,
            isTrainable: false)
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
            let scale = scale(movingVariance.value)
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
        let normalized = (x - batch.mean) * scale(batch.variance)
        return beta.map { normalized + $0.value } ?? normalized
    }

    private func scale(_ variance: Tensor) -> Tensor {
        let inverse = rsqrt(variance + epsilon)
        return gamma.map { inverse * $0.value } ?? inverse
    }
}
