import CStrata

extension Lowering {
    /// Emits a cluster of elementwise instructions and reductions as one step.
    func emitProgram(_ cluster: Fusion.Cluster, _ graph: Graph) {
        let program = ElementwiseProgram(cluster, graph, uses: uses)
        var arguments = strata_map_args()
        let view = program.view { self.shape($0) }
        program.describe(&arguments, view)

        let total = cluster.space!.count
        if total == 0 {
            for reduction in program.reductions { fill(reduction.value, reduction.kind.identity) }
            return
        }
        let period = view.operands.reduce(1) {
            $1.kind == STRATA_OPERAND_PERIODIC ? max($0, $1.period) : $0
        }
        // Where the first dimension is a batch of images, a unit is an image, so that steps can be
        // chained; and partial sums are cut as a convolution's are, into at most eight groups of images.
        let images = cluster.space!.rank > 1 ? cluster.space![0] : 1
        let isByImages = images >= 8 && total / images >= 512
        var unit: Int
        if let geometry = cluster.geometry {
            arguments.outer = Int64(geometry[0])
            arguments.mid = Int64(geometry[1])
            arguments.inner = Int64(geometry[2])
            let slice = geometry[1] * geometry[2]
            if geometry[0] > 1 {
                unit = isByImages ? total / images : slice * max(1, 8192 / slice)
            } else if total <= 16384 {
                unit = total
            } else {
                let row = geometry[2]
                unit = isByImages ? total / images : row * max(1, 8192 / row)
                let units = (total + unit - 1) / unit
                let perPartial = (units + 7) / 8
                arguments.units_per_partial = Int64(perPartial)
                arguments.partials = Int64((units + perPartial - 1) / perPartial)
            }
        } else {
            let grain = period <= 8192 ? period : 1
            unit = isByImages ? total / images : grain * max(1, 8192 / grain)
        }
        unit = min(unit, total)
        arguments.unit_elements = Int64(unit)

        var step = step(program.name, kernels.map, arguments)
        let inputs = MemoryLayout<strata_map_args>.offset(of: \.inputs)!
        for (position, value) in program.inputs.enumerated() {
            let offset = inputs + position * MemoryLayout<strata_operand>.stride
            step.read(offset: offset + MemoryLayout<strata_operand>.offset(of: \.pointer)!, value)
            if view.operands[position].kind == STRATA_OPERAND_FULL {
                step.elementwiseReads.insert(value)
            }
        }
        let outputs = MemoryLayout<strata_map_args>.offset(of: \.outputs)!
        for (position, output) in program.outputs.enumerated() {
            let offset = outputs + position * MemoryLayout<strata_map_output>.stride
            step.write(
                offset: offset + MemoryLayout<strata_map_output>.offset(of: \.pointer)!,
                output.value)
        }
        let reductions = MemoryLayout<strata_map_args>.offset(of: \.reductions)!
        var partials: [(value: Int, kind: Reduction.Kind, partial: Int)] = []
        for (position, reduction) in program.reductions.enumerated() {
            let offset = reductions + position * MemoryLayout<strata_map_reduction>.stride
            var target = reduction.value
            if arguments.partials > 0 {
                target = temporary(Int(arguments.partials * arguments.inner) * 4)
                partials.append((reduction.value, reduction.kind, target))
            }
            step.write(
                offset: offset + MemoryLayout<strata_map_reduction>.offset(of: \.pointer)!, target)
        }
        step.units = (total + unit - 1) / unit
        step.unitsPerPartial =
            arguments.partials > 0 ? Int(arguments.units_per_partial) : nil
        step.scratch = Int(kernels.map_scratch_size(&arguments))
        if isByImages, step.units == images {
            // An operand of the space's rank is read at its own image only.
            let local = program.inputs.enumerated().filter { position, value in
                view.operands[position].kind == STRATA_OPERAND_FULL
                    || (shape(value).rank == cluster.space!.rank && shape(value)[0] == images)
            }.map(\.element)
            let results = program.outputs.map(\.value)
            let sums = arguments.partials > 0 ? [] : program.reductions.map(\.value)
            step.unitsAreImages(reads: local, writes: results + sums)
        }
        step.flops = total * (program.instructionCount + program.reductions.count)
        emit(step)

        for (value, kind, partial) in partials {
            var combine = strata_combine_args()
            combine.partials = arguments.partials
            combine.inner = arguments.inner
            combine.kind = Int32(kind.rawValue)
            var last = self.step(program.name + ".sum", kernels.combine, combine)
            last.read(\strata_combine_args.partial, partial)
            last.write(\strata_combine_args.result, value)
            last.units = (Int(arguments.inner) + 1023) / 1024
            emit(last)
        }
    }
}

/// A cluster as inputs, instructions over registers, outputs and reductions.
struct ElementwiseProgram {
    private(set) var inputs: [Int] = []
    private(set) var outputs: [(value: Int, source: UInt8)] = []
    private(set) var reductions: [(value: Int, kind: Reduction.Kind, source: UInt8)] = []
    private var instructions: [strata_instruction] = []
    private var registerCount = 0
    private let space: Shape
    private var keys: Set<Int> = []

