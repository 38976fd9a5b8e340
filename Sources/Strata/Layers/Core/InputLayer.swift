/// The place where data enter a model. Made by ``Input(shape:name:)``.
public final class InputLayer: Layer {
    public let core: LayerCore
    /// The shape of one sample, without the batch.
    public let shape: Shape

    init(_ shape: Shape, name: String?) {
        core = LayerCore(name: name)
        self.shape = shape
        core.isBuilt = true
    }
}

/// The beginning of a functional model: a tensor without numbers, of shape `[batch] + shape`.
///
/// ```swift
/// let input = Input(shape: [32, 32, 3])
/// let output = Dense(10)(Flatten()(input))
/// let model = Model(inputs: input, outputs: output)
/// ```
public func Input(shape: Shape, name: String? = nil) -> Tensor {
    guard shape.dimensions.allSatisfy({ $0 > 0 }) else {
        return Tensor(
            error: StrataError("An input's sizes are at least 1. Received: \(shape)"))
    }
    let type = TensorType(shape.batched(Shape.unknown))
    return LayerCall.record(InputLayer(shape, name: name), [], outputs: [type])[0]
}
