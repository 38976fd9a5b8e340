/// A recorded expression as a flat list of instructions over numbered values, ready for rewriting.
struct Graph {
    /// Where a value that no instruction makes comes from.
    enum Source: Hashable {
        case constant(Int)
        case variable(Int)
        case placeholder(Int)
    }

    struct Value {
        var type: TensorType
        var producer: Int?
        var source: Source?
    }

    struct Instruction {
        var operation: any Operation
        var inputs: [Int]
        var outputs: [Int]
        var isLive = true
    }

    private(set) var values: [Value] = []
    var instructions: [Instruction] = []
    private(set) var outputs: [Int] = []
    /// A variable's number in `variables` and its next value.
    private(set) var updates: [(variable: Int, value: Int)] = []
    private(set) var variables: [Variable] = []
    private(set) var constants: [Storage] = []
    let bindsVariables: Bool

    /// - Parameter bindsVariables: whether a variable's snapshot stands for whatever the variable
    ///   holds when the plan runs (a model's plan) or for the snapshot's own numbers (a tape's).
    init(
        outputs: [Tensor], updates: [(Variable, Tensor)] = [], bindsVariables: Bool
    ) throws {
        self.bindsVariables = bindsVariables
        let roots = outputs + updates.map(\.1)
        for root in roots {
            if let error = root.error { throw error }
        }
        let nodes = Graph.sortedNodes(from: roots.map(\.node))
        var numbering = Numbering(capacity: nodes.count)
        for node in nodes {
            numbering.values[ObjectIdentifier(node)] = try number(node, &numbering)
        }
        self.outputs = outputs.map { numbering[$0] }
        // Of several updates of a variable, which all read the old value, the last stands.
        for (variable, value) in updates {
            let variable = number(variable, &numbering)
            self.updates.removeAll { $0.variable == variable }
            self.updates.append((variable, numbering[value]))
        }
    }

    /// The numbers of what has been met while a graph is read.
    private struct Numbering {
        /// Those of a node's outputs.
        var values: [ObjectIdentifier: [Int]] = [:]
        var instructions: [InstructionKey: [Int]] = [:]
        var variables: [ObjectIdentifier: Int] = [:]
        /// The values that storages are.
        var constants: [ObjectIdentifier: Int] = [:]

        init(capacity: Int) {
            values.reserveCapacity(capacity)
            instructions.reserveCapacity(capacity)
        }

        subscript(tensor: Tensor) -> Int { values[ObjectIdentifier(tensor.node)]![tensor.index] }
    }

    /// The values of a node's outputs; those of its inputs are known.
    private mutating func number(_ node: Node, _ numbering: inout Numbering) throws -> [Int] {
        switch node.content {
        case .operation(let operation, let inputs):
            let wired = inputs.map { numbering[$0] }
            // Equal instructions on equal values are one.
            let key = InstructionKey(operation: AnyHashable(operation), inputs: wired)
            if let known = numbering.instructions[key] { return known }
            let made = append(operation, wired, node.types)
            numbering.instructions[key] = made
            return made
        case .numbers(let storages):
            if bindsVariables, let variable = node.variable {
                return [append(node.types[0], .variable(number(variable, &numbering)))]
            }
            return zip(storages, node.types).map { number($0, $1, &numbering) }
        case .placeholder(let index):
            return [append(node.types[0], .placeholder(index))]
        case .symbolic(let origin):
            throw StrataError(
                "The numbers of \(origin.description)'s output were asked for, but it belongs to a "
                    + "model's definition. Make a Model of it and call predict.")
        case .failure(let error, _):
            throw error
        }
    }

    private mutating func number(_ variable: Variable, _ numbering: inout Numbering) -> Int {
        if let known = numbering.variables[ObjectIdentifier(variable)] { return known }
        variables.append(variable)
        numbering.variables[ObjectIdentifier(variable)] = variables.count - 1
        return variables.count - 1
    }

    private mutating func number(
        _ storage: Storage, _ type: TensorType, _ numbering: inout Numbering
    ) -> Int {
        let known = numbering.constants[ObjectIdentifier(storage)]
        if let known, values[known].type == type { return known }
        constants.append(storage)
        let value = append(type, .constant(constants.count - 1))
        numbering.constants[ObjectIdentifier(storage)] = value
        return value
    }

