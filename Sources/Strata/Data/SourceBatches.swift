/// The batches of neighbouring samples of a source.
struct SourceBatches: BatchSupply {
    let model: Model
    var data: Model.Data
    let rows: Range<Int>
    let batchSize: Int

    var steps: Int? { (rows.count - 1) / batchSize + 1 }
    var sampleCount: Int? { rows.count }

    /// - Parameter rows: the samples; all of them if nil.
    init(_ model: Model, _ data: Model.Data, _ rows: Range<Int>? = nil, batchSize: Int) {
        self.model = model
        self.data = data
        self.rows = rows ?? 0..<data.rowCount
        self.batchSize = batchSize
    }

    func makePass(epoch: Int, shuffledBy key: Random.Key?) throws -> any BatchPass {
        let order = key?.permutation(rows.count).map { Int64(rows.lowerBound + $0) }
        return try SourcePass(
            model, data, BatchRows(range: rows, order: order, batchSize: batchSize), epoch: epoch)
    }
}

/// One pass over samples of a source.
private final class SourcePass: BatchPass {
    private let model: Model
    private let data: Model.Data
    private let rows: BatchRows
    /// Writes the columns that are not rows already; nil if all are.
    private let prefetcher: Prefetcher?
    private var batch = 0

    init(_ model: Model, _ data: Model.Data, _ rows: BatchRows, epoch: Int) throws {
        self.model = model
        self.data = data
        self.rows = rows
        let isWritten = (data.x + data.y).contains { $0.samples == nil }
        prefetcher =
            isWritten
            ? try Prefetcher(
                data.source, rows, epoch: epoch,
                threadCount: model.workerCount ?? Runtime.threadCount)
            : nil
    }

    func next() throws -> Batch? {
        guard batch < rows.batchCount else { return nil }
        let range = rows.range(ofBatch: batch)
        var written = try prefetcher?.next()[...] ?? []
        batch += 1
        func part(_ samples: Samples) -> Batch.Part {
            Batch.Part(
                samples: samples,
                first: rows.order == nil ? rows.range.lowerBound + range.lowerBound : nil)
        }
        func part(_ column: SampleColumn) -> Batch.Part {
            if let samples = column.samples { return part(samples) }
            let type = TensorType(column.type.shape.batched(range.count), column.type.dtype)
            let samples = Samples(written.removeFirst(), type, scale: column.type.scale)
            return Batch.Part(samples: samples, first: 0)
        }
        let inputs = data.x.map { part($0) }
        let targets = data.y.map { part($0) }
        // Rows that exist already were checked before.
        let unchecked = zip(data.y, targets).map { column, part in
            column.samples == nil ? part.samples : nil
        }
        try model.checkLabels(unchecked) { self.rows[range.lowerBound + $0] }
        let weights: Batch.Part? =
            switch data.weights {
            case .equal: nil
            case .rows(let samples): part(samples)
            case .byClass(let weights):
                Batch.Part(
                    samples: try model.weights(of: targets[0].samples, byClass: weights), first: 0)
            }
        return Batch(
            count: range.count, inputs: inputs, targets: targets, weights: weights,
            index: rows.order?[range] ?? [])
    }

    func stop() { prefetcher?.stop() }
}
