import Foundation

/// A network: any acyclic graph of layer calls from inputs to outputs.
///
/// ```swift
/// let input = Input(shape: [32, 32, 3])
/// let x = Conv2D(16, kernelSize: 3, activation: .relu)(input)
/// let model = Model(inputs: input, outputs: Dense(10, activation: .softmax)(Flatten()(x)))
/// ```
///
/// A model is a layer too: called on a tensor it becomes part of another model, with its weights
/// shared. ``Sequential`` is a model given as a list.
///
/// A model may be used from several threads: steps of training, predictions and calls on numbers that
/// arrive at the same time are computed one after the other, each on all cores. Only `fit` is for one
/// thread at a time. Models that share layers take turns, too; others do not wait for each other. What
/// changes the model itself (`compile`, `add`, `setWeights`) is not for several threads.
public class Model: SerializableLayer {
    public class var className: String { "Functional" }

    public let core: LayerCore
    /// Where data enter, in the order `fit` and `predict` take them.
    public private(set) var inputs: [Tensor] = []
    /// What the model computes.
    public private(set) var outputs: [Tensor] = []
    /// The layers, listed as Keras lists them: by falling distance from the outputs.
    public internal(set) var layers: [any Layer] = []
    /// The layer calls in an order in which they can be computed.
    package private(set) var calls: [LayerCall] = []
    /// What is wrong with the definition; thrown by `compile`, `fit` and `predict`.
    public internal(set) var error: StrataError?

    /// The seed of the weights' first values, dropout and shuffling, 0 by default. To be set before
    /// the weights are first used.
    public var seed: UInt64 = 0 {
        didSet { for layer in tree { layer.core.place.seed = seed } }
    }

    /// Layers that samples of the first input go through in training before they enter the model, and
    /// at no other time: flips and translations, say. They are no part of the model, its summary and
    /// its files.
    ///
    /// ```swift
    /// model.augmentation = [RandomFlip(.horizontal), RandomZoom(0.1)]
    /// ```
    public var augmentation: [any Layer] = [] {
        didSet {
            augmenter = nil
            plans = [:]
        }
    }
    private var augmenter: Sequential?

    /// How many layers' calls one call of the model comes to, those of models in it counted.
    private(set) var callCount = 0

    /// What is known of the data that the model was trained on; kept in its file. `zoo train` sets it, and
    /// `zoo classify` and `zoo predict` use it.
    public var dataDescription: DataDescription?
    /// How far the model's training has come; nil before `fit`. It is kept in the model's file.
    public var trainingRecord: TrainingRecord?

    /// What `compile` was given.
    package internal(set) var compilation: Compilation?
    /// Set to end `fit` after the present batch.
    public var stopTraining = false
    /// Plans by mode, batch size and kind of data; they share one arena.
    var plans: [PlanKey: ModelPlan] = [:]
    /// For tests: how plans are compiled.
    package var planOptions = CompilationOptions()
    /// For tests: how many threads make samples; as many as compute if nil.
    package var workerCount: Int?
    let arena = Arena()
    /// The batch of the last step of a `fit` that is going on.
    var lastBatch: Batch?
    /// What a thread holds while it computes with the model: several where layers of several models meet.
    var locks = [NSRecursiveLock()]
    /// The thread that is in `fit`.
    var trainer: ObjectIdentifier?

    /// - Parameters:
    ///   - inputs: tensors made by ``Input(shape:name:)``, or any tensors of another model, where the new
    ///     one begins.
    ///   - outputs: tensors that depend on them.
    ///   - name: the name of the model; by default one is made from the class.
    public init(inputs: [Tensor], outputs: [Tensor], name: String? = nil) {
        core = LayerCore(name: name)
        define(inputs, outputs)
    }

    /// A model of one input and one output.
    /// - Parameters:
    ///   - inputs: tensors made by ``Input(shape:name:)``, or any tensors of another model, where the new one
    ///     begins.
    ///   - outputs: tensors that depend on them.
    ///   - name: the name of the model; by default one is made from the class.
    public convenience init(inputs: Tensor, outputs: Tensor, name: String? = nil) {
        self.init(inputs: [inputs], outputs: [outputs], name: name)
    }

    /// A model of several inputs and one output.
    /// - Parameters:
    ///   - inputs: tensors made by ``Input(shape:name:)``, or any tensors of another model, where the new one
    ///     begins.
    ///   - outputs: tensors that depend on them.
    ///   - name: the name of the model; by default one is made from the class.
    public convenience init(inputs: [Tensor], outputs: Tensor, name: String? = nil) {
        self.init(inputs: inputs, outputs: [outputs], name: name)
    }

    /// A model of one input and several outputs.
    /// - Parameters:
    ///   - inputs: tensors made by ``Input(shape:name:)``, or any tensors of another model, where the new one
    ///     begins.
    ///   - outputs: tensors that depend on them.
    ///   - name: the name of the model; by default one is made from the class.
    public convenience init(inputs: Tensor, outputs: [Tensor], name: String? = nil) {
        self.init(inputs: [inputs], outputs: outputs, name: name)
    }

    init(name: String?) { core = LayerCore(name: name) }

    public static func make(from configuration: Configuration) throws -> Self {
        try self.init(configuration: configuration)
    }

