/// The reported numbers over the samples so far.
final class RunningTotals {
    private let compilation: Compilation
    /// The sums of the losses, each batch's mean times its number of samples, and the sums of the metrics.
    private var losses: [Double] = []
    private var metrics: [[[Double]]] = []
    private var sampleCount = 0.0

    init(_ compilation: Compilation) {
        self.compilation = compilation
        reset()
    }

    func reset() {
        losses = [Double](repeating: 0, count: compilation.lossCount)
        metrics = []
        sampleCount = 0
    }

    /// Adds the results of a plan for a batch.
    func add(_ plan: ModelPlan, samples: Int) {
        var position = 0
        func next() -> UnsafeBufferPointer<Float> {
            position += 1
            return plan.plan.output(position - 1)
        }
        for index in losses.indices { losses[index] += Double(next()[0]) * Double(samples) }
        sampleCount += Double(samples)
        let isFirst = metrics.isEmpty
        for (metric, count) in plan.metricSumCounts.enumerated() {
            if isFirst { metrics.append([]) }
            for sum in 0..<count {
                let numbers = next()
                if isFirst { metrics[metric].append([Double](repeating: 0, count: numbers.count)) }
                for (index, number) in numbers.enumerated() {
                    metrics[metric][sum][index] += Double(number)
                }
            }
        }
    }

    var logs: Logs {
        let means = losses.map { $0 / max(sampleCount, 1) }
        let results = zip(compilation.metrics, metrics).map { $0.result($1) }
        let values = means + results
        return Logs(Array(compilation.names.prefix(values.count)), values)
    }
}
