import CStrata

/// A cluster as inputs, instructions over registers, outputs and reductions.
struct ElementwiseProgram {
    /// A result that is an operand reduced.
    struct Reduced {
        let value: Int
        let kind: Reduction.Kind
        let source: UInt8
    }

    private(set) var inputs: [Int] = []
    private(set) var outputs: [(value: Int, source: UInt8)] = []
    private(set) var reductions: [Reduced] = []
    let name: String
    private let space: Shape
    private var instructions: [strata_instruction] = []
    /// Where instructions find a value: in an input or a register.
    private var sources: [Int: UInt8] = [:]
    private var registerCount = 0
    /// Registers that nobody reads any more.
    private var free: [UInt8] = []
    /// Inputs that are keys of random numbers.
    private var keys: Set<Int> = []

    var instructionCount: Int { instructions.count }

    init(_ cluster: Fusion.Cluster, _ graph: Graph, uses: [Int]) {
        space = cluster.space!
        let members = cluster.members.map { graph.instructions[$0] }
        name = ElementwiseProgram.name(of: members)
        let reads = Reads(members, uses)
        for (position, member) in members.enumerated() {
            if let reduction = member.operation as? Reduction {
                reductions.append(
                    Reduced(
                        value: member.outputs[0], kind: reduction.kind,
                        source: source(member.inputs[0])))
            } else {
                encode(member, at: position, reads)
            }
        }
        outputs = members.map { $0.outputs[0] }.filter(reads.outside.contains).map {
            ($0, sources[$0]!)
        }
    }

    /// Who reads what a program makes.
    private struct Reads {
        /// The last instruction that reads a value; none for what is read when the block is done.
        private(set) var last: [Int: Int] = [:]
        /// Values that others than the program read, its outputs.
        private(set) var outside: Set<Int> = []

        init(_ members: [Graph.Instruction], _ uses: [Int]) {
            var counts: [Int: Int] = [:]
            for (position, member) in members.enumerated() {
                for input in member.inputs {
                    counts[input, default: 0] += 1
                    last[input] = position
                }
            }
            for member in members {
                let value = member.outputs[0]
                if member.operation is Reduction {
                    last[member.inputs[0]] = nil
                } else if counts[value, default: 0] < uses[value] {
                    outside.insert(value)
                    last[value] = nil
                }
            }
        }
    }

    private static func name(of members: [Graph.Instruction]) -> String {
        let names = members.map { member in
            (member.operation as? Reduction).map { "\($0.kind)" } ?? member.operation.name
        }
        return names.count <= 4
            ? names.joined(separator: "+") : "\(names[0])+…+\(names.last!) (\(names.count))"
    }

    /// Where a value is found: one that is not made here is an input.
    private mutating func source(_ value: Int) -> UInt8 {
        if let known = sources[value] { return known }
        inputs.append(value)
        let source = UInt8(inputs.count - 1)
        sources[value] = source
        return source
    }

    private mutating func encode(
        _ member: Graph.Instruction, at position: Int, _ reads: Reads
    ) {
        var instruction = strata_instruction()
        switch member.operation {
        case let elementwise as Elementwise:
            instruction.op = elementwise.code.rawValue
        case let random as RandomNumbers:
            let code = random.normal ? STRATA_OP_random_normal : STRATA_OP_random_uniform
            instruction.op = UInt8(code.rawValue)
            keys.insert(member.inputs[0])
        default:
            fatalError("\(member.operation.name) is not elementwise.")
        }
        let operands = member.inputs.map { source($0) }
        write(operands, to: &instruction.source)
        let registers = Set(
            zip(member.inputs, operands).filter { input, operand in
                operand >= UInt8(STRATA_MAX_INPUTS) && reads.last[input] == position
            }.map(\.1))
        free += registers.sorted()
        let register = takeRegister()
        sources[member.outputs[0]] = register
        instruction.destination = register - UInt8(STRATA_MAX_INPUTS)
        instructions.append(instruction)
    }

    private mutating func takeRegister() -> UInt8 {
        if let register = free.popLast() { return register }
        registerCount += 1
        return UInt8(Int(STRATA_MAX_INPUTS) + registerCount - 1)
    }