    /// Makes the model whose graph a configuration describes, as Keras writes it.
    /// - Parameter configuration: the configuration.
    public required convenience init(configuration: Configuration) throws {
        let graph = try GraphReader(configuration)
        self.init(inputs: graph.inputs, outputs: graph.outputs, name: configuration.name)
        if let error { throw error }
        // The file's order is Keras's, by which weights are numbered.
        let used = Set(layers.map { ObjectIdentifier($0) })
        layers = graph.layers.filter { used.contains(ObjectIdentifier($0)) }
        core.children = layers
    }

    public var configuration: Configuration { get throws { try graphConfiguration } }

    /// Sets the graph.
    func define(_ inputs: [Tensor], _ outputs: [Tensor]) {
        self.inputs = inputs
        self.outputs = outputs
        let failed = (inputs + outputs).first { $0.error != nil }
        error = failed?.error
        layers = []
        calls = []
        do {
            if let call = failed.flatMap(LayerCall.failed) {
                layers = try GraphWalk(nil, call.inputs).layers + [call.layer]
            } else if failed == nil {
                let walk = try GraphWalk(inputs, outputs)
                calls = walk.calls
                layers = walk.layers
                callCount = calls.reduce(0) { count, call in
                    let (sum, isTooMany) = count.addingReportingOverflow(
                        (call.layer as? Model)?.callCount ?? 1)
                    return isTooMany ? .max : sum
                }
                core.isBuilt = true
            }
        } catch {
            self.error = StrataError(error)
        }
        core.children = layers
        nameLayers()
        shareLocks()
        // The sentence again, now that layers have names.
        if let call = failed.flatMap(LayerCall.failed) { error = call.layer(call.inputs).error }
    }

    /// Names unnamed layers by class in the order they were made, as Keras does in a fresh session:
    /// `conv2d`, `conv2d_1`, … Names made earlier, in a model that is now part of this one, stay
    /// unless two are equal. A path, which seeds the weights, follows from the names.
    func nameLayers() {
        let all = tree.sorted { $0.core.identity < $1.core.identity }
        var names = Set(all.filter { !$0.core.isNameMade }.compactMap(\.core.name))
        var seen = Set<ObjectIdentifier>()
        let unnamed = all.filter { layer in
            guard seen.insert(ObjectIdentifier(layer)).inserted else { return false }
            guard let name = layer.core.name else { return true }
            return layer.core.isNameMade && !names.insert(name).inserted
        }
        var used: [String: Int] = [:]
        for layer in unnamed {
            let base = snakeCase(layer.className)
            var name: String
            repeat {
                let count = used[base, default: 0]
                name = count == 0 ? base : "\(base)_\(count)"
                used[base] = count + 1
            } while !names.insert(name).inserted
            layer.core.name = name
            layer.core.isNameMade = true
        }
        for layer in layers { setPath(layer, layer.name) }
        for layer in tree where error == nil {
            var names = Set<String>()
            let layers = Dictionary(
                layer.core.children.map { (ObjectIdentifier($0), $0) }, uniquingKeysWith: { $1 })
            if let name = layers.values.map(\.name).first(where: { !names.insert($0).inserted }) {
                error = StrataError(
                    "The layers of \(layer.description) need names of their own, but got \(name) twice"
                )
            }
        }
    }

    private func setPath(_ layer: any Layer, _ path: String) {
        layer.core.place.path = path
        layer.core.place.seed = seed
        for child in layer.core.children { setPath(child, path + "/" + child.name) }
    }

    public func build(_ inputs: [Shape]) throws {}

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        if let error { return [Tensor(error: error)] }
        guard inputs.count == self.inputs.count else {
            return [
                Tensor(
                    error: StrataError(
                        "\(self.inputs.count) inputs were expected, but got \(inputs.count)"))
            ]
        }
        var values: [ObjectIdentifier: [Tensor]] = [:]
        func place(_ tensor: Tensor, _ value: Tensor) {
            var all =
                values[ObjectIdentifier(tensor.node)]
                ?? [Tensor](repeating: value, count: tensor.node.types.count)
            all[tensor.index] = value
            values[ObjectIdentifier(tensor.node)] = all
        }
        for (declared, given) in zip(self.inputs, inputs) {
            guard declared.shape.accepts(given.shape) else {
                return [
                    Tensor(
                        error: StrataError(
                            "inputs of shape \(declared.shape) were expected, but got \(given.shape)"
                        ))
                ]
            }
            place(declared, given)
        }
        for call in calls where values[ObjectIdentifier(call.outputs[0].node)] == nil {
            let arguments = call.inputs.map { values[ObjectIdentifier($0.node)]![$0.index] }
            let results = context.invoke(call.layer, arguments)
            for (declared, result) in zip(call.outputs, results) { place(declared, result) }
            if results.contains(where: { $0.error != nil }) { return [results[0]] }
        }
        return outputs.map { values[ObjectIdentifier($0.node)]![$0.index] }
    }

    /// Inputs after ``augmentation``.
    func augmented(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard !augmentation.isEmpty else { return inputs }
        let augmenter =
            augmenter
            ?? Sequential(
                inputShape: self.inputs[0].shape.withoutBatch, augmentation, name: "augmentation")
        self.augmenter = augmenter
        return context.invoke(augmenter, [inputs[0]]) + inputs.dropFirst()
    }

    /// The layer of a name.
    /// - Throws: ``StrataError`` that tells the names, if there is none.
    public func layer(named name: String) throws -> any Layer {
        if let layer = layers.first(where: { $0.name == name }) { return layer }
        let names = layers.map(\.name).joined(separator: ", ")
        throw StrataError("There is no layer \(name). The layers are \(names).")
    }
}
