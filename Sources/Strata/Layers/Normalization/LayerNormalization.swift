/// Gives the features of each sample mean 0 and variance 1, then scales and shifts them:
/// γ · (x - mean) / √(variance + ε) + β (Ba, Kiros and Hinton, 2016).
///
/// Mean and variance are taken over `axes`, the last by default. Output shape: the input's. Weights
/// `gamma` and `beta`: the sizes of those axes.
public final class LayerNormalization: ConfigurableLayer {
    public let core: LayerCore
    /// Negative axes count from the end.
    public let axes: [Int]
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
        axes: [Int] = [-1], epsilon: Float = 0.001, centers: Bool = true, scales: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.axes = axes
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
        guard try configuration.value("rms_scaling", default: false) == false else {
            throw StrataError("rms_scaling is not supported.")
        }
        self.init(
            axes: try configuration.value("axis", default: [-1]),
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
            "axis": axes, "epsilon": epsilon,
            "center": centers, "scale": scales, "rms_scaling": false,
            "beta_initializer": betaInitializer, "gamma_initializer": gammaInitializer,
            "beta_regularizer": betaRegularizer, "gamma_regularizer": gammaRegularizer,
            "beta_constraint": betaConstraint, "gamma_constraint": gammaConstraint,
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try resolvedAxes(inputs[0])
        // In the order of the numbers, negative ones first, as Keras has it; the elements are in the order
        // of the axes all the same.
        let shape = Shape(axes.sorted().map { inputs[0][$0] })
        if scales {
            gamma = addWeight(
                "gamma", shape: shape, initializer: gammaInitializer,
                regularizer: gammaRegularizer, constraint: gammaConstraint)
        }
        if centers {
            beta = addWeight(
                "beta", shape: shape, initializer: betaInitializer, regularizer: betaRegularizer,
                constraint: betaConstraint)
        }
    }

    private func resolvedAxes(_ shape: Shape) throws -> [Int] {
        let resolved = axes.compactMap { shape.axis($0) }.sorted()
        guard !axes.isEmpty, resolved.count == axes.count, resolved[0] > 0,
            Set(resolved).count == axes.count
        else {
            throw StrataError(
                "axes of shape \(shape) other than the batch were expected. Received: \(axes)")
        }
        return resolved
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let kept = x.shape.dimensions.indices.map { axis in
            axes.contains(axis) || axes.contains(axis - x.rank) ? x.shape[axis] : 1
        }
        let centred = x - x.mean(axes: axes, keepingDimensions: true)
        let variance = square(centred).mean(axes: axes, keepingDimensions: true)
        var y = centred * rsqrt(variance + epsilon)
        if let gamma { y = y * gamma.value.reshaped(to: Shape(kept)) }
        if let beta { y = y + beta.value.reshaped(to: Shape(kept)) }
        return y
    }
}