    /// Copies those outputs and next values that are arguments, or variables about to change: what
    /// is read after a run lies in memory that the run itself wrote.
    mutating func copyArguments() {
        let changing = Set(updates.map(\.variable))
        func copied(_ value: Int) -> Int {
            var origin = value
            while let index = producer(origin), instructions[index].operation is Reshaping {
                origin = instructions[index].inputs[0]
            }
            switch values[origin].source {
            case .placeholder: break
            case .variable(let variable) where changing.contains(variable): break
            default: return value
            }
            let type = values[value].type
            return type.dtype == .float32 ? append(Elementwise(.copy), [value], [type])[0] : value
        }
        outputs = outputs.map(copied)
        updates = updates.map { ($0.variable, copied($0.value)) }
    }

    private struct InstructionKey: Hashable {
        let operation: AnyHashable
        let inputs: [Int]
    }

    /// Everything the roots depend on, in the order it was recorded.
    private static func sortedNodes(from roots: [Node]) -> [Node] {
        var seen = Set<ObjectIdentifier>()
        var nodes: [Node] = []
        var pending = roots
        while let node = pending.popLast() {
            guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
            nodes.append(node)
            for input in node.inputs where !seen.contains(ObjectIdentifier(input.node)) {
                pending.append(input.node)
            }
        }
        return nodes.sorted { $0.identity < $1.identity }
    }

    private mutating func append(_ type: TensorType, _ source: Source) -> Int {
        values.append(Value(type: type, source: source))
        return values.count - 1
    }

    @discardableResult
    mutating func append(
        _ operation: any Operation, _ inputs: [Int], _ types: [TensorType]
    ) -> [Int] {
        let outputs = types.map { type in
            values.append(Value(type: type, producer: instructions.count))
            return values.count - 1
        }
        instructions.append(Instruction(operation: operation, inputs: inputs, outputs: outputs))
        return outputs
    }

    func shape(_ value: Int) -> Shape { values[value].type.shape }

    /// The live instruction that makes a value.
    func producer(_ value: Int) -> Int? { values[value].producer }

    /// How often each value is read by live instructions, outputs and updates.
    func useCounts() -> [Int] {
        var uses = [Int](repeating: 0, count: values.count)
        for instruction in instructions where instruction.isLive {
            for input in instruction.inputs { uses[input] += 1 }
        }
        for output in outputs { uses[output] += 1 }
        for update in updates { uses[update.value] += 1 }
        return uses
    }

    /// Inserts instructions before others; `rebuild` gets each live instruction and a way to append.
    mutating func rebuild(_ visit: (inout Graph, Instruction) -> Void) {
        let old = instructions
        instructions = []
        for instruction in old where instruction.isLive {
            visit(&self, instruction)
        }
    }

    /// Appends an instruction whose output values exist already.
    mutating func keep(_ instruction: Instruction) {
        for output in instruction.outputs { values[output].producer = instructions.count }
        instructions.append(instruction)
    }

    mutating func removeDead() {
        var uses = useCounts()
        for index in instructions.indices.reversed() where instructions[index].isLive {
            guard instructions[index].outputs.allSatisfy({ uses[$0] == 0 }) else { continue }
            instructions[index].isLive = false
            for input in instructions[index].inputs { uses[input] -= 1 }
        }
        rebuild { $0.keep($1) }
    }

    /// The structure alone, without numbers: equal for graphs that one plan can compute.
    struct Structure: Hashable {
        var operations: [AnyHashable] = []
        var wiring: [Int] = []
        var types: [TensorType] = []
        var outputs: [Int] = []
    }

    var structure: Structure {
        var result = Structure()
        for value in values where value.producer == nil { result.types.append(value.type) }
        for instruction in instructions {
            result.operations.append(AnyHashable(instruction.operation))
            result.wiring += [instruction.inputs.count] + instruction.inputs + instruction.outputs
        }
        result.outputs = outputs
        return result
    }
}
