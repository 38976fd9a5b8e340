/// Gives the features of each sample mean 0 and variance 1, then scales and shifts them:
/// γ · (x - mean) / √(variance + ε) + β (Ba, Kiros and Hinton, 2016).
///
/// Mean and variance are taken over `axis`, the last by default. Output shape: the input's. Weights
/// `gamma` and `beta`: the sizes of those axes.
public final class LayerNormalization: ConfigurableLayer {
    public let core: LayerCore
    /// Negative axes count from the end.
    public private(set) var axis: Axes
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
    ///   - axis: the axis, or axes, over which mean and variance are taken, the last by default;
    ///     negative ones count from the end.
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
        axis: Axes = -1, epsilon: Float = 0.001, center: Bool = true, scale: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil,
        trainable: Bool = true, name: String? = nil
    ) {
        core = LayerCore(name: name, trainable: trainable)
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        betaOptions = WeightOptions(betaInitializer, betaRegularizer, betaConstraint)
        gammaOptions = WeightOptions(gammaInitializer, gammaRegularizer, gammaConstraint)
    }

    public static func prototype() -> LayerNormalization { LayerNormalization() }

    public static var hyperparameters: [Hyperparameter<LayerNormalization>] {
        [
            .value("axis", \.axis.list), .value("epsilon", \.epsilon), .value("center", \.center),
            .value("scale", \.scale), .fixed("rms_scaling", false),
        ] + .weights([("beta", \.betaOptions), ("gamma", \.gammaOptions)])
    }

    private var axes: [Int] { axis.list }

    public func build(_ inputs: [Shape]) throws {
        _ = try resolvedAxes(inputs[0])
        // In the order of the numbers, negative ones first, as Keras has it; the elements are in the order
        // of the axes all the same.
        let shape = Shape(axes.sorted().map { inputs[0][$0] })
        if scale { gamma = core.addWeight("gamma", shape: shape, gammaOptions) }
        if center { beta = core.addWeight("beta", shape: shape, betaOptions) }
    }

    private func resolvedAxes(_ shape: Shape) throws -> [Int] {
        let resolved = axes.compactMap { shape.axis($0) }.sorted()
        guard !axes.isEmpty, resolved.count == axes.count, resolved[0] > 0,
            Set(resolved).count == axes.count
        else {
            throw StrataError(
                "axes of shape \(shape) other than the batch were expected, but got \(axes)")
        }
        return resolved
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let kept = x.shape.dimensions.indices.map { axis in
            axes.contains(axis) || axes.contains(axis - x.rank) ? x.shape[axis] : 1
        }
        let centred = x - x.mean(axes: axes, keepDims: true)
        let variance = square(centred).mean(axes: axes, keepDims: true)
        var y = centred * rsqrt(variance + epsilon)
        if let gamma { y = y * gamma.value.reshaped(to: Shape(kept)) }
        if let beta { y = y + beta.value.reshaped(to: Shape(kept)) }
        return y
    }
}
