import CStrata
import Foundation

/// Memory that plans share: as large as the largest of them needs.
package final class Arena {
    private(set) var storage = Storage(byteCount: 0)

    package init() {}

    func require(_ byteCount: Int) {
        if storage.byteCount < byteCount { storage = Storage(byteCount: byteCount) }
    }
}

/// A compiled graph: a flat list of prepared kernel calls over one arena.
///
/// Running it allocates nothing, once its memory is there.
public final class Plan {
    /// A kernel call as it runs.
    package struct Step {
        package let name: String
        package let note: String
        package let shape: Shape
        package let flops: Int
        package let bytes: Int
        package let phase: Int
        /// Whether the step is listed as a part of the chain above it.
        package let isPart: Bool
        package fileprivate(set) var nanoseconds: Int = 0
    }

    package private(set) var steps: [Step] = []
    private(set) var profiledRuns = 0
    package let memory: MemoryUse

    package struct MemoryUse: Sendable {
        package let arena: Int
        package let withoutReuse: Int
        /// What a thread needs while it works.
        package let scratch: Int
    }

    private let arena: Arena
    private let arenaSize: Int
    private var boundTo: UnsafeMutableRawPointer?
    private let variables: [Variable]
    private let updated: [Variable]
    private let constants: [Storage]
    private let outputs: [(place: Place, type: TensorType)]
    private let main: Section
    /// Steps that depend on variables alone, run again when one has changed.
    private let preparation: Section
    private var preparedVersions: [Int]?
    private let options: CompilationOptions

    enum Place: Hashable {
        case arena(Int)
        case persistent(Storage, Int)
        case variable(Int)
        case constant(Int)
        case placeholder(Int)

        static func == (a: Place, b: Place) -> Bool {
            switch (a, b) {
            case (.arena(let x), .arena(let y)), (.variable(let x), .variable(let y)),
                (.constant(let x), .constant(let y)), (.placeholder(let x), .placeholder(let y)):
                x == y
            case (.persistent(let x, let m), .persistent(let y, let n)): x === y && m == n
            default: false
            }
        }

        func hash(into hasher: inout Hasher) {
            switch self {
            case .arena(let x), .variable(let x), .constant(let x), .placeholder(let x),
                .persistent(_, let x):
                hasher.combine(x)
            }
        }
    }

    /// Compiles a graph.
    /// - Throws: what a recorded expression has carried already; and if the plan needs more memory
    ///   than the machine has.
    package convenience init(
        outputs: [Tensor], updates: [(Variable, Tensor)] = [], arena: Arena,
        options: CompilationOptions = CompilationOptions()
    ) throws {
        let graph = try Graph(outputs: outputs, updates: updates, bindsVariables: true)
        self.init(graph, arena: arena, options: options)
        try checkMemory(for: "a batch's numbers")
    }

    /// Throws if the plan needs more memory than the machine has.
    /// - Parameter what: what for, in the message.
    func checkMemory(for what: String) throws {
        try Runtime.checkMemory(memory.arena, for: what)
        guard memory.scratch <= Self.scratchLimit else {
            throw StrataError(
                "\(memory.scratch >> 20) MiB of memory are needed for a thread's work, and"
                    + " \(Self.scratchLimit >> 20) are allowed: the rows that a window spans are too"
                    + " large.")
        }
    }

    /// A thread works on pieces of some megabytes.
    private static let scratchLimit = 1 << 30

