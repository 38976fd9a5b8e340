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
        /// The reduced axes as [outer, mid, inner], if the program reduces.
        var geometry: [Int]?
        var position: Int
        var isReadOutside = false
        var reductions = 0
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
            if let first = sinkable.first, fits([first], index, all) {
                joined = first
                all[first].members.append(index)
                all[first].position = index
                for other in sinkable.dropFirst() where fits([first, other], nil, all) {
                    all[first].members = (all[first].members + all[other].members).sorted()
                    all[first].reductions += all[other].reductions
                    all[first].geometry = all[first].geometry ?? all[other].geometry
                    for member in all[other].members { home[member] = first }
                    all[other].members = []
                }
            } else if let host = near.first(where: {
                canHoist(instruction, into: $0, all) && fits([$0], index, all)
            }) {
                joined = host
                all[host].members.append(index)
            }
        }
        if let joined {
            all[joined].reductions += geometry == nil ? 0 : 1
            all[joined].geometry = all[joined].geometry ?? geometry
            home[index] = joined
        } else {
            home[index] = all.count
            all.append(
                Cluster(
                    members: [index], space: space, geometry: geometry, position: index,
                    reductions: geometry == nil ? 0 : 1))
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
        _ instruction: Graph.Instruction, _ space: Shape, _ geometry: [Int]?, _ all: [Cluster]
    ) -> [Int] {
        var found: [Int] = []
        for input in instruction.inputs {
            let places = [graph.producer(input).map { home[$0] }, lastReader[input]]
            for case let place? in places
            where !found.contains(place) && all[place].space == space && !all[place].members.isEmpty
                && (geometry == nil || all[place].geometry == nil || all[place].geometry == geometry)
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

    /// Whether the clusters and one more instruction stay within a program's limits.
    private func fits(_ joined: [Int], _ extra: Int?, _ all: [Cluster]) -> Bool {
        var members = joined.flatMap { all[$0].members }
        if let extra { members.append(extra) }
        if joined.count == 2, let a = all[joined[0]].geometry, let b = all[joined[1]].geometry, a != b {
            return false
        }
        guard members.count <= 48 else { return false }
        let inside = Set(members.flatMap { graph.instructions[$0].outputs })
        var inputs = Set<Int>()
        var readsInside: [Int: Int] = [:]
        for member in members {
            for input in graph.instructions[member].inputs {
                if inside.contains(input) {
                    readsInside[input, default: 0] += 1
                } else {
                    inputs.insert(input)
                }
            }
        }
        // A value read inside its own program must not be a sum.
        var outputs = 0
        var reductions = 0
        for member in members {
            let value = graph.instructions[member].outputs[0]
            if graph.instructions[member].operation is Reduction {
                reductions += 1
                if readsInside[value] != nil { return false }
            } else if readsInside[value, default: 0] < uses[value] {
                outputs += 1
            }
        }
        return inputs.count <= Int(STRATA_MAX_INPUTS) && outputs <= Int(STRATA_MAX_OUTPUTS)
            && reductions <= Int(STRATA_MAX_REDUCTIONS)
            && registers(members.sorted(), uses: uses, inside: readsInside)
                <= Int(STRATA_MAX_REGISTERS)
    }

    /// The registers a program needs: the most values alive at once.
    private func registers(_ members: [Int], uses: [Int], inside: [Int: Int]) -> Int {
        var remaining = inside
        var alive = 0
        var most = 0
        for member in members {
            let instruction = graph.instructions[member]
            if instruction.operation is Reduction { continue }
            let value = instruction.outputs[0]
            alive += 1
            most = max(most, alive)
            for input in Set(instruction.inputs) {
                guard let count = remaining[input] else { continue }
                let left = count - instruction.inputs.filter { $0 == input }.count
                remaining[input] = left
                // Outputs and the operands of reductions stay to the end of the block.
                if left == 0, inside[input] == uses[input], !isReduced(input, members) { alive -= 1 }
            }
            _ = value
        }
        return most
    }

    private func isReduced(_ value: Int, _ members: [Int]) -> Bool {
        members.contains {
            graph.instructions[$0].operation is Reduction
                && graph.instructions[$0].inputs[0] == value
        }
    }

    /// The shape an instruction iterates over, nil if it is not elementwise.
    static func space(_ instruction: Graph.Instruction, _ graph: Graph) -> Shape? {
        switch instruction.operation {
        case is Elementwise, is RandomNumbers: graph.shape(instruction.outputs[0])
        case is Reduction: graph.shape(instruction.inputs[0])
        default: nil
        }
    }

    static func geometry(_ instruction: Graph.Instruction, _ graph: Graph) -> [Int]? {
        guard let reduction = instruction.operation as? Reduction else { return nil }
        let sizes = graph.shape(instruction.inputs[0]).dimensions
        return [
            sizes[..<reduction.axes.lowerBound].reduce(1, *),
            sizes[reduction.axes].reduce(1, *),
            sizes[reduction.axes.upperBound...].reduce(1, *),
        ]
    }
}