    /// The iteration space with dimensions merged, and each input's place in it.
    struct View {
        let dims: [Int]
        let operands: [(kind: strata_operand_kind, period: Int, strides: [Int])]

        /// The largest period of an operand that repeats itself, 1 if none does.
        var period: Int {
            operands.reduce(1) {
                $1.kind == STRATA_OPERAND_PERIODIC ? max($0, $1.period) : $0
            }
        }
    }

    func view(_ shape: (Int) -> Shape) -> View {
        let (dims, places) = merged(inputs.map { strides(of: $0, shape($0)) })
        let operands = zip(inputs, places).map { input, strides in
            let (kind, period) = self.kind(of: input, shape(input), strides, dims)
            return (kind, period, strides)
        }
        return View(dims: dims, operands: operands)
    }

    /// The strides of an input along each dimension of the space, 0 where it is broadcast.
    private func strides(of input: Int, _ shape: Shape) -> [Int] {
        if keys.contains(input) { return [Int](repeating: 0, count: space.rank) }
        let dense = shape.strides
        let leading = space.rank - shape.rank
        return space.dimensions.indices.map { axis in
            axis < leading || shape[axis - leading] == 1 ? 0 : dense[axis - leading]
        }
    }

    /// The space without dimensions of one, neighbours joined along which all inputs go on evenly.
    private func merged(_ strides: [[Int]]) -> (dims: [Int], strides: [[Int]]) {
        var dims: [Int] = []
        var merged = [[Int]](repeating: [], count: inputs.count)
        for axis in space.dimensions.indices where space[axis] != 1 {
            let size = space[axis]
            if let last = dims.last,
                inputs.indices.allSatisfy({ merged[$0].last! == strides[$0][axis] * size })
            {
                dims[dims.count - 1] = last * size
                for input in inputs.indices {
                    merged[input][merged[input].count - 1] = strides[input][axis]
                }
            } else {
                dims.append(size)
                for input in inputs.indices { merged[input].append(strides[input][axis]) }
            }
        }
        return dims.isEmpty ? ([1], inputs.map { _ in [0] }) : (dims, merged)
    }

    private func kind(
        of input: Int, _ shape: Shape, _ strides: [Int], _ dims: [Int]
    ) -> (kind: strata_operand_kind, period: Int) {
        if keys.contains(input) { return (STRATA_OPERAND_KEY, 0) }
        if shape.count == space.count { return (STRATA_OPERAND_FULL, 0) }
        guard let first = strides.firstIndex(where: { $0 != 0 }) else {
            return (STRATA_OPERAND_SCALAR, 0)
        }
        // Dense over trailing dimensions, repeated over the leading ones?
        let isPeriodic = strides[first...] == Shape(dims).strides[first...]
        return isPeriodic
            ? (STRATA_OPERAND_PERIODIC, dims[first...].reduce(1, *)) : (STRATA_OPERAND_STRIDED, 0)
    }

    func describe(_ arguments: inout strata_map_args, _ view: View) {
        precondition(
            view.dims.count <= Int(STRATA_MAX_RANK), "An expression of more than six dimensions.")
        arguments.rank = Int32(view.dims.count)
        arguments.input_count = Int32(inputs.count)
        arguments.instruction_count = Int32(instructions.count)
        arguments.register_count = Int32(registerCount)
        arguments.output_count = Int32(outputs.count)
        arguments.reduction_count = Int32(reductions.count)
        write(view.dims.map(Int64.init), to: &arguments.dims)
        write(
            view.operands.map { operand in
                var result = strata_operand()
                result.kind = Int32(operand.kind.rawValue)
                result.period = Int64(operand.period)
                write(operand.strides.map(Int64.init), to: &result.stride)
                return result
            }, to: &arguments.inputs)
        write(instructions, to: &arguments.instructions)
        write(
            outputs.map { strata_map_output(pointer: nil, source: $0.source) },
            to: &arguments.outputs)
        write(
            reductions.map {
                strata_map_reduction(pointer: nil, source: $0.source, kind: $0.kind.rawValue)
            }, to: &arguments.reductions)
    }
}
