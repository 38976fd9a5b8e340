/// x where positive, otherwise α · x with a learned α for each feature (He et al., 2015).
///
/// Output shape: the input's. Weight `alpha`: the input's shape without the batch, with 1 along the
/// shared axes.
public final class PReLU: ConfigurableLayer {
    public let core: LayerCore
    public let alphaInitializer: Initializer
    public let alphaRegularizer: Regularizer?
    public let alphaConstraint: Constraint?
    /// The axes along which one α is shared, counted with the batch as axis 0: [1, 2] for one α a
    /// channel of an image.
    public let sharedAxes: [Int]

    public private(set) var alpha: Variable!

    public init(
        alphaInitializer: Initializer = .zeros, alphaRegularizer: Regularizer? = nil,
        alphaConstraint: Constraint? = nil, sharedAxes: [Int] = [], name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.alphaInitializer = alphaInitializer
        self.alphaRegularizer = alphaRegularizer
        self.alphaConstraint = alphaConstraint
        self.sharedAxes = sharedAxes
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            alphaInitializer: try configuration.value("alpha_initializer", default: .zeros),
            alphaRegularizer: try configuration.optional("alpha_regularizer"),
            alphaConstraint: try configuration.optional("alpha_constraint"),
            sharedAxes: try configuration.value("shared_axes", default: []),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "alpha_initializer": alphaInitializer, "alpha_regularizer": alphaRegularizer,
            "alpha_constraint": alphaConstraint,
            "shared_axes": sharedAxes.isEmpty ? nil : sharedAxes,
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        var shape = inputs[0].withoutBatch
        for axis in sharedAxes {
            guard axis > 0, axis <= shape.rank else {
                throw StrataError(
                    "sharedAxes are between 1 and \(shape.rank). Received: \(sharedAxes)")
            }
            shape[axis - 1] = 1
        }
        alpha = addWeight(
            "alpha", shape: shape, initializer: alphaInitializer, regularizer: alphaRegularizer,
            constraint: alphaConstraint)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        relu(x) - alpha.value * relu(-x)
    }
}
