import CStrata
import Foundation

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
        let layout = Layout(graph, lowering, sharesPhases: options.fuses)
        self.arena = arena
        self.options = options
        arenaSize = layout.memory.arenaSize
        variables = graph.variables
        updated = graph.updates.map { graph.variables[$0.variable] }
        // A tape's plan gets its numbers with each run, and does not keep those of the first.
        constants = graph.bindsVariables ? graph.constants : []
        outputs = graph.outputs.map { (layout.place($0), lowering.type($0)) }
        main = Section(
            layout.steps, layout.memory.phases, layout.place,
            copies: layout.copies.map {
                (layout.place($0.value), $0.variable, lowering.type($0.value).byteCount)
            },
            freed: layout.memory.freed)
        preparation = Section(
            layout.preparation, layout.preparation.indices.map { [$0] }, layout.place, copies: [],
            freed: [])
        memory = MemoryUse(
            arena: arenaSize, withoutReuse: layout.memory.totalSize,
            scratch: max(main.scratchSize, preparation.scratchSize))
        steps = layout.memory.phases.enumerated().flatMap { phase, indices in
            indices.flatMap { Plan.described(layout.steps[$0], lowering, phase: phase) }
        }
    }

    /// A step and the parts it was made of, as they are printed.
    private static func described(
        _ draft: StepDraft, _ lowering: Lowering, phase: Int
    ) -> [Step] {
        ([draft] + draft.parts).enumerated().map { number, draft in
            let touched = Set((draft.reads + draft.writes).map(lowering.root))
            return Step(
                name: draft.name, note: draft.note,
                shape: draft.writes.first.map { lowering.shape($0) } ?? [], flops: draft.flops,
                bytes: touched.reduce(0) { $0 + lowering.type($1).byteCount }, phase: phase,
                isPart: number > 0)
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
            case .persistent(let storage): storage.pointer
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
        let pointer: UnsafeRawPointer =
            switch place {
            case .arena(let offset): UnsafeRawPointer(arena.storage.pointer + offset)
            case .persistent(let storage): UnsafeRawPointer(storage.pointer)
            case .variable(let index): UnsafeRawPointer(variables[index].storage.pointer)
            case .constant(let index): UnsafeRawPointer((other ?? constants)[index].pointer)
            case .placeholder(let argument): passedThrough[argument]!
            }
        return UnsafeBufferPointer(
            start: pointer.assumingMemoryBound(to: Float.self), count: type.shape.count)
    }
}
