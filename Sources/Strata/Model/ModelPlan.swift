/// A model compiled for one mode, batch size and kind of data: its plan and the memory of its
/// arguments.
final class ModelPlan {
    let plan: Plan
    /// The shapes of the model's outputs for a batch.
    let predictionShapes: [Shape]
    /// How many sums each metric has; they come after the losses.
    let metricSumCounts: [Int]

    private let arguments: [BatchArgument]
    /// Where the arguments of the present batch are; kept so that a step allocates nothing.
    private var pointers: [UnsafeRawPointer] = []
    private let stepNumbers: Storage
    private let randomKeys: Storage
    private let optimizer: Optimizer?

    init(_ model: Model, _ key: PlanKey) throws {
        try Runtime.checkMemory(model.parameterCount * 4, for: "the weights")
        // A plan reads and changes weights, not what they have been recorded to become.
        for weight in model.weights { try weight.settle() }
        let recorder = BatchRecorder(model, key)
        var outputs = try recorder.predictions()
        predictionShapes = outputs.map(\.shape)
        var updates: [(Variable, Tensor)] = []
        var optimizer: Optimizer?
        var metricSumCounts: [Int] = []
        if key.mode != .predict {
            guard let compilation = model.compilation else { throw Model.notCompiled }
            let objective = try recorder.objective(outputs, compilation)
            if key.mode == .gradients {
                outputs = recorder.gradients(objective.losses[0])
            } else {
                outputs = objective.losses + objective.metricSums.flatMap { $0 }
                metricSumCounts = objective.metricSums.map(\.count)
            }
            if key.mode == .train {
                updates = recorder.updates(objective.losses[0], compilation.optimizer)
                optimizer = compilation.optimizer
            }
        }
        plan = try Plan(
            outputs: outputs, updates: updates, arena: model.arena, options: model.planOptions)
        self.metricSumCounts = metricSumCounts
        self.optimizer = optimizer
        arguments = recorder.arguments
        stepNumbers = Storage(byteCount: arguments.count * 4)
        randomKeys = Storage(byteCount: arguments.count * 16)
    }

    /// Runs one batch.
    func run(_ batch: Batch, step: Int, profiled: Bool = false) {
        if let optimizer {
            for (position, number) in optimizer.stepNumbers().all.enumerated() {
                stepNumbers.floats[position] = number
            }
        }
        batch.index.withUnsafeBufferPointer { index in
            pointers.removeAll(keepingCapacity: true)
            for (position, argument) in arguments.enumerated() {
                switch argument {
                case .feed(let number):
                    pointers.append(batch[number].pointer)
                case .rows:
                    pointers.append(index.baseAddress!)
                case .stepNumber(let number):
                    pointers.append(stepNumbers.pointer + 4 * number)
                case .randomKey(let key):
                    let memory = randomKeys.pointer + 16 * position
                    key.write(step: step, to: memory)
                    pointers.append(memory)
                }
            }
            plan.run(pointers, profiled: profiled)
        }
        optimizer?.batches += 1
    }
}
