/// The place where data enter a model. Made by ``Input(shape:name:)``.
public final class InputLayer: ConfigurableLayer {
    public let core: LayerCore
    /// The shape of one sample, without the batch.
    public let shape: Shape

    package init(_ shape: Shape, name: String?) {
        core = LayerCore(name: name)
        self.shape = shape
        core.isBuilt = true
    }

    public convenience init(configuration: Configuration) throws {
        // The batch is null.
        let sizes: [JSON] =
            try configuration.optional("batch_shape")
            ?? [.null] + configuration.value("shape")
        self.init(
            Shape(try sizes.dropFirst().map { try Int(json: $0) }), name: configuration.name)
        guard shape.dimensions.allSatisfy({ $0 > 0 }) else {
            throw StrataError("an input's sizes are at least 1. Received: \(shape)")
        }
    }

    public var configuration: Configuration {
        let sizes = [JSON.null] + shape.dimensions.map { .integer($0) }
        return [
            "batch_shape": sizes, "dtype": "float32", "sparse": false, "ragged": false,
            "optional": false,
        ]
    }
}

/// The beginning of a functional model: a tensor without numbers, of shape `[batch] + shape`.
///
/// ```swift
/// let input = Input(shape: [32, 32, 3])
/// let output = Dense(10)(Flatten()(input))
/// let model = Model(inputs: input, outputs: output)
/// ```
// swift-format-ignore: AlwaysUseLowerCamelCase
public func Input(shape: Shape, name: String? = nil) -> Tensor {
    guard shape.dimensions.allSatisfy({ $0 > 0 }) else {
        return Tensor(
            error: StrataError("An input's sizes are at least 1. Received: \(shape)"))
    }
    let type = TensorType(shape.batched(Shape.unknown))
    return LayerCall.record(InputLayer(shape, name: name), [], outputs: [type])[0]
}
