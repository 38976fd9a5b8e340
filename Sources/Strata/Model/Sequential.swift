/// A model made of a list of layers, each applied to the output of the one before.
///
/// ```swift
/// let model = Sequential(inputShape: [28, 28, 1]) {
///     Conv2D(32, kernelSize: 3, activation: .relu)
///     MaxPool2D(2)
///     Flatten()
///     Dense(10, activation: .softmax)
/// }
/// ```
/// Without an input shape, the model is built when it first sees data.
public final class Sequential: Model {
    /// The class as Keras names it.
    public override class var className: String { "Sequential" }

    private var stack: [any Layer] = []
    private var input: Tensor?
    /// The output of the layers so far.
    private var output: Tensor?

    /// - Parameters:
    ///   - inputShape: the shape of a sample, without the batch; by default the model is built when it
    ///     first sees data.
    ///   - layers: the layers in order.
    ///   - name: the name of the model; by default one is made from the class.
    public init(inputShape: Shape? = nil, _ layers: [any Layer] = [], name: String? = nil) {
        super.init(name: name)
        input = inputShape.map { Input(shape: $0) }
        output = input
        for layer in layers { append(layer) }
        define()
    }

    /// - Parameters:
    ///   - inputShape: the shape of a sample, without the batch; by default the model is built when it
    ///     first sees data.
    ///   - name: the name of the model; by default one is made from the class.
    ///   - layers: the layers, one below the other.
    public convenience init(
        inputShape: Shape? = nil, name: String? = nil,
        @LayerListBuilder layers: () -> [any Layer]
    ) {
        self.init(inputShape: inputShape, layers(), name: name)
    }

    /// Makes the model that a configuration describes, as Keras writes it.
    /// - Parameter configuration: the configuration.
    /// - Throws: ``StrataError`` if the configuration is not valid.
    public required convenience init(configuration: Configuration) throws {
        let layers: [JSON] = try configuration.value("layers")
        self.init(
            try layers.map { try LayerRegistry.layer(serialized: $0) }, name: configuration.name)
        if input == nil, let shape: [JSON] = try configuration.optional("build_input_shape") {
            try build([InputLayer.shape(ofBatch: shape).batched(1)])
        }
        if let error { throw error }
    }

    public override var configuration: Configuration {
        get throws {
            let first = input.flatMap { LayerCall.of($0)?.layer }
            let layers = try ([first].compactMap { $0 } + stack).map { try $0.serialized() }
            var configuration: Configuration = ["layers": layers]
            configuration["build_input_shape"] = input?.shape.json
            return configuration
        }
    }

    /// Appends a layer to the model.
    public func add(_ layer: any Layer) {
        append(layer)
        define()
    }

    private func append(_ layer: any Layer) {
        if let place = layer as? InputLayer, stack.isEmpty {
            input = place.tensor
            output = input
        } else {
            stack.append(layer)
            apply(layer)
        }
    }

    private func apply(_ layer: any Layer) {
        guard let given = output else { return }
        output = layer(given)
    }

    /// Builds a model that was made without an input shape.
    /// - Throws: ``StrataError`` if the layers do not fit the shape.
    public override func build(_ inputs: [Shape]) throws {
        guard input == nil, let shape = inputs.first else { return }
        input = Input(shape: shape.withoutBatch)
        output = input
        for layer in stack { apply(layer) }
        define()
        if let error { throw error }
    }

    var isDefined: Bool { input != nil }

    private func define() {
        plans = [:]
        if let input, let output { define([input], [output]) }
        // Keras does not list the input of a Sequential. An invalid model lists its layers, too.
        layers = stack
        if calls.isEmpty {
            core.children = stack
            nameLayers()
        }
    }
}

/// Collects layers written one below the other, with `if` and `for`.
@resultBuilder
public enum LayerListBuilder {
    /// A layer.
    public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
    /// A list of layers.
    public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
    /// Layers one after the other.
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
    /// Layers under an `if` without `else`.
    public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
    /// Layers under an `if`.
    public static func buildEither(first: [any Layer]) -> [any Layer] { first }
    /// Layers under an `else`.
    public static func buildEither(second: [any Layer]) -> [any Layer] { second }
    /// Layers in a `for` loop.
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
    /// Layers under an `if #available`.
    public static func buildLimitedAvailability(_ part: [any Layer]) -> [any Layer] { part }
}
