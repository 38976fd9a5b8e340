import Foundation

/// Writes the batches of one pass over a source ahead of their use, in threads of its own.
///
/// A few batches are in flight. Each row of the pass has its place in them beforehand, so it makes no
/// difference which thread writes it. Threads that have nothing to do, and a user whose batch is not ready,
/// sleep.
final class Prefetcher: @unchecked Sendable {  // everything that changes is guarded by `condition`
    /// Batches in flight: one in use, one ready, one being written.
    static let depth = 3

    private let source: any SampleSource
    private let rows: BatchRows
    private let epoch: Int
    private let slots: [Slot]
    private var threads: [WorkerThread] = []

    private let condition = NSCondition()
    /// The position in the pass that is written next.
    private var position = 0
    /// The batches that were handed out, the present one included.
    private var delivered = 0
    private var isStopped = false

    /// Memory for a batch.
    private final class Slot {
        let memory: [Storage]
        let places: SamplePlaces
        /// How many of its rows are yet to be written.
        var missing = 0
        /// The first row that could not be written.
        var failure: (position: Int, error: any Error)?

        init(_ source: any SampleSource, batchSize: Int) {
            let columns = (source.inputs + source.targets).filter { $0.samples == nil }
            memory = columns.map { Storage(byteCount: $0.type.byteCount * batchSize) }
            places = SamplePlaces(source, memory)
        }
    }

    /// Begins a pass.
    /// - Parameters:
    ///   - rows: the samples of the pass and their batches.
    ///   - threadCount: how many threads write.
    /// - Throws: ``StrataError`` if there is not enough memory, or no thread can be started.
    init(_ source: any SampleSource, _ rows: BatchRows, epoch: Int, threadCount: Int) throws {
        self.source = source
        self.rows = rows
        self.epoch = epoch
        let size = (source.inputs + source.targets).reduce(0) { $0 + $1.type.byteCount }
        let (byteCount, overflow) = size.multipliedReportingOverflow(
            by: Self.depth * rows.batchSize)
        try Runtime.checkMemory(overflow ? .max : byteCount, for: "a few batches of samples")
        slots = (0..<min(Self.depth, rows.batchCount)).map { _ in
            Slot(source, batchSize: rows.batchSize)
        }
        for _ in 0..<max(1, min(threadCount, rows.count)) {
            if let thread = WorkerThread({ self.work() }) { threads.append(thread) }
        }
        guard !threads.isEmpty else { throw StrataError("No thread can be started for the data.") }
    }

    /// Waits for the next batch; the one before is given up.
    /// - Returns: the memory of each written column, inputs before targets.
    /// - Throws: what the source threw for the batch's first failing row.
    func next() throws -> [Storage] {
        condition.lock()
        defer { condition.unlock() }
        delivered += 1
        condition.broadcast()
        let batch = delivered - 1
        let slot = slots[batch % slots.count]
        let end = rows.range(ofBatch: batch).upperBound
        while position < end || slot.missing > 0 { condition.wait() }
        if let failure = slot.failure { throw failure.error }
        return slot.memory
    }

    /// Ends the work and waits for the threads, which finish the samples that they are at.
    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        condition.unlock()
        for thread in threads { thread.join() }
        threads = []
    }

    // MARK: - In the threads

    private func work() {
        while let position = take() {
            let batch = position / rows.batchSize
            let place = slots[batch % slots.count].places[position % rows.batchSize]
            let result = Result {
                try source.write(rows[position], epoch: epoch, to: place)
            }
            finish(position, result)
        }
    }

    /// The position to write next; waits for memory, and returns nil at the end.
    private func take() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        // The batch before the last one delivered is in nobody's use.
        while !isStopped, position < rows.count,
            position / rows.batchSize >= max(1, delivered) - 1 + slots.count
        {
            condition.wait()
        }
        guard !isStopped, position < rows.count else { return nil }
        defer { position += 1 }
        let batch = position / rows.batchSize
        if position % rows.batchSize == 0 {
            let slot = slots[batch % slots.count]
            slot.missing = rows.range(ofBatch: batch).count
            slot.failure = nil
        }
        return position
    }

    private func finish(_ position: Int, _ result: Result<Void, any Error>) {
        condition.lock()
        defer { condition.unlock() }
        let slot = slots[position / rows.batchSize % slots.count]
        slot.missing -= 1
        if case .failure(let error) = result,
            slot.failure.map({ position < $0.position }) ?? true
        {
            slot.failure = (position, error)
        }
        if slot.missing == 0 { condition.broadcast() }
    }
}

/// Which samples of a source a pass goes through, in which order, and in what batches.
struct BatchRows: Sendable {
    /// The samples, neighbours in the source.
    let range: Range<Int>
    /// Their order, if it is another.
    let order: [Int64]?
    let batchSize: Int

    var count: Int { range.count }
    var batchCount: Int { (count - 1) / batchSize + 1 }

    func range(ofBatch batch: Int) -> Range<Int> {
        batch * batchSize..<min((batch + 1) * batchSize, count)
    }

    /// The sample at a position of the pass.
    subscript(_ position: Int) -> Int {
        order.map { Int($0[position]) } ?? range.lowerBound + position
    }
}