    var instructionCount: Int { instructions.count }
    private(set) var name = ""

    init(_ cluster: Fusion.Cluster, _ graph: Graph, uses: [Int]) {
        space = cluster.space!
        let members = cluster.members.map { graph.instructions[$0] }
        let inside = Set(members.filter { !($0.operation is Reduction) }.flatMap(\.outputs))
        // Registers of outputs and reductions are read when the block is done.
        var lastUse: [Int: Int] = [:]
        var readsInside: [Int: Int] = [:]
        for (position, member) in members.enumerated() {
            for input in member.inputs {
                lastUse[input] =
                    member.operation is Reduction ? Int.max : max(lastUse[input] ?? 0, position)
                readsInside[input, default: 0] += 1
            }
        }
        for value in inside where (readsInside[value] ?? 0) < uses[value] {
            lastUse[value] = Int.max
        }

        var sources: [Int: UInt8] = [:]
        var free: [UInt8] = []
        var names: [String] = []
        func source(_ value: Int) -> UInt8 {
            if let known = sources[value] { return known }
            inputs.append(value)
            sources[value] = UInt8(inputs.count - 1)
            return sources[value]!
        }
        for (position, member) in members.enumerated() {
            if let reduction = member.operation as? Reduction {
                reductions.append((member.outputs[0], reduction.kind, source(member.inputs[0])))
                names.append("\(reduction.kind)")
                continue
            }
            var instruction = strata_instruction()
            if let elementwise = member.operation as? Elementwise {
                instruction.op = elementwise.code.rawValue
                names.append(elementwise.name)
            } else {
                let random = member.operation as! RandomNumbers
                let code = random.normal ? STRATA_OP_random_normal : STRATA_OP_random_uniform
                instruction.op = UInt8(code.rawValue)
                names.append(random.name)
                keys.insert(member.inputs[0])
            }
            write(member.inputs.map(source), to: &instruction.source)
            for input in Set(member.inputs)
            where inside.contains(input) && lastUse[input] == position {
                free.append(sources[input]!)
            }
            let register: UInt8
            if let reused = free.popLast() {
                register = reused
            } else {
                register = UInt8(Int(STRATA_MAX_INPUTS) + registerCount)
                registerCount += 1
            }
            instruction.destination = register - UInt8(STRATA_MAX_INPUTS)
            sources[member.outputs[0]] = register
            instructions.append(instruction)
        }
        for member in members where !(member.operation is Reduction) {
            let value = member.outputs[0]
            if (readsInside[value] ?? 0) < uses[value] { outputs.append((value, sources[value]!)) }
        }
        name =
            names.count <= 4
            ? names.joined(separator: "+") : "\(names[0])+…+\(names.last!) (\(names.count))"
    }

    /// The iteration space with dimensions merged, and each input's place in it.
    struct View {
        var dims: [Int] = []
        var operands: [(kind: strata_operand_kind, period: Int, strides: [Int])] = []
    }

    func view(_ shape: (Int) -> Shape) -> View {
        // Strides of each input along each dimension of the space, 0 where it is broadcast.
        let strides = inputs.map { input -> [Int] in
            if keys.contains(input) { return [Int](repeating: 0, count: space.rank) }
            let own = shape(input)
            let dense = own.strides
            let leading = space.rank - own.rank
            return space.dimensions.indices.map { axis in
                axis < leading || (own[axis - leading] == 1) ? 0 : dense[axis - leading]
            }
        }
        var view = View()
        var merged = [[Int]](repeating: [], count: inputs.count)
        for axis in space.dimensions.indices where space[axis] != 1 {
            let size = space[axis]
            if let last = view.dims.last,
                inputs.indices.allSatisfy({ merged[$0].last! == strides[$0][axis] * size })
            {
                view.dims[view.dims.count - 1] = last * size
                for input in inputs.indices {
                    merged[input][merged[input].count - 1] = strides[input][axis]
                }
            } else {
                view.dims.append(size)
                for input in inputs.indices { merged[input].append(strides[input][axis]) }
            }
        }
        if view.dims.isEmpty {
            view.dims = [1]
            merged = inputs.map { _ in [0] }
        }
        let dense = Shape(view.dims).strides
        for (position, input) in inputs.enumerated() {
            let own = merged[position]
            var kind = STRATA_OPERAND_STRIDED
            var period = 0
            if keys.contains(input) {
                kind = STRATA_OPERAND_KEY
            } else if shape(input).count == space.count {
                kind = STRATA_OPERAND_FULL
            } else if own.allSatisfy({ $0 == 0 }) {
                kind = STRATA_OPERAND_SCALAR
            } else {
                // Dense over trailing dimensions, repeated over the leading ones?
                let first = own.firstIndex { $0 != 0 }!
                if Array(own[first...]) == Array(dense[first...]) {
                    kind = STRATA_OPERAND_PERIODIC
                    period = view.dims[first...].reduce(1, *)
                }
            }
            view.operands.append((kind, period, own))
        }
        return view
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
