import CStrata
import Foundation

/// Computes recorded expressions: finds or makes the plan for their structure and runs it.
package final class Evaluator: @unchecked Sendable {
    package static let shared = Evaluator()

    // Everything below is used under the lock.
    private let lock = NSRecursiveLock()
    private var plans: [Graph.Structure: KnownPlan] = [:]
    /// Values that variables are to become: computed with the next expression, with which they share the
    /// greater part as a rule.
    private var pending: [WeakNode] = []
    private var age = 0
    private let arena = Arena()
    /// A loop's steps find their plan here; more structures than this are forgotten, oldest first.
    package static let capacity = 128

    package init() {}

    package var planCount: Int {
        lock.lock()
        defer { lock.unlock() }
        return plans.count
    }

    /// The numbers of a tensor, computed if they have not been.
    package func storage(of tensor: Tensor) throws -> Storage {
        try evaluate([tensor])
        guard case .numbers(let storages) = tensor.node.content else {
            fatalError("An evaluated tensor has numbers.")
        }
        return storages[tensor.index]
    }

    /// Computes several tensors in one go.
    package func evaluate(_ tensors: [Tensor]) throws {
        lock.lock()
        defer { lock.unlock() }
        // All outputs of a node are computed together, since its recipe is dropped.
        var nodes: [Node] = []
        var seen = Set<ObjectIdentifier>()
        for tensor in tensors {
            if let error = tensor.error { throw error }
            if case .numbers = tensor.node.content { continue }
            if seen.insert(ObjectIdentifier(tensor.node)).inserted { nodes.append(tensor.node) }
        }
        guard !nodes.isEmpty else { return }
        for node in pending.compactMap(\.node) where node.operation != nil {
            if seen.insert(ObjectIdentifier(node)).inserted { nodes.append(node) }
        }
        pending = []
        let outputs = nodes.flatMap { node in node.types.indices.map { Tensor(node, $0) } }
        let graph = try Graph(outputs: outputs, bindsVariables: false)
        let plan = try plan(for: graph)
        plan.run(constants: graph.constants)
        var position = 0
        for node in nodes {
            let storages = node.types.map { type -> Storage in
                let numbers = plan.output(position, constants: graph.constants)
                position += 1
                let storage = Storage(byteCount: type.byteCount)
                if let base = numbers.baseAddress {
                    storage.pointer.copyMemory(from: base, byteCount: type.byteCount)
                }
                return storage
            }
            node.resolve(storages)
        }
    }

    /// Has a value computed along with the next expression, if anyone still holds it then.
    func add(pending value: Tensor) {
        lock.lock()
        defer { lock.unlock() }
        pending.append(WeakNode(node: value.node))
    }

    private struct WeakNode {
        weak var node: Node?
    }

    /// The plan that computed a graph of this structure before, or a new one.
    private func plan(for graph: Graph) throws -> Plan {
        func make() throws -> Plan {
            let plan = Plan(graph, arena: arena, options: CompilationOptions())
            try plan.checkMemory(for: "what tensors are computed from")
            return plan
        }
        // No loop takes steps as large as this: its plan would take memory to no end.
        if graph.instructions.count > 50_000 { return try make() }
        let structure = graph.structure
        age += 1
        if let known = plans[structure] {
            known.age = age
            return known.plan
        }
        if plans.count >= Evaluator.capacity,
            let oldest = plans.min(by: { $0.value.age < $1.value.age })
        {
            plans[oldest.key] = nil
        }
        let plan = try make()
        plans[structure] = KnownPlan(plan, age: age)
        return plan
    }

    private final class KnownPlan {
        let plan: Plan
        /// When it was last asked for.
        var age: Int

        init(_ plan: Plan, age: Int) {
            self.plan = plan
            self.age = age
        }
    }
}