    init(_ source: Graph, arena: Arena, options: CompilationOptions) {
        var graph = source
        if options.fuses { graph.rewrite() } else { graph.removeDead() }
        graph.copyArguments()
        let lowering = Lowering(graph, options)
        var sources: [Int: Place] = [:]
        for (value, content) in graph.values.enumerated() {
            switch content.source {
            case .constant(let index): sources[value] = .constant(index)
            case .variable(let index): sources[value] = .variable(index)
            case .placeholder(let index): sources[value] = .placeholder(index)
            case nil: break
            }
        }
        var drafts = lowering.drafts
        let root = lowering.root
        let valueOfVariable = Dictionary(
            sources.compactMap { value, place -> (Int, Int)? in
                if case .variable(let index) = place { (index, value) } else { nil }
            }, uniquingKeysWith: { first, _ in first })

        // What follows from variables alone has memory of its own.
        var persistent: [Int: Place] = [:]
        var preparationDrafts: [StepDraft] = []
        if graph.bindsVariables, graph.updates.isEmpty {
            // A value of several steps (a concatenation, say) is static if all of them are.
            var varying = Set<Int>()
            for (value, place) in sources {
                if case .placeholder = place { varying.insert(root(value)) }
            }
            for draft in drafts where draft.reads.contains(where: { varying.contains(root($0)) }) {
                varying.formUnion(draft.writes.map(root))
            }
            var rest: [StepDraft] = []
            for draft in drafts {
                guard draft.writes.allSatisfy({ !varying.contains(root($0)) }) else {
                    rest.append(draft)
                    continue
                }
                for value in draft.writes where persistent[root(value)] == nil {
                    let storage = Storage(byteCount: lowering.type(root(value)).byteCount)
                    persistent[root(value)] = .persistent(storage, 0)
                }
                preparationDrafts.append(draft)
            }
            drafts = rest
        }
        let external: (Int) -> Bool = { sources[$0] != nil || persistent[$0] != nil }

        // Updates that cannot be made in place are copied at the end.
        let updates = graph.updates.map {
            (variable: $0.variable, source: valueOfVariable[$0.variable], value: $0.value)
        }
        func planMemory(_ drafts: [StepDraft], kept: [Int]) -> MemoryPlan {
            MemoryPlan(
                drafts, types: lowering.types, root: root, external: external, kept: kept,
                updates: updates, sharesPhases: options.fuses)
        }
        var memoryPlan = planMemory(drafts, kept: graph.outputs)
        func notInPlace() -> [(variable: Int, source: Int?, value: Int)] {
            updates.filter { memoryPlan.inPlace[root($0.value)] != $0.variable }
        }
        var copied = notInPlace()
        if !copied.isEmpty {
            memoryPlan = planMemory(drafts, kept: graph.outputs + copied.map(\.value))
            // What is kept for one variable cannot be made in place of another.
            copied = notInPlace()
        }

        func place(_ value: Int) -> Place {
            let root = root(value)
            if let place = sources[root] ?? persistent[root] { return place }
            if let variable = memoryPlan.inPlace[root] { return .variable(variable) }
            return .arena(memoryPlan.offsets[root] ?? 0)
        }
        self.arena = arena
        self.options = options
        arenaSize = memoryPlan.arenaSize
        variables = graph.variables
        updated = graph.updates.map { graph.variables[$0.variable] }
        // A tape's plan gets its numbers with each run, and does not keep those of the first.
        constants = graph.bindsVariables ? graph.constants : []
        outputs = graph.outputs.map { (place($0), lowering.type($0)) }
        main = Section(
            drafts, memoryPlan.phases, place,
            copies: copied.map {
                (place($0.value), $0.variable, lowering.type($0.value).byteCount)
            },
            freed: memoryPlan.freed)
        preparation = Section(
            preparationDrafts, preparationDrafts.indices.map { [$0] }, place, copies: [], freed: [])
        memory = MemoryUse(
            arena: memoryPlan.arenaSize, withoutReuse: memoryPlan.totalSize,
            scratch: max(main.scratchSize, preparation.scratchSize))
        for (phase, indices) in memoryPlan.phases.enumerated() {
            for index in indices {
                for (number, draft) in ([drafts[index]] + drafts[index].parts).enumerated() {
                    let touched = Set((draft.reads + draft.writes).map(root))
                    steps.append(
                        Step(
                            name: draft.name, note: draft.note,
                            shape: draft.writes.first.map { lowering.shape($0) } ?? [],
                            flops: draft.flops,
                            bytes: touched.map { lowering.type($0).byteCount }.reduce(0, +),
                            phase: phase, isPart: number > 0))
                }
            }
        }
    }

    /// Arguments that are outputs as they are, of the last run.
    private var passedThrough: [Int: UnsafeRawPointer] = [:]

    /// Runs the plan.
    /// - Parameters:
    ///   - arguments: memory for the placeholders, by number.
    ///   - constants: memory for the graph's constants, if it does not bind variables.
    package func run(
        _ arguments: [UnsafeRawPointer] = [], constants other: [Storage]? = nil,
        profiled: Bool = false
    ) {
        // A snapshot that somebody still holds keeps its numbers.
        for variable in updated { _ = variable.storageForUpdate() }
        arena.require(arenaSize)
        let base = arena.storage.pointer
        let constants = other ?? self.constants
        let resolve: (Place) -> UnsafeMutableRawPointer = { place in
            switch place {
            case .arena(let offset): base + offset
            case .persistent(let storage, let offset): storage.pointer + offset
            case .variable(let index): self.variables[index].storage.pointer
            case .constant(let index): constants[index].pointer
            case .placeholder(let index): UnsafeMutableRawPointer(mutating: arguments[index])
            }
        }
        if !preparation.isEmpty {
            let versions = variables.map(\.version)
            if versions != preparedVersions {
                preparation.bind(arenaMoved: true, resolve)
                preparation.run()
                preparedVersions = versions
            }
        }
        main.bind(arenaMoved: boundTo != base, resolve)
        boundTo = base
        if options.poisonsFreedMemory {
            main.runPoisoning(base, arenaSize)
        } else if profiled {
            let timed = steps.indices.filter { !steps[$0].isPart }
            for (index, time) in zip(timed, main.runProfiled()) { steps[index].nanoseconds += time }
            profiledRuns += 1
        } else {
            main.run()
        }
        main.copyUpdates(resolve)
        for case (.placeholder(let argument), _) in outputs {
            passedThrough[argument] = arguments[argument]
        }
    }

    /// The first numbers of an output, valid until the next run of a plan on the same arena.
    package func output(_ index: Int, constants other: [Storage]? = nil) -> UnsafeBufferPointer<
        Float
    > {
        let (place, type) = outputs[index]
        let pointer: UnsafeRawPointer
        switch place {
        case .arena(let offset): pointer = UnsafeRawPointer(arena.storage.pointer + offset)
        case .persistent(let storage, let offset):
            pointer = UnsafeRawPointer(storage.pointer + offset)
        case .variable(let variable):
            pointer = UnsafeRawPointer(variables[variable].storage.pointer)
        case .constant(let constant):
            pointer = UnsafeRawPointer((other ?? constants)[constant].pointer)
        case .placeholder(let argument): pointer = passedThrough[argument]!
        }
        return UnsafeBufferPointer(
            start: pointer.assumingMemoryBound(to: Float.self), count: type.shape.count)
    }
}
