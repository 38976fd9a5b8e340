/// What `compile` was given.
package struct Compilation {
    package let optimizer: Optimizer
    /// A part for each of the model's outputs, in order.
    let outputs: [Output]
    /// The names of the numbers that are reported: `loss`, with several losses that of each output,
    /// and the metrics, as Keras names them.
    package let names: [String]
    /// What the file that these settings are from says of losses and metrics.
    var source: Configuration?
    /// The layers that were not to be trained when the model was compiled.
    private var frozen = Set<ObjectIdentifier>()

    struct Output {
        /// The name of the layer that makes the output.
        let name: String
        let loss: Loss?
        /// What the loss counts for in the sum.
        let weight: Float
        /// Metrics of samples that count alike, and of weighted ones.
        let metrics: [Metric]
        let weightedMetrics: [Metric]

        /// Whether the output is compared with targets at all.
        var hasTargets: Bool { loss != nil || !metrics.isEmpty || !weightedMetrics.isEmpty }
    }

    init(_ optimizer: Optimizer, _ outputs: [Output]) {
        self.optimizer = optimizer
        self.outputs = outputs
        names = Compilation.names(outputs)
    }

    /// An output's name comes before its numbers where there are several outputs, `weighted_` before
    /// the second of equal names, or a number behind it.
    private static func names(_ outputs: [Output]) -> [String] {
        var names = ["loss"]
        func add(_ output: Output, _ alternatives: String...) {
            let prefix = outputs.count == 1 ? "" : output.name + "_"
            let wanted = alternatives.map { prefix + $0 }
            let numbered = (1...).lazy.map { "\(wanted.last!)_\($0)" }
            let free = wanted.first { !names.contains($0) }
            names.append(free ?? numbered.first { !names.contains($0) }!)
        }
        let compared = outputs.filter { $0.loss != nil }
        if compared.count > 1 { for output in compared { add(output, "loss") } }
        for output in outputs { for metric in output.metrics { add(output, metric.name) } }
        for output in outputs {
            for metric in output.weightedMetrics {
                add(output, metric.name, "weighted_" + metric.name)
            }
        }
        return names
    }

    mutating func freeze(_ layers: [any Layer]) {
        frozen = Set(layers.lazy.filter { !$0.isTrainable }.map { ObjectIdentifier($0) })
    }

    func isTrained(_ layer: any Layer) -> Bool { !frozen.contains(ObjectIdentifier(layer)) }

    /// The metrics in the order they are reported.
    var metrics: [Metric] { outputs.flatMap(\.metrics) + outputs.flatMap(\.weightedMetrics) }
    /// How many of the reported numbers are losses: means over batches, weighted by their size.
    var lossCount: Int { names.count - metrics.count }
    /// The outputs that are compared with targets, by number.
    var targets: [Int] { outputs.indices.filter { outputs[$0].hasTargets } }

    /// The shape of one target of an output.
    func targetShape(of index: Int, _ predictions: [Tensor]) -> Shape {
        let shape = predictions[index].shape.withoutBatch
        let isSparse = outputs[index].loss?.isSparse ?? false
        return isSparse ? Shape(Array(shape.dimensions.dropLast())) : shape
    }

    /// Whether a reported number is better when higher; nil if that is not known.
    func isBetterWhenHigher(_ name: String) -> Bool? {
        guard let index = names.firstIndex(of: name) else { return nil }
        return index < lossCount ? false : metrics[index - lossCount].isBetterWhenHigher
    }

    /// What a step computes of a batch.
    struct Objective {
        /// What training makes small, penalties included, and with several losses each of them.
        let losses: [Tensor]
        /// For each metric its sums over the batch.
        let metricSums: [[Tensor]]
    }

    /// - Parameter targets: one for each of ``targets``.
    func objective(
        _ targets: [Tensor], _ predictions: [Tensor], _ weights: Tensor?, _ penalties: [Tensor]
    ) throws -> Objective {
        let numbers = Dictionary(uniqueKeysWithValues: zip(self.targets, targets))
        var losses: [Tensor] = []
        var total = penalties
        for (index, output) in outputs.enumerated() {
            guard let loss = output.loss, let target = numbers[index] else { continue }
            let value = loss(target, predictions[index], weights: weights)
            losses.append(value)
            total.append(output.weight == 1 ? value : value * output.weight)
        }
        func sums(_ metrics: KeyPath<Output, [Metric]>, _ weights: Tensor?) -> [[Tensor]] {
            outputs.indices.flatMap { index in
                outputs[index][keyPath: metrics].map {
                    $0.sums(numbers[index]!, predictions[index], weights)
                }
            }
        }
        let sum = total.dropFirst().reduce(total.first ?? 0, +)
        let objective = Objective(
            losses: [sum] + (losses.count > 1 ? losses : []),
            metricSums: sums(\.metrics, nil) + sums(\.weightedMetrics, weights))
        let all = objective.losses + objective.metricSums.flatMap { $0 }
        if let error = all.lazy.compactMap(\.error).first { throw error }
        return objective
    }
}

