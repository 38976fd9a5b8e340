/// A lowered graph's steps, those that prepare and those of every run, and where each value lies.
struct Layout {
    /// Steps that depend on variables alone; they run again only when one has changed.
    let preparation: [StepDraft]
    /// The steps of every run, as the memory plan numbers them.
    let steps: [StepDraft]
    let memory: MemoryPlan
    /// Next values of variables that cannot be made in place: they are copied after the last step.
    let copies: [Update]

    /// A variable's next value.
    struct Update {
        let variable: Int
        /// The variable's value now; nil if nothing reads it.
        let source: Int?
        let value: Int
    }

    private let lowering: Lowering
    /// What has memory of its own, by root: arguments, variables, constants, what is prepared.
    private let external: [Int: Place]

    /// - Parameter sharesPhases: whether steps that do not depend on one another may run side by side.
    init(_ graph: Graph, _ lowering: Lowering, sharesPhases: Bool) {
        self.lowering = lowering
        var external: [Int: Place] = [:]
        for (value, content) in graph.values.enumerated() {
            if let source = content.source { external[value] = Place(source) }
        }
        (preparation, steps) =
            graph.bindsVariables && graph.updates.isEmpty
            ? Layout.separated(lowering, &external) : ([], lowering.drafts)
        self.external = external
        (memory, copies) = Layout.planned(
            steps, lowering, Set(external.keys), kept: graph.outputs, Layout.updates(graph),
            sharesPhases)
    }

    private static func updates(_ graph: Graph) -> [Update] {
        var valueOfVariable: [Int: Int] = [:]
        for (value, content) in graph.values.enumerated() {
            if case .variable(let index) = content.source, valueOfVariable[index] == nil {
                valueOfVariable[index] = value
            }
        }
        return graph.updates.map {
            Update(variable: $0.variable, source: valueOfVariable[$0.variable], value: $0.value)
        }
    }

    /// The steps that follow from variables alone, whose results get memory of their own, and the rest.
    private static func separated(
        _ lowering: Lowering, _ external: inout [Int: Place]
    ) -> (preparation: [StepDraft], steps: [StepDraft]) {
        // A value of several steps (a concatenation, say) is static if all of them are.
        var varying = Set<Int>()
        for (value, place) in external {
            if case .placeholder = place { varying.insert(lowering.root(value)) }
        }
        for step in lowering.drafts
        where step.reads.contains(where: { varying.contains(lowering.root($0)) }) {
            varying.formUnion(step.writes.map(lowering.root))
        }
        var (preparation, steps): ([StepDraft], [StepDraft]) = ([], [])
        for step in lowering.drafts {
            let written = step.writes.map(lowering.root)
            guard varying.isDisjoint(with: written) else {
                steps.append(step)
                continue
            }
            for value in written where external[value] == nil {
                external[value] = .persistent(Storage(byteCount: lowering.type(value).byteCount))
            }
            preparation.append(step)
        }
        return (preparation, steps)
    }

    /// The arena's plan. What cannot be made in place is kept to the end, for its copy.
    private static func planned(
        _ steps: [StepDraft], _ lowering: Lowering, _ external: Set<Int>, kept: [Int],
        _ updates: [Update], _ sharesPhases: Bool
    ) -> (memory: MemoryPlan, copies: [Update]) {
        func plan(kept: [Int]) -> MemoryPlan {
            MemoryPlan(
                steps, types: lowering.types, root: lowering.root, external: external, kept: kept,
                updates: updates, sharesPhases: sharesPhases)
        }
        func notInPlace(_ memory: MemoryPlan) -> [Update] {
            updates.filter { memory.inPlace[lowering.root($0.value)] != $0.variable }
        }
        let first = plan(kept: kept)
        let copies = notInPlace(first)
        guard !copies.isEmpty else { return (first, []) }
        let second = plan(kept: kept + copies.map(\.value))
        // What is kept for one variable cannot be made in place of another.
        return (second, notInPlace(second))
    }

    func place(_ value: Int) -> Place {
        let root = lowering.root(value)
        if let place = external[root] { return place }
        if let variable = memory.inPlace[root] { return .variable(variable) }
        return .arena(memory.offsets[root] ?? 0)
    }
}
