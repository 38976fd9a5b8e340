/// Where each value lives: in one arena, by lifetimes in phases, values sharing memory when their
/// lives do not overlap.
struct MemoryPlan {
    /// Steps that may run side by side.
    private(set) var phases: [[Int]] = []
    /// The byte offset in the arena of each value that lives there.
    private(set) var offsets: [Int: Int] = [:]
    /// Values written straight into a variable: its number.
    private(set) var inPlace: [Int: Int] = [:]
    private(set) var arenaSize = 0
    /// For each phase, byte ranges nobody reads after it (for tests).
    private(set) var freed: [[Range<Int>]] = []
    /// The bytes of all arena values, had each its own memory.
    private(set) var totalSize = 0

    static let alignment = 64

    /// - Parameters:
    ///   - drafts: the steps in order.
    ///   - root: the value whose memory a value is.
    ///   - external: whether a root is an argument or a variable, with memory of its own.
    ///   - kept: values read after the last phase.
    ///   - updates: variables and their next values.
    init(
        _ drafts: [StepDraft], types: [TensorType], root: (Int) -> Int,
        external: (Int) -> Bool, kept: [Int], updates: [(variable: Int, source: Int?, value: Int)],
        sharesPhases: Bool
    ) {
        schedule(drafts, root, sharesPhases)
        var phaseOf = [Int](repeating: 0, count: drafts.count)
        for (number, steps) in phases.enumerated() {
            for step in steps { phaseOf[step] = number }
        }

        // Lifetimes in phases.
        var life: [Int: ClosedRange<Int>] = [:]
        var readers: [Int: [Int]] = [:]
        for (index, draft) in drafts.enumerated() {
            let phase = phaseOf[index]
            for value in draft.writes + draft.reads {
                let root = root(value)
                life[root] =
                    life[root].map { min($0.lowerBound, phase)...max($0.upperBound, phase) }
                    ?? phase...phase
            }
            for value in draft.reads { readers[root(value), default: []].append(index) }
        }
        for value in kept where !external(root(value)) {
            let root = root(value)
            life[root] = (life[root]?.lowerBound ?? 0)...phases.count
        }

        // A variable's next value may overwrite it once nobody else reads the old one.
        for update in updates {
            let target = root(update.value)
            guard !external(target), inPlace[target] == nil,
                let writer = drafts.firstIndex(where: { $0.writes.contains { root($0) == target } }
                ),
                drafts[writer].writes.filter({ root($0) == target }).count == 1,
                !kept.contains(where: { root($0) == target })
            else { continue }
            let others = (update.source.map { readers[$0] ?? [] } ?? [])
            let isSafe = others.allSatisfy { reader in
                reader == writer
                    ? drafts[writer].elementwiseReads.contains { root($0) == update.source! }
                    : phaseOf[reader] < phaseOf[writer]
            }
            if isSafe { inPlace[target] = update.variable }
        }

        // An elementwise result may take over the memory of an operand that nobody reads later.
        var owner: [Int: Int] = [:]
        func owned(_ value: Int) -> Int {
            var value = value
            while let other = owner[value] { value = other }
            return value
        }
        for (index, draft) in drafts.enumerated() {
            var taken = Set<Int>()
            for output in draft.writes.map(root)
            where !external(output) && inPlace[output] == nil && owner[output] == nil {
                guard life[output]!.lowerBound == phaseOf[index] else { continue }
                for operand in draft.elementwiseReads.sorted().map(root)
                where !external(operand) && inPlace[operand] == nil && !taken.contains(operand) {
                    let memory = owned(operand)
                    guard memory != output, life[memory]!.upperBound == phaseOf[index],
                        types[operand].byteCount == types[output].byteCount,
                        types[memory].byteCount == types[output].byteCount,
                        readers[operand]!.allSatisfy({ $0 == index || phaseOf[$0] < phaseOf[index] }
                        )
                    else { continue }
                    owner[output] = memory
                    life[memory] = life[memory]!.lowerBound...life[output]!.upperBound
                    taken.insert(operand)
                    break
                }
            }
        }

        let roots = life.keys.filter { !external($0) && inPlace[$0] == nil && owner[$0] == nil }
        place(roots.sorted(), life, types)
        for value in owner.keys { offsets[value] = offsets[owned(value)] }
        freed = (0..<phases.count).map { phase in
            roots.filter { life[$0]!.upperBound == phase }.map {
                offsets[$0]!..<offsets[$0]! + types[$0].byteCount
            }
        }
    }

    /// Steps next to each other that do not depend on each other share a phase.
    private mutating func schedule(
        _ drafts: [StepDraft], _ root: (Int) -> Int, _ sharesPhases: Bool
    ) {
        var read = Set<Int>()
        var written = Set<Int>()
        for (index, draft) in drafts.enumerated() {
            let reads = draft.reads.map(root)
            let writes = draft.writes.map(root)
            let isFree =
                sharesPhases && !phases.isEmpty && written.isDisjoint(with: reads)
                && written.isDisjoint(with: writes) && read.isDisjoint(with: writes)
            if isFree {
                phases[phases.count - 1].append(index)
            } else {
                phases.append([index])
                read = []
                written = []
            }
            read.formUnion(reads)
            written.formUnion(writes)
        }
    }

    /// The largest first, each at the lowest place that is free for its whole life.
    private mutating func place(
        _ roots: [Int], _ life: [Int: ClosedRange<Int>], _ types: [TensorType]
    ) {
        func size(_ value: Int) -> Int {
            (max(types[value].byteCount, 1) + MemoryPlan.alignment - 1) / MemoryPlan.alignment
                * MemoryPlan.alignment
        }
        var placed: [(range: Range<Int>, life: ClosedRange<Int>)] = []
        for value in roots.sorted(by: { (size($0), $1) > (size($1), $0) }) {
            let own = life[value]!
            let bytes = size(value)
            totalSize += bytes
            let busy = placed.filter { $0.life.overlaps(own) }.map(\.range)
                .sorted { $0.lowerBound < $1.lowerBound }
            var offset = 0
            for range in busy {
                if range.lowerBound >= offset + bytes { break }
                offset = max(offset, range.upperBound)
            }
            offsets[value] = offset
            placed.append((offset..<offset + bytes, own))
            arenaSize = max(arenaSize, offset + bytes)
        }
    }
}
