import CStrata

/// The kernel calls of a plan in the form C runs them, in memory that does not move.
final class Section {
    private var blobs: [UnsafeMutableRawPointer] = []
    private let calls: UnsafeMutablePointer<strata_call>
    private let steps: UnsafeMutablePointer<strata_step>
    private let phases: UnsafeMutablePointer<strata_phase>
    private var program: strata_program
    private let stepCount: Int
    private let phaseCount: Int
    /// Pointers to fill in: into the arena, which seldom moves, and to others, which often do.
    private var inArena: [(field: UnsafeMutablePointer<UnsafeMutableRawPointer?>, place: Place)] =
        []
    private var elsewhere: [(field: UnsafeMutablePointer<UnsafeMutableRawPointer?>, place: Place)] =
        []
    private let copies: [(source: Place, variable: Int, byteCount: Int)]
    private let freed: [[Range<Int>]]

    var isEmpty: Bool { stepCount == 0 }

    init(
        _ drafts: [StepDraft], _ order: [[Int]], _ place: (Int) -> Place,
        copies: [(source: Place, variable: Int, byteCount: Int)], freed: [[Range<Int>]]
    ) {
        self.copies = copies
        self.freed = freed
        stepCount = drafts.count
        phaseCount = order.count
        calls = .allocate(capacity: max(1, drafts.reduce(0) { $0 + $1.calls.count }))
        steps = .allocate(capacity: max(1, stepCount))
        phases = .allocate(capacity: max(1, phaseCount))
        var position = 0
        var callCount = 0
        var work = 0
        var scratch = 0
        for (number, indices) in order.enumerated() {
            phases[number] = strata_phase(
                steps: UnsafePointer(steps + position), step_count: Int32(indices.count))
            for index in indices {
                let draft = drafts[index]
                let first = callCount
                for call in draft.calls {
                    let blob = UnsafeMutableRawPointer.allocate(
                        byteCount: call.arguments.count, alignment: 64)
                    call.arguments.withUnsafeBytes {
                        blob.copyMemory(from: $0.baseAddress!, byteCount: $0.count)
                    }
                    blobs.append(blob)
                    for (offset, value) in call.pointers {
                        let field = (blob + offset).assumingMemoryBound(
                            to: UnsafeMutableRawPointer?.self)
                        let target = place(value)
                        if case .arena = target {
                            inArena.append((field, target))
                        } else {
                            elsewhere.append((field, target))
                        }
                    }
                    calls[callCount] = strata_call(
                        kernel: call.kernel, args: UnsafeRawPointer(blob))
                    callCount += 1
                }
                let taskUnits = Section.taskUnits(draft)
                steps[position] = strata_step(
                    calls: UnsafePointer(calls + first), call_count: Int32(draft.calls.count),
                    units: Int64(draft.units), task_units: Int64(taskUnits),
                    block_units: Int64(draft.blockUnits ?? taskUnits))
                work += draft.flops
                scratch = max(scratch, draft.scratch)
                position += 1
            }
        }
        program = strata_program(
            phases: UnsafePointer(phases), phase_count: Int32(phaseCount),
            scratch_size: Int64(scratch), parallel: work > 400_000)
    }

    deinit {
        for blob in blobs { blob.deallocate() }
        calls.deallocate()
        steps.deallocate()
        phases.deallocate()
    }

    /// How a step's units are cut, which changes no number: four tasks for each thread, none too small to
    /// be worth handing to a thread.
    private static func taskUnits(_ draft: StepDraft) -> Int {
        if let whole = draft.unitsPerPartial { return whole }
        let worthwhile = max(1, draft.flops / 100_000)
        let tasks = min(4 * Runtime.threadCount, draft.units, worthwhile)
        return (draft.units + tasks - 1) / max(tasks, 1)
    }

    func bind(arenaMoved: Bool, _ resolve: (Place) -> UnsafeMutableRawPointer) {
        if arenaMoved {
            for (field, place) in inArena { field.pointee = resolve(place) }
        }
        for (field, place) in elsewhere { field.pointee = resolve(place) }
    }

    /// The bytes that a thread needs while it works.
    var scratchSize: Int { Int(program.scratch_size) }

    func run() {
        guard strata_run(&program, nil) else {
            fatalError("Out of memory: scratch of \(scratchSize) bytes a thread.")
        }
    }

    /// Nanoseconds of each step.
    func runProfiled() -> [Int] {
        var times = [Int64](repeating: 0, count: stepCount)
        guard strata_run(&program, &times) else { fatalError("Out of memory for scratch.") }
        return times.map(Int.init)
    }

    /// Runs phase by phase, filling memory with NaN before the first and once it is free.
    func runPoisoning(_ arena: UnsafeMutableRawPointer, _ size: Int) {
        func poison(_ range: Range<Int>) {
            let floats = (arena + range.lowerBound).assumingMemoryBound(to: Float.self)
            for index in 0..<range.count / 4 { floats[index] = .nan }
        }
        poison(0..<size)
        for phase in 0..<phaseCount {
            var one = strata_program(
                phases: UnsafePointer(phases + phase), phase_count: 1,
                scratch_size: program.scratch_size, parallel: program.parallel)
            _ = strata_run(&one, nil)
            for range in freed[phase] { poison(range) }
        }
    }

    func copyUpdates(_ resolve: (Place) -> UnsafeMutableRawPointer) {
        for copy in copies {
            resolve(.variable(copy.variable)).copyMemory(
                from: resolve(copy.source), byteCount: copy.byteCount)
        }
    }
}