extension Model {
    static var notCompiled: StrataError {
        StrataError("The model has not been compiled: call compile(optimizer:loss:metrics:) first.")
    }

    /// Chooses how the model is trained.
    /// - Parameters:
    ///   - optimizer: how weights are changed, ``RMSprop`` by default as in Keras.
    ///   - loss: what training makes small. If the model has several outputs it holds for each, and
    ///     so do the metrics.
    ///   - metrics: what is reported beside the loss.
    ///   - weightedMetrics: metrics in which samples count for their weights.
    /// - Throws: what is wrong with the model's definition, if anything is.
    public func compile(
        optimizer: Optimizer = RMSprop(), loss: Loss, metrics: [Metric] = [],
        weightedMetrics: [Metric] = []
    ) throws {
        let outputs = outputNames.map {
            Compilation.Output(
                name: $0, loss: loss, weight: 1, metrics: metrics, weightedMetrics: weightedMetrics)
        }
        try compile(Compilation(optimizer, outputs))
    }

    /// Chooses how a model of several outputs is trained: on the weighted sum of their losses, which
    /// are reported as `loss` and, each by the name of its output's layer, as `name_loss`. All are means
    /// over samples (Keras's of single outputs are means over batches, even of unequal size).
    /// - Parameters:
    ///   - losses: a loss for each output, nil for those that are not trained.
    ///   - lossWeights: what each loss counts for in the sum, 1 by default.
    ///   - metrics: a list of metrics for each output, reported as `name_accuracy`.
    ///   - weightedMetrics: the same, of metrics in which samples count for their weights.
    /// - Throws: what is wrong with the model's definition, or with the number of losses.
    public func compile(
        optimizer: Optimizer = RMSprop(), losses: [Loss?], lossWeights: [Float]? = nil,
        metrics: [[Metric]] = [], weightedMetrics: [[Metric]] = []
    ) throws {
        let names = outputNames
        for (what, count) in [
            ("losses", losses.count), ("lossWeights", lossWeights?.count ?? names.count),
            ("metrics", metrics.isEmpty ? names.count : metrics.count),
            ("weightedMetrics", weightedMetrics.isEmpty ? names.count : weightedMetrics.count),
        ] where count != names.count {
            throw StrataError(
                "One of the \(what) was expected for each of the model's \(names.count) outputs. "
                    + "Received: \(count)")
        }
        guard losses.contains(where: { $0 != nil }) else {
            throw StrataError("At least one output needs a loss.")
        }
        let outputs = names.indices.map { index in
            Compilation.Output(
                name: names[index], loss: losses[index], weight: lossWeights?[index] ?? 1,
                metrics: metrics.isEmpty ? [] : metrics[index],
                weightedMetrics: weightedMetrics.isEmpty ? [] : weightedMetrics[index])
        }
        try compile(Compilation(optimizer, outputs))
    }

    /// Compiles the model anew with another optimizer or loss, and the rest as before.
    package func recompile(optimizer: Optimizer? = nil, loss: Loss? = nil) throws {
        guard let compilation else { throw Model.notCompiled }
        let outputs = compilation.outputs.map { output in
            Compilation.Output(
                name: output.name, loss: output.loss == nil ? nil : loss ?? output.loss,
                weight: output.weight, metrics: output.metrics,
                weightedMetrics: output.weightedMetrics)
        }
        var changed = Compilation(optimizer ?? compilation.optimizer, outputs)
        changed.source = compilation.source
        if let loss { changed.source?["loss"] = loss.serialized ?? .string(loss.name) }
        try compile(changed)
    }

    /// The shape of one target of each output that is compared with any; none if the model is not
    /// compiled.
    package var targetShapes: [Shape] {
        guard let compilation else { return [] }
        return compilation.targets.map { compilation.targetShape(of: $0, outputs) }
    }

    private func compile(_ compilation: Compilation) throws {
        if let error { throw error }
        self.compilation = compilation
        self.compilation?.freeze(tree)
        plans = [:]
    }

    /// Whether training changes a layer's weights, as it was when the model was compiled.
    var isTrained: (any Layer) -> Bool { compilation?.isTrained ?? { $0.isTrainable } }

    /// The weights that training changes, as it was when the model was compiled.
    var trainedWeights: [Variable] { trainableWeights(where: isTrained) }

    /// The names of the layers that make the outputs; a model that is not built has one output.
    var outputNames: [String] {
        outputs.isEmpty ? [""] : outputs.map { LayerCall.of($0)?.layer.name ?? "" }
    }
}
