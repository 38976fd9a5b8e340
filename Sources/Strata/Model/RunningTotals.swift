/// The reported numbers over the samples so far.
final class RunningTotals {
    private let compilation: Compilation
    /// The sums of the losses and of the metrics. The first loss, the whole, is each batch's mean times its
    /// number of samples; the losses of single outputs are the batches' means, as in Keras.
    private var losses: [Double] = []
    private var metrics: [[[Double]]] = []
    private var sampleCount = 0.0
    private var batchCount = 0.0

    init(_ compilation: Compilation) {
        self.compilation = compilation
        reset()
    }

    func reset() {
        losses = [Double](repeating: 0, count: compilation.lossCount)
        metrics = []
        sampleCount = 0
        batchCount = 0
    }

    /// Adds the results of a plan for a batch.
    func add(_ plan: ModelPlan, samples: Int) {
        var position = 0
        func next() -> UnsafeBufferPointer<Float> {
            position += 1
            return plan.plan.output(position - 1)
        }
        for index in losses.indices {
            losses[index] += Double(next()[0]) * (index == 0 ? Double(samples) : 1)
        }
        sampleCount += Double(samples)
        batchCount += 1
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
        let means = losses.enumerated().map { index, sum in
            sum / max(index == 0 ? sampleCount : batchCount, 1)
        }
        let results = zip(compilation.metrics, metrics).map { $0.result($1) }
        let values = means + results
        return Logs(Array(compilation.names.prefix(values.count)), values)
    }
}
