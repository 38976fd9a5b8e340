import CStrata

/// Elementwise instructions and reductions gathered into programs that run block by block, each
/// value staying in the first-level cache between its maker and its readers.
///
/// Instructions are visited in order. One joins a program over the same iteration space that makes
/// or reads one of its inputs, either by *sinking* (nobody outside reads the program's values yet,
/// so the whole program may run at this instruction's place) or by *hoisting* (everything else the
/// instruction reads exists at the program's place). Both keep the order valid by construction, in
/// linear time.
struct Fusion {
    /// A program, or a single instruction of another kind.
    struct Cluster {
        var members: [Int]
        /// The iteration space; nil for an instruction that is not elementwise.
        var space: Shape?
        /// What is reduced, if the program reduces.
        var geometry: ReductionGeometry?
        var position: Int
        var isReadOutside = false
        var needs = ProgramNeeds()
    }

    private(set) var clusters: [Cluster] = []

    private let graph: Graph
    private var home: [Int]
    private var lastReader: [Int: Int] = [:]
    private var uses: [Int]

    /// - Parameter enabled: false makes every instruction a program of its own (for tests).
    init(_ graph: Graph, enabled: Bool) {
        self.graph = graph
        home = [Int](repeating: -1, count: graph.instructions.count)
        uses = graph.useCounts()
        var all: [Cluster] = []
        for index in graph.instructions.indices {
            place(index, &all, enabled)
        }
        clusters = all.filter { !$0.members.isEmpty }.sorted { $0.position < $1.position }
    }

    private mutating func place(_ index: Int, _ all: inout [Cluster], _ enabled: Bool) {
        let instruction = graph.instructions[index]
        let space = Fusion.space(instruction, graph)
        let geometry = Fusion.geometry(instruction, graph)
        var joined: Int?
        if enabled, let space {
            let near = candidates(instruction, space, geometry, all)
            let sinkable = near.filter { !all[$0].isReadOutside }
            if let first = sinkable.first, join(index, to: first, &all) {
                joined = first
                all[first].position = index
                for other in sinkable.dropFirst() { merge(other, into: first, &all) }
            } else {
                joined = near.first {
                    canHoist(instruction, into: $0, all) && join(index, to: $0, &all)
                }
            }
        }
        if let joined {
            all[joined].geometry = all[joined].geometry ?? geometry
            home[index] = joined
        } else {
            home[index] = all.count
            var cluster = Cluster(
                members: [index], space: space, geometry: geometry, position: index)
            if space != nil { cluster.needs.add(instruction, uses) }
            all.append(cluster)
        }
        for input in instruction.inputs {
            if let producer = graph.producer(input), home[producer] != home[index] {
                all[home[producer]].isReadOutside = true
            }
            lastReader[input] = home[index]
        }
    }

    /// Programs that make or read an input of the instruction, over the same space.
    private func candidates(
        _ instruction: Graph.Instruction, _ space: Shape, _ geometry: ReductionGeometry?,
        _ all: [Cluster]
    ) -> [Int] {
        var found: [Int] = []
        for input in instruction.inputs {
            let places = [graph.producer(input).map { home[$0] }, lastReader[input]]
            for case let place? in places
            where !found.contains(place) && all[place].space == space && !all[place].members.isEmpty
                && (geometry == nil || all[place].geometry == nil
                    || all[place].geometry == geometry)
            {
                // A sum is complete only after its program: it cannot be read inside it.
                let readsSum = instruction.inputs.contains { value in
                    guard let producer = graph.producer(value), home[producer] == place else {
                        return false
                    }
                    return graph.instructions[producer].operation is Reduction
                }
                if !readsSum { found.append(place) }
            }
        }
        return found
    }

    private func canHoist(
        _ instruction: Graph.Instruction, into host: Int, _ all: [Cluster]
    ) -> Bool {
        instruction.inputs.allSatisfy { input in
            guard let producer = graph.producer(input) else { return true }
            return home[producer] == host || all[home[producer]].position < all[host].position
        }
    }

    /// Adds an instruction to a program, unless that would exceed its limits.
    private func join(_ index: Int, to place: Int, _ all: inout [Cluster]) -> Bool {
        var needs = all[place].needs
        needs.add(graph.instructions[index], uses)
        guard needs.fit else { return false }
        all[place].needs = needs
        all[place].members.append(index)
        return true
    }

    /// Makes two programs one, unless that would exceed its limits.
    private mutating func merge(_ other: Int, into first: Int, _ all: inout [Cluster]) {
        if let a = all[first].geometry, let b = all[other].geometry, a != b { return }
        let members = (all[first].members + all[other].members).sorted()
        guard members.count <= ProgramNeeds.mostInstructions else { return }
        var needs = ProgramNeeds()
        for member in members { needs.add(graph.instructions[member], uses) }
        guard needs.fit else { return }
        all[first].needs = needs
        all[first].members = members
        all[first].geometry = all[first].geometry ?? all[other].geometry
        for member in all[other].members { home[member] = first }
        all[other].members = []
    }

    /// The shape an instruction iterates over, nil if it is not elementwise.
    static func space(_ instruction: Graph.Instruction, _ graph: Graph) -> Shape? {
        switch instruction.operation {
        case is Elementwise, is RandomNumbers: graph.shape(instruction.outputs[0])
        case is Reduction: graph.shape(instruction.inputs[0])
        default: nil
        }
    }

    static func geometry(
        _ instruction: Graph.Instruction, _ graph: Graph
    ) -> ReductionGeometry? {
        guard let reduction = instruction.operation as? Reduction else { return nil }
        return ReductionGeometry(graph.shape(instruction.inputs[0]), axes: reduction.axes)
    }
}
