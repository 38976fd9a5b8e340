/// x where positive, otherwise α · x with a learned α for each feature (He et al., 2015).
///
/// Output shape: the input's. Weight `alpha`: the input's shape without the batch, with 1 along the
/// shared axes.
public final class PReLU: ConfigurableLayer {
    public let core: LayerCore
    /// Initializer, regularizer and constraint of α.
    public private(set) var alphaOptions: WeightOptions
    /// The axes along which one α is shared, counted with the batch as axis 0: [1, 2] for one α a
    /// channel of an image.
    public private(set) var sharedAxes: [Int]

    /// The learned slopes; there once the layer has been called.
    public private(set) var alpha: Variable!

    /// - Parameters:
    ///   - alphaInitializer: draws the first α; zeros by default.
    ///   - alphaRegularizer: a penalty on α, added to the loss; none by default.
    ///   - alphaConstraint: what α is brought back to after each step; no bounds by default.
    ///   - sharedAxes: the axes along which one α is shared, counted with the batch as axis 0; none
    ///     by default.
    ///   - trainable: whether training changes the weights; true by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        alphaInitializer: Initializer = .zeros, alphaRegularizer: Regularizer? = nil,
        alphaConstraint: Constraint? = nil, sharedAxes: [Int] = [], trainable: Bool = true,
        name: String? = nil
    ) {
        core = LayerCore(name: name, trainable: trainable)
        alphaOptions = WeightOptions(alphaInitializer, alphaRegularizer, alphaConstraint)
        self.sharedAxes = sharedAxes
    }

    public static func prototype() -> PReLU { PReLU() }

    public static var hyperparameters: [Hyperparameter<PReLU>] {
        .weights([("alpha", \.alphaOptions)])
            + [.value("shared_axes", \.sharedAxes.nilIfEmpty)]
    }

    public func build(_ inputs: [Shape]) throws {
        var shape = inputs[0].withoutBatch
        for axis in sharedAxes {
            guard axis > 0, axis <= shape.rank else {
                throw StrataError(
                    "sharedAxes must be between 1 and \(shape.rank), but got \(sharedAxes)")
            }
            shape[axis - 1] = 1
        }
        alpha = core.addWeight("alpha", shape: shape, alphaOptions)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        relu(x) - alpha.value * relu(-x)
    }
}
