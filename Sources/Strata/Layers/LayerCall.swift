/// A layer applied to tensors of a model's definition: a node of the model's graph.
package final class LayerCall: TensorOrigin {
    package let layer: any Layer
    package private(set) var inputs: [Tensor]
    /// The node of the outputs, which holds this call and lives as long as anyone needs them.
    private weak var node: Node?
    /// Which of the layer's calls this is.
    package let index: Int
    /// What the model's definition says of training; for its file. The model computes as it is called,
    /// as in Keras 3.
    let training: Bool?
    /// The words of a file for what the call is given; nil where that is the inputs alone.
    var arguments: CallArguments?

    private init(_ layer: any Layer, _ inputs: [Tensor], training: Bool?) {
        self.training = training
        self.layer = layer
        self.inputs = inputs
        index = layer.core.callCount
        layer.core.callCount += 1
        if layer.core.firstCall == nil { layer.core.firstCall = self }
    }

    /// The inputs, for whoever takes a chain of calls apart.
    package func releaseInputs() -> [Tensor] {
        defer { inputs = [] }
        return inputs
    }

    /// Records an elementwise operation as a layer of the definition, as Keras does.
    package func record(_ operation: any Operation, _ inputs: [Tensor]) -> [Tensor]? {
        guard let elementwise = operation as? Elementwise else { return nil }
        return TensorOperation.record(elementwise.code, inputs).map { [$0] }
    }

    /// Records the call and gives its outputs.
    static func record(
        _ layer: any Layer, _ inputs: [Tensor], outputs types: [TensorType], training: Bool? = nil
    ) -> [Tensor] {
        let call = LayerCall(layer, inputs, training: training)
        let node = Node(.symbolic(call), types)
        call.node = node
        return types.indices.map { Tensor(node, $0) }
    }

    /// What the call gives, in a model that holds its tensors.
    package var outputs: [Tensor] {
        guard let node else { return [] }
        return node.types.indices.map { Tensor(node, $0) }
    }

    package var description: String { layer.description }

    /// The call that makes a tensor of a model's definition.
    package static func of(_ tensor: Tensor) -> LayerCall? { tensor.node.origin as? LayerCall }

    /// The call in a definition that failed, if the tensor is what came of it.
    static func failed(_ tensor: Tensor) -> LayerCall? { tensor.node.failedOrigin as? LayerCall }

    /// Applies a layer to whatever kind of tensors it is given.
    /// - Parameter training: whether the call trains; by default as the call or the model around it
    ///   does, and a call on numbers does not.
    static func apply(
        _ layer: any Layer, _ inputs: [Tensor], training: Bool? = nil
    ) -> [Tensor] {
        if let failed = inputs.first(where: { $0.error != nil }) { return [failed] }
        guard !inputs.isEmpty else {
            return [Tensor(error: StrataError("\(layer.description) was called with no input."))]
        }
        let trace = inputs.lazy.compactMap(\.node.trace).first
        if let context = trace as? Context, !context.isFinished {
            return context.invoke(layer, inputs, training: training)
        }
        let symbolic = inputs.filter { LayerCall.of($0) != nil }.count
        guard symbolic == 0 || symbolic == inputs.count else {
            return [
                Tensor(
                    error: StrataError(
                        "\(layer.description) was called on a mixture of numbers and a model's tensors."
                    ))
            ]
        }
        return layer.exclusively {
            symbolic == 0
                ? compute(layer, inputs, training: training ?? false)
                : define(layer, inputs, training: training)
        }
    }

    /// A call on numbers. In training the layer's state becomes what the call makes of it, computed
    /// with whatever is computed next.
    private static func compute(
        _ layer: any Layer, _ inputs: [Tensor], training: Bool
    ) -> [Tensor] {
        let context = Context(isTraining: training, of: layer)
        defer { context.finish() }
        let outputs = context.apply(layer, to: inputs)
        if training, !outputs.contains(where: { $0.error != nil }) {
            for (variable, value) in context.updates { variable.become(value) }
            layer.core.losses = context.losses
            layer.core.trainingCalls += 1
        }
        return outputs
    }

    /// Two sizes that stand for one that is not known. What a layer makes of both is known.
    private static let probes = [128, 256]

    /// A call in a model's definition. What the layer gives is found by calling it on shapes alone.
    private static func define(
        _ layer: any Layer, _ inputs: [Tensor], training: Bool?
    ) -> [Tensor] {
        let isKnown = inputs.allSatisfy(\.shape.isKnown)
        var types: [TensorType] = []
        for probe in probes.prefix(isKnown ? 1 : 2) {
            let context = Context(isTraining: training ?? false)
            defer { context.finish() }
            let placeholders = placeholders(for: inputs, context, unknown: probe)
            let traced = context.invoke(
                layer, placeholders, buildShapes: inputs.map { $0.shape.withoutBatch.batched(1) })
            if let error = traced.lazy.compactMap(\.error).first {
                let call = LayerCall(layer, inputs, training: training)
                return [Tensor(Node(.failure(error, of: call), [TensorType([])]))]
            }
            let found = traced.map(\.type)
            types = types.isEmpty ? found : zip(types, found).map { $0.joined(with: $1) }
        }
        for index in types.indices where types[index].shape.rank > 0 {
            types[index].shape[0] = Shape.unknown
        }
        return record(layer, inputs, outputs: types, training: training)
    }

    /// Shapes alone, of a batch of one, for a layer to be called on.
    /// - Parameter size: what stands for sizes that are not known.
    static func placeholders(
        for inputs: [Tensor], _ context: Context, unknown size: Int = probes[0]
    ) -> [Tensor] {
        inputs.enumerated().map { position, input in
            var type = input.type
            for axis in type.shape.dimensions.indices where type.shape[axis] == Shape.unknown {
                type.shape[axis] = axis == 0 ? 1 : size
            }
            return Tensor(Node(.placeholder(position), [type], trace: context))
        }
    }
}

extension TensorType {
    /// The type with the sizes that both have; those that differ are not known.
    fileprivate func joined(with other: TensorType) -> TensorType {
        guard shape.rank == other.shape.rank else { return self }
        let sizes = zip(shape.dimensions, other.shape.dimensions)
        return TensorType(Shape(sizes.map { $0 == $1 ? $0 : Shape.unknown }), dtype)
    }
}
