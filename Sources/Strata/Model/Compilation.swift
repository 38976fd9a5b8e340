/// The settings that `compile` was given.
package struct Compilation {
    package let optimizer: Optimizer
    /// The settings of each output of the model, in order.
    let outputs: [Output]
    /// The names of the reported numbers, as in Keras: `loss`, the loss of each output if there are
    /// several, and the metrics.
    package let names: [String]
    /// Losses and metrics as written in the file that these settings come from.
    var source: Configuration?
    /// The metrics of that file that are not known and are left out.
    package var unknownMetrics: [String] = []
    /// The layers that were frozen when the model was compiled.
    private var frozen = Set<ObjectIdentifier>()

    struct Output {
        /// The name of the layer that computes the output.
        let name: String
        let loss: Loss?
        /// The weight of the loss in the sum.
        let weight: Float
        /// Metrics that ignore sample weights, and metrics that use them.
        let metrics: [Metric]
        let weightedMetrics: [Metric]

        /// Whether the output has targets.
        var hasTargets: Bool { loss != nil || !metrics.isEmpty || !weightedMetrics.isEmpty }
    }

    init(_ optimizer: Optimizer, _ outputs: [Output]) {
        self.optimizer = optimizer
        self.outputs = outputs
        names = Compilation.names(outputs)
    }

    /// Names begin with the name of the output if there are several outputs. The second of two equal names
    /// begins with `weighted_`, or gets a number. Where one layer computes several
    /// outputs, their numbers would have equal names: the last keeps its name, as in Keras, which reports
    /// only that one, and the others get a number.
    private static func names(_ outputs: [Output]) -> [String] {
        var entries: [(output: Int?, name: String)] = [(nil, "loss")]
        func isUsed(_ name: String, by output: Int?) -> Bool {
            entries.contains { $0.name == name && ($0.output == nil || $0.output == output) }
        }
        func add(_ index: Int, _ alternatives: String...) {
            let prefix = outputs.count == 1 ? "" : outputs[index].name + "_"
            let wanted = alternatives.map { prefix + $0 }
            let numbered = (1...).lazy.map { "\(wanted.last!)_\($0)" }
            let free = wanted.first { !isUsed($0, by: index) }
            entries.append((index, free ?? numbered.first { !isUsed($0, by: index) }!))
        }
        let compared = outputs.indices.filter { outputs[$0].loss != nil }
        if compared.count > 1 { for index in compared { add(index, "loss") } }
        for (index, output) in outputs.enumerated() {
            for metric in output.metrics { add(index, metric.name) }
        }
        for (index, output) in outputs.enumerated() {
            for metric in output.weightedMetrics {
                add(index, metric.name, "weighted_" + metric.name)
            }
        }
        var names = entries.map(\.name)
        for index in names.indices where names[(index + 1)...].contains(names[index]) {
            let numbered = (1...).lazy.map { "\(names[index])_\($0)" }
            names[index] = numbered.first { !names.contains($0) }!
        }
        return names
    }

    /// - Throws: what is wrong with a setting of the optimizer, a loss or a metric.
    func check() throws {
        try optimizer.check()
        let errors = outputs.compactMap { $0.loss?.error } + metrics.compactMap(\.error)
        if let error = errors.first { throw error }
    }

    mutating func freeze(_ layers: [any Layer]) {
        frozen = Set(layers.lazy.filter { !$0.isTrainable }.map { ObjectIdentifier($0) })
    }

    func isTrained(_ layer: any Layer) -> Bool { !frozen.contains(ObjectIdentifier(layer)) }

    /// The metrics in the order they are reported.
    var metrics: [Metric] { outputs.flatMap(\.metrics) + outputs.flatMap(\.weightedMetrics) }
    /// The number of losses among the reported numbers: means over batches, weighted by their size.
    var lossCount: Int { names.count - metrics.count }
    /// The indices of the outputs that have targets.
    var targets: [Int] { outputs.indices.filter { outputs[$0].hasTargets } }

    /// The shape of a target of an output, without the batch.
    func targetShape(of index: Int, _ predictions: [Tensor]) -> Shape {
        let shape = predictions[index].shape.withoutBatch
        let isSparse = outputs[index].loss?.isSparse ?? false
        return isSparse ? Shape(Array(shape.dimensions.dropLast())) : shape
    }

    /// Whether higher values of a reported number are better; nil if unknown.
    func isBetterWhenHigher(_ name: String) -> Bool? {
        guard let index = names.firstIndex(of: name) else { return nil }
        return index < lossCount ? false : metrics[index - lossCount].isBetterWhenHigher
    }

    /// The results of a step for a batch.
    struct Objective {
        /// The objective that training minimizes, with penalties, and each loss if there are several.
        let losses: [Tensor]
        /// The sums of each metric over the batch.
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
        let sum = total.dropFirst().reduce(total.first ?? Tensor(0), +)
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
        StrataError("The model must be compiled first: call compile(optimizer:loss:metrics:).")
    }

    /// Configures the model for training.
    /// - Parameters:
    ///   - optimizer: the optimizer; ``RMSprop`` by default, as in Keras.
    ///   - loss: the objective that training minimizes. If the model has several outputs, the loss and the
    ///     metrics apply to each.
    ///   - metrics: the metrics to report; none by default.
    ///   - weightedMetrics: metrics that are weighted by the sample weights; none by default.
    /// - Throws: ``StrataError`` if the definition of the model is wrong.
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

    /// Configures a model with several outputs for training on the weighted sum of their losses.
    ///
    /// The sum is reported as `loss`, and the loss of each output as `name_loss`, where `name` is the layer
    /// that computes it. As in Keras, `loss` and the metrics are means over the samples of an epoch; the
    /// loss of an output, before it is multiplied by its weight, is the mean of the batches' losses, in
    /// which a smaller last batch counts as much as the others.
    /// - Parameters:
    ///   - optimizer: the optimizer; ``RMSprop`` by default, as in Keras.
    ///   - losses: a loss for each output; nil for outputs that are not trained.
    ///   - lossWeights: the weight of each loss in the sum; 1 by default.
    ///   - metrics: a list of metrics for each output, reported as `name_accuracy`; none by default.
    ///   - weightedMetrics: the same, for metrics that are weighted by the sample weights.
    /// - Throws: ``StrataError`` if the definition of the model is wrong, or there is not one loss for each
    ///   output.
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
                "The model has \(names.count) outputs, so there must be as many \(what), but got "
                    + "\(count)")
        }
        guard losses.contains(where: { $0 != nil }) else {
            throw StrataError("At least one output must have a loss.")
        }
        let outputs = names.indices.map { index in
            Compilation.Output(
                name: names[index], loss: losses[index], weight: lossWeights?[index] ?? 1,
                metrics: metrics.isEmpty ? [] : metrics[index],
                weightedMetrics: weightedMetrics.isEmpty ? [] : weightedMetrics[index])
        }
        try compile(Compilation(optimizer, outputs))
    }

    /// Compiles the model again with another optimizer; losses and metrics stay.
    /// - Parameter optimizer: the new optimizer.
    /// - Throws: ``StrataError`` if the model is not compiled.
    public func recompile(optimizer: Optimizer) throws {
        guard let compilation else { throw Model.notCompiled }
        var changed = Compilation(optimizer, compilation.outputs)
        changed.source = compilation.source
        try compile(changed)
    }

    /// Compiles the model as another one of the same outputs, with the same optimizer, losses and metrics.
    /// - Parameter other: a compiled model.
    /// - Throws: ``StrataError`` if the other model is not compiled, or has other outputs.
    public func compile(like other: Model) throws {
        guard let compilation = other.compilation else { throw Model.notCompiled }
        guard outputs.map(\.shape) == other.outputs.map(\.shape) else {
            throw StrataError(
                "The outputs must be those of \(other.name), \(other.outputs.map(\.shape)), but are "
                    + "\(outputs.map(\.shape))")
        }
        try compile(Compilation(compilation.optimizer, compilation.outputs))
    }

    /// The shape of a target of each output that has targets; empty if the model is not compiled.
    package var targetShapes: [Shape] {
        guard let compilation else { return [] }
        return compilation.targets.map { compilation.targetShape(of: $0, outputs) }
    }

    private func compile(_ compilation: Compilation) throws {
        if let error { throw error }
        try compilation.check()
        self.compilation = compilation
        self.compilation?.freeze(tree)
        plans = [:]
    }

    /// The optimizer that the model was compiled with; nil before. A callback, for example, reads and
    /// sets its ``Optimizer/learningRate``.
    public var optimizer: Optimizer? { compilation?.optimizer }

    /// Whether training changes the weights of a layer, as of the last `compile`.
    var isTrained: (any Layer) -> Bool { compilation?.isTrained ?? { $0.isTrainable } }

    /// The weights that training changes, as of the last `compile`.
    var trainedWeights: [Variable] { trainableWeights(where: isTrained) }

    /// The names of the layers that compute the outputs. A model that has not been built has one output.
    package var outputNames: [String] {
        outputs.isEmpty ? [""] : outputs.map { LayerCall.of($0)?.layer.name ?? "" }
    }
}
