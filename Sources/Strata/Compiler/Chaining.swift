/// Joins steps whose units are the images of a batch into chains: a few images go through all of a
/// chain's kernels before the next ones do, and what one kernel writes the next finds in the cache.
///
/// A step joins the chain before it if it reads the chain's results image by image. A step in between
/// that does not depend on the chain moves before it; one that does, and cannot join, moves after it.
struct Chaining {
    private(set) var steps: [StepDraft] = []

    /// Bytes of one image's values in a chain; beyond these the cache no longer holds a chain's values.
    private static let imageLimit = 640 << 10
    /// Bytes of the images that go through a chain together.
    private static let blockLimit = 640 << 10
    /// Bytes of a kernel that is read again for each block of images; a larger one costs more than the
    /// images' way through the memory.
    private static let sharedLimit = 2 << 20

    private let types: [TensorType]
    private let root: (Int) -> Int
    private var chain: [StepDraft] = []
    private var deferred: [StepDraft] = []
    private var chainWrites: Set<Int> = []
    private var chainValues: Set<Int> = []
    private var deferredWrites: Set<Int> = []

    init(_ drafts: [StepDraft], _ types: [TensorType], root: @escaping (Int) -> Int) {
        self.types = types
        self.root = root
        // The next step is the last of these.
        var pending: [StepDraft] = drafts.reversed()
        while !pending.isEmpty || !chain.isEmpty {
            guard let draft = pending.popLast() else {
                pending = close().reversed()
                continue
            }
            if chain.isEmpty {
                begin(draft)
            } else if !place(draft) {
                pending.append(draft)
                pending += close().reversed()
            }
        }
    }

    private mutating func begin(_ draft: StepDraft) {
        guard draft.locality != nil, draft.sharedBytes <= Chaining.sharedLimit,
            bytes(localValues(draft)) / draft.units <= Chaining.imageLimit
        else {
            steps.append(draft)
            return
        }
        append(draft)
    }

    private mutating func append(_ draft: StepDraft) {
        chain.append(draft)
        chainWrites.formUnion(draft.writes.map(root))
        chainValues.formUnion(localValues(draft))
    }

    /// Puts a step before, into or behind the chain; false if the chain must end before it.
    private mutating func place(_ draft: StepDraft) -> Bool {
        let reads = Set(draft.reads.map(root))
        let writes = Set(draft.writes.map(root))
        let touched = reads.union(writes)
        let needsDeferred = !touched.isDisjoint(with: deferredWrites)
        let needsChain = !touched.isDisjoint(with: chainWrites)
        if !needsDeferred, needsChain, canJoin(draft, reads, writes) {
            append(draft)
            return true
        }
        if !needsDeferred, !needsChain {
            // Images of a chain of their own are better kept for it.
            if draft.locality != nil { return false }
            steps.append(draft)
            return true
        }
        guard deferred.count < 64 else { return false }
        deferred.append(draft)
        deferredWrites.formUnion(writes)
        return true
    }

    private func canJoin(_ draft: StepDraft, _ reads: Set<Int>, _ writes: Set<Int>) -> Bool {
        guard let locality = draft.locality, draft.units == chain[0].units,
            draft.sharedBytes <= Chaining.sharedLimit
        else { return false }
        let localReads = Set(locality.reads.map(root))
        // What the chain wrote must be read image by image, and have been written so.
        let fromChain = reads.intersection(chainWrites)
        let written = Set(chain.flatMap { $0.locality!.writes.map(root) })
        guard fromChain.isSubset(of: localReads), fromChain.isSubset(of: written),
            writes.isDisjoint(with: chainWrites)
        else { return false }
        if let partial = draft.unitsPerPartial,
            chain.contains(where: { ($0.unitsPerPartial ?? partial) != partial })
        {
            return false
        }
        let all = chainValues.union(localValues(draft))
        return bytes(all) / draft.units <= Chaining.imageLimit && chain.count < 24
    }

    private func localValues(_ draft: StepDraft) -> Set<Int> {
        guard let locality = draft.locality else { return [] }
        return Set(locality.reads.map(root)).union(locality.writes.map(root))
    }

    private func bytes(_ values: Set<Int>) -> Int { values.reduce(0) { $0 + types[$1].byteCount } }

    /// Ends the chain, one step for all of it, and returns what was deferred.
    private mutating func close() -> [StepDraft] {
        if chain.count == 1 {
            steps.append(chain[0])
        } else if var whole = chain.first {
            whole.parts = Array(chain.dropFirst())
            for part in whole.parts {
                whole.calls += part.calls
                whole.reads += part.reads
                whole.writes += part.writes
                whole.flops += part.flops
                whole.scratch = max(whole.scratch, part.scratch)
                whole.unitsPerPartial = whole.unitsPerPartial ?? part.unitsPerPartial
            }
            // Only images not yet through the chain may share memory with what it makes: none.
            whole.elementwiseReads = []
            let perImage = max(1, bytes(chainValues) / whole.units)
            whole.blockUnits = max(1, Chaining.blockLimit / perImage)
            steps.append(whole)
        }
        let rest = deferred
        chain = []
        deferred = []
        chainWrites = []
        chainValues = []
        deferredWrites = []
        return rest
    }
}
