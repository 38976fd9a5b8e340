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
