/// What a placeholder of a model's plan stands for.
enum BatchArgument {
    /// The samples of an input, a target or the weights, by number, in this order.
    case feed(Int)
    /// Which rows of the data the batch consists of.
    case rows
    /// A number that the optimizer's step needs, by its position in ``StepNumbers/all``.
    case stepNumber(Int)
    /// The key of a random stream.
    case randomKey(Random.Key)
}

/// Records what a model does with one batch, as expressions of the batch's arguments.
final class BatchRecorder {
    /// What each placeholder stands for.
    private(set) var arguments: [BatchArgument] = []

    private let model: Model
    private let key: PlanKey
    private var context: Context!
    /// The rows of the batch, one argument for all that is gathered.
    private lazy var rows = placeholder(.rows, TensorType([key.batchSize], .int64))

    init(_ model: Model, _ key: PlanKey) {
        self.model = model
        self.key = key
        context = Context(isTraining: key.mode.isTraining, isTrained: model.isTrained) {
            [unowned self] path in
            let key = Random.Key(seed: self.model.seed, path: path)
            return placeholder(.randomKey(key), TensorType([4], .uint32), trace: nil)
        }
    }

    deinit { context.finish() }

    /// The model's outputs.
    func predictions() throws -> [Tensor] {
        let inputs = key.inputs.indices.map { batch($0, key.inputs[$0]) }
        let predictions = context.invokeModel(
            model, key.mode.isTraining ? model.augmented(inputs, context) : inputs)
        if let error = predictions.lazy.compactMap(\.error).first { throw error }
        for (declared, prediction) in zip(model.outputs, predictions) {
            let expected = declared.shape.withoutBatch.batched(key.batchSize)
            guard declared.shape.accepts(prediction.shape), prediction.shape[0] == key.batchSize
            else {
                throw StrataError(
                    "A layer changes the number of samples: \(expected) was expected of a batch of "
                        + "\(key.batchSize), but got \(prediction.shape)")
            }
        }
        return predictions
    }

    /// The losses of predictions, the total first, and the sums of metrics.
    func objective(
        _ predictions: [Tensor], _ compilation: Compilation
    ) throws -> Compilation.Objective {
        let targets = key.targets.indices.map { batch(key.inputs.count + $0, key.targets[$0]) }
        let weights = key.weights.map { batch(key.inputs.count + key.targets.count, $0) }
        return try compilation.objective(targets, predictions, weights, context.losses)
    }

    /// The gradient of the loss with respect to each weight that is trained.
    func gradients(_ loss: Tensor) -> [Tensor] {
        gradient(of: loss, wrt: model.trainedWeights.map(\.value))
    }

    /// The changes that a step of training makes: of layers' states, weights and the optimizer's state.
    func updates(_ loss: Tensor, _ optimizer: Optimizer) -> [(Variable, Tensor)] {
        let variables = model.trainedWeights
        let gradients = gradients(loss)
        var count = 0
        let numbers = optimizer.stepNumbers().map { _ in
            count += 1
            return placeholder(.stepNumber(count - 1), TensorType([]))
        }
        return context.updates + optimizer.updates(variables, gradients, numbers)
    }

    // MARK: - Arguments

    private func placeholder(_ argument: BatchArgument, _ type: TensorType) -> Tensor {
        placeholder(argument, type, trace: context)
    }

    private func placeholder(
        _ argument: BatchArgument, _ type: TensorType, trace: (any Trace)?
    ) -> Tensor {
        arguments.append(argument)
        return Tensor(Node(.placeholder(arguments.count - 1), [type], trace: trace))
    }

    /// The batch's samples of an input, a target or the weights, as scaled float32.
    private func batch(_ number: Int, _ feed: PlanKey.Feed) -> Tensor {
        var type = feed.type
        let conversion = Gather(scale: feed.scale, swapped: feed.isByteSwapped)
        guard !feed.isGathered else {
            return Tensor.record(conversion, placeholder(.feed(number), type), rows)
        }
        type.shape[0] = key.batchSize
        let samples = placeholder(.feed(number), type)
        let isReady = type.dtype == .float32 && feed.scale == 1 && !feed.isByteSwapped
        return isReady ? samples : Tensor.record(conversion, samples)
    }
}

extension Context {
    /// The model itself is the outermost layer, but not part of any path.
    func invokeModel(_ model: Model, _ inputs: [Tensor]) -> [Tensor] { model.call(inputs, self) }
}
