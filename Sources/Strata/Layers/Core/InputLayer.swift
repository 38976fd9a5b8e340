/// The place where data enter a model. Made by ``Input(shape:name:)``.
public final class InputLayer: SerializableLayer {
    public let core: LayerCore
    /// The shape of one sample, without the batch.
    public let shape: Shape

    package init(_ shape: Shape, name: String?) {
        core = LayerCore(name: name)
        self.shape = shape
        core.isBuilt = true
    }

    public static func make(from configuration: Configuration) throws -> InputLayer {
        let sizes: [JSON] = try configuration.value("batch_shape")
        return InputLayer(try shape(ofBatch: sizes), name: nil)
    }

    /// The shape of one sample in a batch of a shape; the batch's size does not matter.
    static func shape(ofBatch sizes: [JSON]) throws -> Shape {
        let shape = Shape(
            try sizes.dropFirst().map { $0 == .null ? Shape.unknown : try Int(json: $0) })
        guard isValid(shape) else {
            throw StrataError(
                "sizes of at least 1 and at most \(Tensor.countLimit) numbers were expected, "
                    + "but got \(shape)")
        }
        return shape
    }

    /// Whether samples can have a shape, whose sizes need not be known.
    fileprivate static func isValid(_ shape: Shape) -> Bool {
        let known = Shape(shape.dimensions.filter { $0 != Shape.unknown })
        return known.dimensions.allSatisfy { $0 > 0 } && known.count <= Tensor.countLimit
    }

    /// What the model begins with.
    var tensor: Tensor {
        LayerCall.record(self, [], outputs: [TensorType(shape.batched(Shape.unknown))])[0]
    }

    public var configuration: Configuration {
        [
            "batch_shape": shape.batched(Shape.unknown).json, "dtype": "float32", "sparse": false,
            "ragged": false,
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
/// A size of ``Shape/unknown`` makes a model for images of any height or width, compiled for each that
/// comes: `Input(shape: [Shape.unknown, Shape.unknown, 3])`.
///
/// Arithmetic on what follows from it becomes part of the model, as layers of Keras's names:
/// `input / 255` is a `TrueDivide`.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func Input(shape: Shape, name: String? = nil) -> Tensor {
    guard InputLayer.isValid(shape) else {
        return Tensor(
            error: StrataError(
                "An input's sizes must be at least 1, and come to at most \(Tensor.countLimit) numbers, "
                    + "but got \(shape)"))
    }
    return InputLayer(shape, name: name).tensor
}
