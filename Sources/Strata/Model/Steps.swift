// One batch at a time: the plans of a model, and how they are run.
extension Model {
    /// The prepared steps that one batch runs through; print it to see fused steps, algorithms, FLOPs
    /// and bytes.
    ///
    /// - Parameters:
    ///   - training: the training step of a compiled model, or the forward pass. By default the
    ///     training step if the model is compiled.
    ///   - batchSize: samples in the batch.
    ///   - profiled: runs the steps on zeros and tells the time of each. Weights are not kept from
    ///     changing.
    /// - Throws: ``StrataError`` if the model's definition is wrong, `training` is asked for and the
    ///   model is not compiled, or the batch needs more memory than there is.
    public func plan(
        training: Bool? = nil, batchSize: Int = 32, profiled: Bool = false
    ) throws -> Plan {
        if let error { throw error }
        try check("batchSize", batchSize, least: 1)
        let training = training ?? (compilation != nil)
        if training, compilation == nil { throw Model.notCompiled }
        guard inputs.allSatisfy(\.shape.isKnown) else {
            throw StrataError(
                "The model takes samples of any size: give its input a shape without None.")
        }
        let inputs = try zeros(of: self.inputs.map(\.shape.withoutBatch), batchSize)
        let targets = try training ? zeros(of: targetShapes, batchSize) : []
        let batch = Batch(count: batchSize, inputs: inputs, targets: targets, weights: nil)
        return try exclusively {
            let plan = try plan(targets.isEmpty ? .predict : .train, batch)
            for _ in 0..<(profiled ? 30 : 0) { plan.run(batch, step: 0, profiled: true) }
            return plan.plan
        }
    }

    /// Zeros for a batch of samples of each shape.
    private func zeros(of shapes: [Shape], _ batchSize: Int) throws -> [Batch.Part] {
        let whole = shapes.map { $0.batched(batchSize) }
        if let large = whole.first(where: { $0.count > Tensor.countLimit }) {
            throw StrataError(
                "A batch must have at most \(Tensor.countLimit) numbers, but got \(large)")
        }
        try Runtime.checkMemory(whole.reduce(0) { $0 + 4 * $1.count }, for: "a batch's numbers")
        return whole.map { shape in
            let type = TensorType(shape)
            let samples = Samples(Storage(byteCount: type.byteCount), type)
            return Batch.Part(samples: samples, first: 0)
        }
    }

    /// Runs a batch through the plan for it and adds what that computed to the totals.
    func step(_ mode: PlanKey.Mode, _ batch: Batch, _ totals: RunningTotals) throws {
        try exclusively {
            let plan = try plan(mode, batch)
            plan.run(batch, step: core.trainingCalls)
            if mode == .train { core.trainingCalls += 1 }
            totals.add(plan, samples: batch.count)
        }
    }

    /// The plan for a batch of the data's kind.
    func plan(_ mode: PlanKey.Mode, _ batch: Batch) throws -> ModelPlan {
        let key = batch.key(mode)
        if let known = plans[key] { return known }
        let made = try ModelPlan(self, key)
        // A few batch sizes are in use at a time; someone who tries hundreds keeps no more than these.
        if plans.count >= 16 { plans.removeAll() }
        plans[key] = made
        return made
    }

    /// Calls `body` with the path of each weight that is trained, and the gradient of the loss of the last
    /// batch of training with respect to it, at the present weights. Calls nothing if there was no batch.
    func withGradientsOfLastBatch(
        _ body: (_ path: String, _ gradient: UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        guard let batch = lastBatch else { return }
        let paths = Dictionary(
            uniqueKeysWithValues: namedWeights.map { (ObjectIdentifier($0.variable), $0.path) })
        try exclusively {
            let plan = try plan(.gradients, batch)
            // With the random numbers of the batch's step.
            plan.run(batch, step: core.trainingCalls - 1)
            for (index, weight) in trainedWeights.enumerated() {
                try body(paths[ObjectIdentifier(weight)]!, plan.plan.output(index))
            }
        }
    }
}
