/// A piece of a network: it declares weights and composes tensors.
///
/// A layer never sees a backward pass, a buffer or a thread. One made of others needs no more than
/// a ``core`` and a `call`:
///
/// ```swift
/// final class ResidualBlock: Layer {
///     let core = LayerCore()
///     let first: Conv2D
///     let second: Conv2D
///
///     init(_ filters: Int) {
///         first = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)
///         second = Conv2D(filters, kernelSize: 3, padding: .same)
///     }
///
///     func call(_ x: Tensor, _ context: Context) -> Tensor { relu(second(first(x)) + x) }
/// }
/// ```
///
/// A layer is a reference: called twice, it shares its weights.
public protocol Layer: AnyObject {
    /// The layer's name, weights and state, kept by Strata.
    var core: LayerCore { get }

    /// The class as Keras names it, for summaries and files: `MaxPooling2D`.
    static var className: String { get }

    /// Declares weights with
    /// ``Layer/addWeight(_:shape:initializer:regularizer:constraint:trainable:)``, knowing the shapes of
    /// the inputs (the batch size among them is not to be relied on). Called once. A thrown error
    /// becomes the error of the layer's output.
    func build(_ inputs: [Shape]) throws

    /// Composes the output of one input. Layers of one input implement this.
    func call(_ x: Tensor, _ context: Context) -> Tensor

    /// Composes the outputs of several inputs. Other layers implement this.
    func call(_ inputs: [Tensor], _ context: Context) -> [Tensor]
}

extension Layer {
    public static var className: String { String(describing: Self.self) }

    public func build(_ inputs: [Shape]) throws {}

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        Tensor(
            error: StrataError("\(description) takes a list of inputs, but got one tensor"))
    }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count == 1 else {
            return [
                Tensor(
                    error: StrataError(
                        "\(description) takes one input, but got \(inputs.count)"))
            ]
        }
        return [call(inputs[0], context)]
    }

    /// Applies the layer: to numbers (it computes), to a model's input or what follows from it (it
    /// becomes part of the model), or inside another layer's `call`.
    ///
    /// In a training loop of your own, call the model with `training: true`:
    ///
    /// ```swift
    /// let (loss, optimizer) = (Loss.sparseCategoricalCrossentropy, Adam())
    /// let (value, gradients) = try valueWithGradient(at: model.trainableWeights) {
    ///     loss(y, model(x, training: true))
    /// }
    /// try optimizer.apply(gradients, to: model.trainableWeights)
    /// print(value.scalar)
    /// ```
    ///
    /// - Parameters:
    ///   - x: the input, `[batch, …]`.
    ///   - training: whether dropout is active, batch normalization uses the batch's moments and state
    ///     such as moving averages goes on, which the next computation does along with its own. By
    ///     default as the call around it does; a call on numbers does not train. In a model's definition
    ///     it is kept for the file only: `fit` trains with every call and `predict` with none, as in
    ///     Keras 3 (set ``isTrainable`` to false to keep batch normalization in inference mode).
    public func callAsFunction(_ x: Tensor, training: Bool? = nil) -> Tensor {
        LayerCall.apply(self, [x], training: training)[0]
    }

    /// Applies the layer to several inputs, as to one.
    public func callAsFunction(_ inputs: [Tensor], training: Bool? = nil) -> Tensor {
        LayerCall.apply(self, inputs, training: training)[0]
    }

    /// The penalties of the last call on numbers with `training: true`, scalars to add to the loss: those
    /// of the layer's regularizers, and of the layers it is made of.
    public var losses: [Tensor] { core.losses }

    /// The name given, or made by the model the layer is in; the class in snake case before that.
    public var name: String { core.name ?? snakeCase(className) }

    /// The class as summaries and files name it.
    package var className: String { core.className ?? type(of: self).className }

    /// What the layer gives in the model it is part of, at its first call there: a model's output in
    /// turn, as in `Model(inputs: model.inputs, outputs: layer.output)`.
    public var output: Tensor {
        core.firstCall?.outputs.first
            ?? Tensor(
                error: StrataError(
                    "\(description) has no output: it was not called in a model's definition."))
    }

    /// Whether training changes the weights, of the layers this one is made of too; takes effect at
    /// the next `compile`.
    public var isTrainable: Bool {
        get { core.isTrainable }
        set { for layer in tree { layer.core.isTrainable = newValue } }
    }

    /// For messages: `conv2d_1 (Conv2D)`.
    public var description: String { "\(name) (\(className))" }

    /// Declares a weight; for use in ``build(_:)``.
    /// - Parameters:
    ///   - name: the weight's name in files: `kernel`.
    ///   - shape: the weight's shape.
    ///   - initializer: draws the first values.
    ///   - regularizer: a penalty on the values, added to the loss; none by default.
    ///   - constraint: what the values are brought back to after each step; no bounds by default.
    ///   - trainable: whether training changes the weight; true by default.
    /// - Returns: the weight, for a property of the layer.
    @discardableResult
    public func addWeight(
        _ name: String, shape: Shape, initializer: Initializer, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, trainable: Bool = true
    ) -> Variable {
        core.addWeight(
            name, shape: shape, WeightOptions(initializer, regularizer, constraint),
            trainable: trainable)
    }

    /// The layer's weights, its own and then those of the layers it is made of. Empty before it has
    /// been built.
    public var weights: [Variable] { namedWeights.map(\.variable) }

    /// Sets all weights, in the order of ``weights``.
    /// - Throws: ``StrataError``, before anything is changed, if values and weights differ in number
    ///   or shape.
    public func setWeights(_ values: [Tensor]) throws {
        let all = namedWeights
        guard values.count == all.count else {
            throw StrataError(
                "\(description) has \(all.count) weights, but got \(values.count) values")
        }
        let scalars = try zip(all, values).map { weight, value in
            guard value.error != nil || value.shape == weight.variable.shape else {
                throw StrataError(
                    "The weight \(weight.path) of \(description) has shape "
                        + "\(weight.variable.shape), but got \(value.shape)")
            }
            return try value.computedScalars()
        }
        for (weight, scalars) in zip(all, scalars) { weight.variable.assign(scalars) }
    }

    /// The weights that training changes.
    public var trainableWeights: [Variable] { trainableWeights { $0.isTrainable } }

    func trainableWeights(where isTrained: (any Layer) -> Bool) -> [Variable] {
        guard isTrained(self) else { return [] }
        var seen = Set<ObjectIdentifier>()
        let all =
            core.ownWeights.filter(\.isTrainable)
            + core.children.flatMap { $0.trainableWeights(where: isTrained) }
        return all.filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// The number of numbers in the weights.
    public var parameterCount: Int { weights.reduce(0) { $0 + $1.shape.count } }

    /// The layer's weights with their paths below it, each once: `kernel` of a ``Conv2D``, or
    /// `conv2d/kernel` of a model. Files know weights by these.
    public var namedWeights: [(path: String, variable: Variable)] {
        var seen = Set<ObjectIdentifier>()
        let own = core.ownWeights.map { (path: $0.name, variable: $0) }
        let inner = core.children.flatMap { child in
            child.namedWeights.map { (path: child.name + "/" + $0.path, variable: $0.variable) }
        }
        return (own + inner).filter { seen.insert(ObjectIdentifier($0.variable)).inserted }
    }

    /// This layer and all it is made of.
    package var tree: [any Layer] { [self] + core.children.flatMap(\.tree) }
}
