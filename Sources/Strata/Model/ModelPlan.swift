import CStrata

/// What distinguishes the plans of a model.
struct PlanKey: Hashable {
    enum Mode: Hashable { case train, test, predict }
    let mode: Mode
    let batchSize: Int
    /// The data's types, without the number of rows, and how they are read.
    let inputs: [Feed]
    let targets: [Feed]
    let isWeighted: Bool

    struct Feed: Hashable {
        let type: TensorType
        let isByteSwapped: Bool
        let scale: Float
        /// Whether rows are read where they lie, one after the other, without a copy.
        let isDirect: Bool

        init(_ samples: Samples, inOrder: Bool) {
            var type = samples.type
            type.shape[0] = 0
            self.type = type
            isByteSwapped = samples.isByteSwapped
            scale = samples.scale
            isDirect = inOrder && samples.isReady
        }
    }
}

/// A model compiled for one mode, batch size and kind of data: its plan and the memory of its
/// arguments.
final class ModelPlan {
    let plan: Plan
    private let key: PlanKey
    private var arguments: [UnsafeRawPointer] = []
    private var feeds: [(argument: Int, feed: PlanKey.Feed)] = []
    private let indexArgument: Int?
    private var weightArgument: Int?
    private let hyperparameters: UnsafeMutablePointer<Float>
    private var streams: [Random.Key] = []
    private let keys: UnsafeMutablePointer<UInt32>
    private let optimizer: Optimizer?

    /// The shapes of the model's outputs for a batch.
    let predictionShapes: [Shape]
    /// How many sums each metric has; they come after the losses.
    private(set) var metricSumCounts: [Int] = []

    init(_ model: Model, _ key: PlanKey) throws {
        try Runtime.checkMemory(model.parameterCount * 4, for: "the weights")
        self.key = key
        var types: [TensorType] = []
        let isTraining = key.mode == .train
        var keyArguments: [Int] = []
        let context = Context(isTraining: isTraining, isTrained: model.isTrained) { _ in
            types.append(TensorType([4], .uint32))
            keyArguments.append(types.count - 1)
            return Tensor(Node(.placeholder(types.count - 1), [types[types.count - 1]]))
        }
        defer { context.finish() }
        func placeholder(_ type: TensorType) -> Tensor {
            types.append(type)
            return Tensor(Node(.placeholder(types.count - 1), [type], trace: context))
        }
        var index: Tensor?
        var indexArgument: Int?
        /// The rows of the batch, one argument for all that are gathered.
        func rowNumbers() -> Tensor {
            if let index { return index }
            indexArgument = types.count
            let made = placeholder(TensorType([key.batchSize], .int64))
            index = made
            return made
        }
        var feeds: [(argument: Int, feed: PlanKey.Feed)] = []
        func batch(_ feed: PlanKey.Feed) -> Tensor {
            var type = feed.type
            feeds.append((types.count, feed))
            if feed.isDirect {
                type.shape[0] = key.batchSize
                return placeholder(type)
            }
            let gather = Gather(scale: feed.scale, swapped: feed.isByteSwapped)
            return Tensor.record(gather, placeholder(type), rowNumbers())
        }

        let inputs = key.inputs.map(batch)
        let predictions = context.invokeModel(
            model, isTraining ? model.augmented(inputs, context) : inputs)
        if let error = predictions.lazy.compactMap(\.error).first { throw error }
        for (declared, prediction) in zip(model.outputs, predictions) {
            let expected = declared.shape.withoutBatch.batched(key.batchSize)
            guard declared.shape.accepts(prediction.shape), prediction.shape[0] == key.batchSize
            else {
                throw StrataError(
                    "A layer changes the number of samples: \(expected) was expected of a batch of "
                        + "\(key.batchSize). Received: \(prediction.shape)")
            }
        }
        predictionShapes = predictions.map(\.shape)
        var outputs = predictions
        var updates: [(Variable, Tensor)] = []
        var hyperparameterArguments: [Int] = []
        optimizer = isTraining ? model.compilation?.optimizer : nil
        if key.mode != .predict {
            guard let compilation = model.compilation else { throw Model.notCompiled }
            let targets = key.targets.map(batch)
            var weights: Tensor?
            if key.isWeighted {
                weightArgument = types.count
                let all = placeholder(TensorType([0]))
                weights = Tensor.record(Gather(scale: 1, swapped: false), all, rowNumbers())
            }
            let objective = try compilation.objective(
                targets, predictions, weights, context.losses)
            outputs = objective.losses + objective.metricSums.flatMap { $0 }
            metricSumCounts = objective.metricSums.map(\.count)
            if isTraining {
                let variables = model.trainedWeights
                let gradients = gradient(of: objective.losses[0], wrt: variables.map(\.value))
                let hyper = compilation.optimizer.stepNumbers().map { _ in
                    hyperparameterArguments.append(types.count)
                    return placeholder(TensorType([]))
                }
                updates =
                    context.updates
                    + compilation.optimizer.updates(variables, gradients, hyper)
            }
        }
        let keyPaths = context.randomStreams.map(\.path)
        plan = try Plan(
            outputs: outputs, updates: updates, arena: model.arena, options: model.planOptions)
        self.feeds = feeds
        self.indexArgument = indexArgument

        hyperparameters = .allocate(capacity: max(1, hyperparameterArguments.count))
        hyperparameters.initialize(repeating: 0, count: max(1, hyperparameterArguments.count))
        keys = .allocate(capacity: max(4, keyArguments.count * 4))
        keys.initialize(repeating: 0, count: max(4, keyArguments.count * 4))
        streams = keyPaths.map { Random.Key(seed: model.seed, path: $0) }
        arguments = types.map { _ in UnsafeRawPointer(keys) }
        for (position, argument) in hyperparameterArguments.enumerated() {
            arguments[argument] = UnsafeRawPointer(hyperparameters + position)
        }
        for (position, argument) in keyArguments.enumerated() {
            arguments[argument] = UnsafeRawPointer(keys + 4 * position)
        }
    }

    deinit {
        hyperparameters.deallocate()
        keys.deallocate()
    }

    /// Runs one batch: rows `first ..< first + batchSize` where data are read in order, otherwise
    /// those that `index` lists.
    func run(
        _ inputs: [Samples], _ targets: [Samples], weights: Storage?, first: Int,
        index: UnsafePointer<Int64>, step: Int, profiled: Bool = false
    ) {
        for ((argument, feed), samples) in zip(feeds, inputs + targets) {
            let base = UnsafeRawPointer(samples.storage.pointer)
            arguments[argument] = feed.isDirect ? base + first * samples.rowByteCount : base
        }
        if let indexArgument { arguments[indexArgument] = UnsafeRawPointer(index) }
        if let weightArgument, let weights {
            arguments[weightArgument] = UnsafeRawPointer(weights.pointer)
        }
        if let optimizer {
            for (position, value) in optimizer.stepNumbers().enumerated() {
                hyperparameters[position] = value
            }
        }
        for (position, stream) in streams.enumerated() {
            for (offset, word) in stream.words(step: step).enumerated() {
                keys[4 * position + offset] = word
            }
        }
        plan.run(arguments, profiled: profiled)
        optimizer?.batches += 1
    }
}

extension Context {
    /// The model itself is the outermost layer, but not part of any path.
    func invokeModel(_ model: Model, _ inputs: [Tensor]) -> [Tensor] { model.call(inputs, self) }
}
