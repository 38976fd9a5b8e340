/// The context of a layer's `call`: it tells training from inference, provides random numbers, and collects
/// changes of state and penalties.
public final class Context {
    /// Whether the step trains: then dropout is active, and batch normalization uses the moments of the
    /// batch.
    public let isTraining: Bool
    /// The changes of variables, in call order.
    private(set) var updates: [(Variable, Tensor)] = []
    /// The penalties that are added to the loss.
    package private(set) var losses: [Tensor] = []
    /// The random streams, in order of use.
    private(set) var randomStreams: [(key: Tensor, path: String)] = []
    private var callStack: [any Layer] = []
    /// The weights whose penalties have been added.
    private var regularized = Set<ObjectIdentifier>()
    private var makeKey: ((Int) -> Tensor)?
    private let isTrained: (any Layer) -> Bool
    private(set) var isFinished = false

    /// - Parameters:
    ///   - isTraining: whether the step trains.
    ///   - isTrained: whether training changes the weights of a layer; `isTrainable` by default.
    ///   - makeKey: makes the tensor, of four uint32, that holds the key of a random stream.
    package init(
        isTraining: Bool, isTrained: @escaping (any Layer) -> Bool = { $0.isTrainable },
        makeKey: ((Int) -> Tensor)? = nil
    ) {
        self.isTraining = isTraining
        self.isTrained = isTrained
        self.makeKey = makeKey
    }

    /// Whether training changes the weights of the layer that is being called, as of the last `compile`.
    public var isTrainable: Bool { callStack.allSatisfy(isTrained) }

    /// Sets a variable at the end of the step. The last of several updates counts.
    /// - Parameters:
    ///   - variable: the variable.
    ///   - value: its next value, of the same shape.
    public func update(_ variable: Variable, to value: Tensor) {
        updates.removeAll { $0.0 === variable }
        updates.append((variable, value))
    }

    /// The value that a variable will have after the updates so far. A layer that is called several times in
    /// a step continues from it.
    public func updated(_ variable: Variable) -> Tensor {
        updates.last { $0.0 === variable }?.1 ?? variable.value
    }

    /// Adds a penalty, a scalar, to the loss.
    public func addLoss(_ loss: Tensor) { losses.append(loss) }

    /// Random numbers, uniform in [0, 1): different in each step, the same for the same seed.
    public func randomUniform(_ shape: Shape) -> Tensor { random(shape, normal: false) }

    /// Random numbers from the standard normal distribution: different in each step, the same for the same
    /// seed.
    public func randomNormal(_ shape: Shape) -> Tensor { random(shape, normal: true) }

    private func random(_ shape: Shape, normal: Bool) -> Tensor {
        let path = callStack.map(\.name).joined(separator: "/") + "#\(randomStreams.count)"
        let key = makeKey?(randomStreams.count) ?? Tensor(Random.Key(seed: 0, path: path), step: 0)
        randomStreams.append((key, path))
        return Tensor.record(RandomNumbers(shape: shape, normal: normal), key)
    }

    /// Calls a layer, after building it if necessary.
    /// - Parameter buildShapes: the shapes to build for, where they differ from those of the inputs.
    package func invoke(
        _ layer: any Layer, _ inputs: [Tensor], buildShapes: [Shape]? = nil
    ) -> [Tensor] {
        if let parent = callStack.last, !parent.core.children.contains(where: { $0 === layer }) {
            parent.core.children.append(layer)
            if !parent.isTrainable { layer.isTrainable = false }
        }
        do {
            if !layer.core.isBuilt {
                let shapes = buildShapes ?? inputs.map(\.shape)
                try layer.build(shapes)
                try layer.core.checkWeights()
                layer.core.isBuilt = true
                layer.core.buildShapes = shapes
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

    /// Adds the penalties of a layer to the loss: once for each weight, every time for outputs. Frozen weights
    /// have no penalty.
    private func addPenalties(of layer: any Layer, _ outputs: [Tensor]) {
        if let regularizer = layer.core.activityRegularizer {
            for output in outputs where output.error == nil {
                // Per sample, so that the batch size does not matter.
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

    /// Releases the references between the context and its tensors.
    package func finish() {
        isFinished = true
        updates = []
        losses = []
        randomStreams = []
        makeKey = nil
    }
}
