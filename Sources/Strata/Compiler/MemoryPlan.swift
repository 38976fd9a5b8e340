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

    private let steps: [Step]
    private let types: [TensorType]
    /// Roots that have memory of their own, such as arguments.
    private let external: Set<Int>
    private var phaseOf: [Int] = []
    /// From the first to the last phase that touches a root.
    private var life: [Int: ClosedRange<Int>] = [:]
    /// The steps that read a root.
    private var readers: [Int: [Int]] = [:]
    /// The root whose memory another takes over.
    private var owner: [Int: Int] = [:]

    /// A step by the roots of its values: those whose memory they are.
    private struct Step {
        let reads: [Int]
        let writes: [Int]
        let elementwiseReads: [Int]
    }

    /// - Parameters:
    ///   - drafts: the steps in order.
    ///   - root: the value whose memory a value is.
    ///   - external: roots with memory of their own, such as arguments.
    ///   - kept: values read after the last phase.
    ///   - updates: variables and their next values.
    ///   - sharesPhases: whether steps that do not depend on one another may run side by side.
    init(
        _ drafts: [StepDraft], types: [TensorType], root: (Int) -> Int, external: Set<Int>,
        kept: [Int], updates: [Layout.Update], sharesPhases: Bool
    ) {
        steps = drafts.map {
            Step(
                reads: $0.reads.map(root), writes: $0.writes.map(root),
                elementwiseReads: $0.elementwiseReads.sorted().map(root))
        }
        self.types = types
        self.external = external
        let kept = Set(kept.map(root)).subtracting(external)
        schedule(sharesPhases)
        measureLives(kept)
        for update in updates { updateInPlace(update, root(update.value), kept) }
        takeOverMemory()
        placeAll()
    }

    /// Steps next to each other that do not depend on each other share a phase.
    private mutating func schedule(_ sharesPhases: Bool) {
        var read = Set<Int>()
        var written = Set<Int>()
        for (index, step) in steps.enumerated() {
            let isFree =
                sharesPhases && !phases.isEmpty && written.isDisjoint(with: step.reads)
                && written.isDisjoint(with: step.writes) && read.isDisjoint(with: step.writes)
            if isFree {
                phases[phases.count - 1].append(index)
            } else {
                phases.append([index])
                read = []
                written = []
            }
            read.formUnion(step.reads)
            written.formUnion(step.writes)
            phaseOf.append(phases.count - 1)
        }
    }

    private mutating func measureLives(_ kept: Set<Int>) {
        for (index, step) in steps.enumerated() {
            let phase = phaseOf[index]
            for value in step.writes + step.reads {
                let known = life[value] ?? phase...phase
                life[value] = min(known.lowerBound, phase)...max(known.upperBound, phase)
            }
            for value in step.reads { readers[value, default: []].append(index) }
        }
        for value in kept { life[value] = (life[value]?.lowerBound ?? 0)...phases.count }
    }

    /// A variable's next value may overwrite it once nobody else reads the old one.
    private mutating func updateInPlace(_ update: Layout.Update, _ target: Int, _ kept: Set<Int>) {
        guard !external.contains(target), inPlace[target] == nil, !kept.contains(target),
            let writer = steps.firstIndex(where: { $0.writes.contains(target) }),
            steps[writer].writes.filter({ $0 == target }).count == 1
        else { return }
        let others = update.source.map { readers[$0] ?? [] } ?? []
        let isSafe = others.allSatisfy { reader in
            reader == writer
                ? steps[writer].elementwiseReads.contains(update.source!)
                : phaseOf[reader] < phaseOf[writer]
        }
        if isSafe { inPlace[target] = update.variable }
    }

    /// An elementwise result may take over the memory of an operand that nobody reads later.
    private mutating func takeOverMemory() {
        for (index, step) in steps.enumerated() {
            var taken = Set<Int>()
            for output in step.writes
            where isInArena(output) && life[output]!.lowerBound == phaseOf[index] {
                let operand = step.elementwiseReads.first {
                    !taken.contains($0) && canTakeOver(output, from: $0, at: index)
                }
                guard let operand else { continue }
                let memory = owned(operand)
                owner[output] = memory
                life[memory] = life[memory]!.lowerBound...life[output]!.upperBound
                taken.insert(operand)
            }
        }
    }

    private func canTakeOver(_ output: Int, from operand: Int, at step: Int) -> Bool {
        guard !external.contains(operand), inPlace[operand] == nil else { return false }
        let memory = owned(operand)
        let size = types[output].byteCount
        return memory != output && life[memory]!.upperBound == phaseOf[step]
            && types[operand].byteCount == size && types[memory].byteCount == size
            && readers[operand]!.allSatisfy { $0 == step || phaseOf[$0] < phaseOf[step] }
    }

    /// Whether a root needs a place in the arena of its own.
    private func isInArena(_ root: Int) -> Bool {
        !external.contains(root) && inPlace[root] == nil && owner[root] == nil
    }

    /// The root whose memory a root lives in.
    private func owned(_ root: Int) -> Int {
        var root = root
        while let other = owner[root] { root = other }
        return root
    }

    private mutating func placeAll() {
        let roots = life.keys.filter(isInArena).sorted()
        place(roots)
        for value in owner.keys { offsets[value] = offsets[owned(value)] }
        freed = phases.indices.map { phase in
            roots.filter { life[$0]!.upperBound == phase }.map {
                offsets[$0]!..<offsets[$0]! + types[$0].byteCount
            }
        }
    }

    /// The largest first, each at the lowest place that is free for its whole life.
    private mutating func place(_ roots: [Int]) {
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
