/// One composition of layers into operations, in one mode. Tells training from inference, gives
/// random numbers, and takes the changes of state that are made at the end of the step.
public final class Context {
    /// Whether the step trains: dropout is active, batch normalization uses the batch's moments.
    public let isTraining: Bool
    /// Changes of variables, in call order.
    private(set) var updates: [(Variable, Tensor)] = []
    /// Penalties added to the loss.
    package private(set) var losses: [Tensor] = []
    /// Where each random stream's key comes from, in order of use.
    private(set) var randomStreams: [(key: Tensor, path: String)] = []
    private var callStack: [any Layer] = []
    /// The weights whose penalty has been added.
    private var regularized = Set<ObjectIdentifier>()
    private var makeKey: ((Int) -> Tensor)?
    private let isTrained: (any Layer) -> Bool
    private(set) var isFinished = false

    /// - Parameters:
    ///   - isTrained: whether training changes a layer's weights; what the layer says by default.
    ///   - makeKey: the tensor, of four uint32, that holds the key of a random stream.
    package init(
        isTraining: Bool, isTrained: @escaping (any Layer) -> Bool = { $0.isTrainable },
        makeKey: ((Int) -> Tensor)? = nil
    ) {
        self.isTraining = isTraining
        self.isTrained = isTrained
        self.makeKey = makeKey
    }

    /// Whether training changes the weights of the layer whose call this is: in a model that has been
    /// compiled, whether it did then.
    public var isTrainable: Bool { callStack.allSatisfy(isTrained) }

    /// Sets a variable to a tensor of its shape at the end of the step; of several, the last counts.
    public func update(_ variable: Variable, to value: Tensor) {
        updates.removeAll { $0.0 === variable }
        updates.append((variable, value))
    }

    /// What a variable will be by the updates so far, from which the next goes on: a shared layer's
    /// calls each change its state.
    public func updated(_ variable: Variable) -> Tensor {
        updates.last { $0.0 === variable }?.1 ?? variable.value
    }

    /// Adds a scalar to the loss.
    public func addLoss(_ loss: Tensor) { losses.append(loss) }

    /// Random numbers, uniform in [0, 1): others each step, the same for the same seed.
    public func randomUniform(_ shape: Shape) -> Tensor { random(shape, normal: false) }

    /// Random numbers of the standard normal distribution.
    public func randomNormal(_ shape: Shape) -> Tensor { random(shape, normal: true) }

    private func random(_ shape: Shape, normal: Bool) -> Tensor {
        let path = callStack.map(\.name).joined(separator: "/") + "#\(randomStreams.count)"
        let key = makeKey?(randomStreams.count) ?? Tensor(Random.Key(seed: 0, path: path), step: 0)
        randomStreams.append((key, path))
        return Tensor.record(RandomNumbers(shape: shape, normal: normal), key)
    }

    /// Runs a layer's `call`, building it first if need be.
    package func invoke(_ layer: any Layer, _ inputs: [Tensor]) -> [Tensor] {
        if let parent = callStack.last, !parent.core.children.contains(where: { $0 === layer }) {
            parent.core.children.append(layer)
            if !parent.isTrainable { layer.isTrainable = false }
        }
        do {
            if !layer.core.isBuilt {
                try layer.build(inputs.map(\.shape))
                try layer.core.checkWeights()
                layer.core.isBuilt = true
                layer.core.buildShapes = inputs.map(\.shape)
            }
        } catch {
            return [Tensor(error: StrataError(error).named(layer.description))]
        }
        callStack.append(layer)
        defer { callStack.removeLast() }
        let outputs = layer.call(inputs, self)
        addPenalties(of: layer, outputs)
        guard let error = outputs.lazy.compactMap(\.error).first else { return outputs }
        let isNew = !inputs.contains { $0.error != nil }
        return outputs.map { _ in Tensor(error: isNew ? error.named(layer.description) : error) }
    }

    /// Adds what a layer's regularizers say to the loss: of a weight once, of outputs each time. A
    /// frozen weight has no penalty.
    private func addPenalties(of layer: any Layer, _ outputs: [Tensor]) {
        if let regularizer = layer.core.activityRegularizer {
            for output in outputs where output.error == nil {
                // By sample, so that the batch size does not matter.
                addLoss(regularizer(output) / Float(output.shape.dimensions.first ?? 1))
            }
        }
        guard isTrainable else { return }
        for weight in layer.core.ownWeights where weight.isTrainable {
            guard let regularizer = weight.regularizer,
                regularized.insert(ObjectIdentifier(weight)).inserted
            else { continue }
            addLoss(regularizer(weight.value))
        }
    }

    /// Ends the composition, and the references between it and its tensors.
    package func finish() {
        isFinished = true
        updates = []
        losses = []
        randomStreams = []
        makeKey = nil
    }
}

/// A layer applied to tensors of a model's definition: a node of the model's graph.
package final class LayerCall {
    package let layer: any Layer
    package private(set) var inputs: [Tensor]
    /// The node of the outputs, which holds this call and lives as long as anyone needs them.
    private weak var node: Node?
    /// Which of the layer's calls this is.
    package let index: Int
    /// The words of a file for what the call is given; nil where that is the inputs alone.
    var arguments: CallArguments?

    private init(_ layer: any Layer, _ inputs: [Tensor]) {
        self.layer = layer
        self.inputs = inputs
        index = layer.core.callCount
        layer.core.callCount += 1
        if layer.core.firstCall == nil { layer.core.firstCall = self }
    }

    /// The inputs, for whoever takes a chain of calls apart.
    func releaseInputs() -> [Tensor] {
        defer { inputs = [] }
        return inputs
    }

    /// Records the call and gives its outputs.
    static func record(
        _ layer: any Layer, _ inputs: [Tensor], outputs types: [TensorType]
    ) -> [Tensor] {
        let call = LayerCall(layer, inputs)
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
    package static func of(_ tensor: Tensor) -> LayerCall? { tensor.node.symbolicCall }

    /// Applies a layer to whatever kind of tensors it is given.
    static func apply(_ layer: any Layer, _ inputs: [Tensor]) -> [Tensor] {
        if let failed = inputs.first(where: { $0.error != nil }) { return [failed] }
        guard !inputs.isEmpty else {
            return [Tensor(error: StrataError("\(layer.description) was called with no input."))]
        }
        if let context = inputs.lazy.compactMap(\.node.trace).first, !context.isFinished {
            return context.invoke(layer, inputs)
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
        let context = Context(isTraining: false)
        defer { context.finish() }
        if symbolic == 0 {
            // Marked with the context, so that the layers inside find it.
            let marked = inputs.map { input in
                let same = Reshaping(shape: input.shape)
                return Tensor(Node(.operation(same, [input]), [input.type], trace: context))
            }
            return context.invoke(layer, marked)
        }
        let traced = context.invoke(layer, placeholders(for: inputs, context))
        if let error = traced.lazy.compactMap(\.error).first {
            let call = LayerCall(layer, inputs)
            return [Tensor(Node(.failure(error, of: call), [TensorType([])]))]
        }
        let types = traced.map { output in
            var type = output.type
            if type.shape.rank > 0 { type.shape[0] = Shape.unknown }
            return type
        }
        return record(layer, inputs, outputs: types)
    }

    /// Shapes alone, of a batch of one, for a layer to be called on.
    static func placeholders(for inputs: [Tensor], _ context: Context) -> [Tensor] {
        inputs.enumerated().map { position, input in
            var type = input.type
            if type.shape.rank > 0, type.shape[0] == Shape.unknown { type.shape[0] = 1 }
            return Tensor(Node(.placeholder(position), [type], trace: context))
        }
    }
}
