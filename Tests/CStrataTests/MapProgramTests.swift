import CStrata
import Foundation
import TestSupport
import Testing

/// A random program, its operands and its geometry; and what a naive interpreter makes of it.
private struct RandomProgram {
    var args = strata_map_args()
    var dims: [Int] = []
    var memories: [GuardedArray<Float>] = []
    /// Element i of the iteration space, of each input.
    var inputs: [(Int) -> Double] = []
    var instructions: [(op: strata_op, destination: Int, sources: [Int])] = []
    var outputs: [(memory: GuardedArray<Float>, source: Int)] = []
    var reductions: [(memory: GuardedArray<Float>, source: Int, kind: strata_reduction_kind)] = []

    var count: Int { dims.reduce(1, *) }

    static let unary: [strata_op] = [
        STRATA_OP_copy, STRATA_OP_negate, STRATA_OP_abs, STRATA_OP_relu, STRATA_OP_tanh,
        STRATA_OP_sigmoid,
    ]
    static let binary: [strata_op] = [
        STRATA_OP_add, STRATA_OP_subtract, STRATA_OP_maximum, STRATA_OP_minimum,
    ]

    /// Operations whose results stay near their operands' size and that have no jumps, so that an
    /// error bound can be carried along. (Operations themselves have their own test.)
    static func value(_ op: strata_op, _ a: Double, _ b: Double, _ c: Double) -> Double {
        switch op {
        case STRATA_OP_negate: -a
        case STRATA_OP_abs: abs(a)
        case STRATA_OP_relu: max(a, 0)
        case STRATA_OP_tanh: tanh(a)
        case STRATA_OP_sigmoid: 1 / (1 + exp(-a))
        case STRATA_OP_add: a + b
        case STRATA_OP_subtract: a - b
        case STRATA_OP_maximum: max(a, b)
        case STRATA_OP_minimum: min(a, b)
        case STRATA_OP_select: a != 0 ? b : c
        default: a
        }
    }

    init(_ numbers: inout TestRandom) {
        makeShape(&numbers)
        makeInputs(&numbers)
        makeInstructions(&numbers)
        makeReductions(&numbers)
        makeOutputs(&numbers)
    }

    mutating func makeShape(_ numbers: inout TestRandom) {
        let rank = numbers.int(1..<7)
        let limits = [[6000], [3000, 300], [40, 1500, 40], [9, 9, 9, 9], [5, 5, 5, 5, 5]]
        let limit = rank == 6 ? [4, 4, 4, 4, 4, 4] : limits[rank - 1]
        repeat {
            dims = limit.map {
                numbers.int(0..<3) == 0 ? numbers.int(1..<5) : numbers.int(1..<$0 + 1)
            }
        } while count > 50_000
        args.rank = Int32(rank)
        for (i, dim) in dims.enumerated() { set(&args.dims, i, Int64(dim)) }
        args.unit_elements = Int64(numbers.int(1..<count + 2))
        if count / Int(args.unit_elements) > 200 { args.unit_elements = Int64(count / 100 + 1) }
    }

    mutating func makeInputs(_ numbers: inout TestRandom) {
        func random(_ count: Int) -> GuardedArray<Float> {
            GuardedArray((0..<count).map { _ in numbers.float(-1...1) })
        }
        for i in 0..<numbers.int(1..<9) {
            let memory: GuardedArray<Float>
            switch i == 0 ? 0 : numbers.int(0..<4) {
            case 0:
                memory = random(count)
                set(&args.inputs, i, operand(memory.pointer, STRATA_OPERAND_FULL))
                let values = memory.values
                inputs.append { Double(values[$0]) }
            case 1:
                memory = random(1)
                set(&args.inputs, i, operand(memory.pointer, STRATA_OPERAND_SCALAR))
                let value = Double(memory.values[0])
                inputs.append { _ in value }
            case 2:
                let period = dims.suffix(numbers.int(1..<dims.count + 1)).reduce(1, *)
                memory = random(period)
                let kind = STRATA_OPERAND_PERIODIC
                set(&args.inputs, i, operand(memory.pointer, kind, period: period))
                let values = memory.values
                inputs.append { Double(values[$0 % period]) }
            default:
                var strides: [Int] = []
                var size = 1
                for dim in dims.reversed() {
                    let broadcast = numbers.int(0..<2) == 0
                    strides.insert(broadcast ? 0 : size, at: 0)
                    if !broadcast { size *= dim }
                }
                memory = random(size)
                let kind = STRATA_OPERAND_STRIDED
                set(&args.inputs, i, operand(memory.pointer, kind, strides: strides))
                let (values, dims) = (memory.values, dims)
                inputs.append { element in
                    var (rest, offset) = (element, 0)
                    for d in dims.indices.reversed() {
                        offset += rest % dims[d] * strides[d]
                        rest /= dims[d]
                    }
                    return Double(values[offset])
                }
            }
            memories.append(memory)
        }
        args.input_count = Int32(inputs.count)
    }

    mutating func makeInstructions(_ numbers: inout TestRandom) {
        let registers = numbers.int(1..<9)
        var sources = Array(inputs.indices)
        for i in 0..<numbers.int(1..<41) {
            func source() -> Int { sources[numbers.int(0..<sources.count)] }
            // Values must not grow, so sums alternate with functions that bound them.
            let (op, arity): (strata_op, Int) =
                switch i % 3 {
                case 0: (Self.binary[numbers.int(0..<Self.binary.count)], 2)
                case 1: numbers.int(0..<2) == 0 ? (STRATA_OP_select, 3) : (STRATA_OP_tanh, 1)
                default: (Self.unary[numbers.int(0..<Self.unary.count)], 1)
                }
            let destination = numbers.int(0..<registers)
            var operands = (0..<arity).map { _ in source() }
            // Conditions are exact.
            if op == STRATA_OP_select { operands[0] = numbers.int(0..<inputs.count) }
            instructions.append((op, destination, operands))
            set(&args.instructions, 2 * i, instruction(op, destination, operands))
            // Squashed: the next instruction sees at most 1.
            let register = Int(STRATA_MAX_INPUTS) + destination
            instructions.append((STRATA_OP_tanh, destination, [register]))
            set(&args.instructions, 2 * i + 1, instruction(STRATA_OP_tanh, destination, [register]))
            if !sources.contains(register) { sources.append(register) }
            if instructions.count >= Int(STRATA_MAX_INSTRUCTIONS) { break }
        }
        args.instruction_count = Int32(instructions.count)
        args.register_count = Int32(registers)
    }

    func anySource(_ numbers: inout TestRandom) -> Int {
        if numbers.int(0..<5) == 0 { return numbers.int(0..<inputs.count) }
        return Int(STRATA_MAX_INPUTS)
            + instructions[numbers.int(0..<instructions.count)].destination
    }

    mutating func makeReductions(_ numbers: inout TestRandom) {
        (args.outer, args.mid, args.inner) = (1, 1, 1)
        let number = max(numbers.int(-2..<4), 0)
        guard number > 0 else { return }
        let first = numbers.int(0..<dims.count + 1)
        let second = numbers.int(first..<dims.count + 1)
        let outer = dims[..<first].reduce(1, *)
        let mid = dims[first..<second].reduce(1, *)
        let inner = dims[second...].reduce(1, *)
        (args.outer, args.mid, args.inner) = (Int64(outer), Int64(mid), Int64(inner))
        var results = outer * inner
        if outer == 1 && numbers.int(0..<3) > 0 {
            let rows = numbers.int(max(mid / 50, 1)..<mid + 1)
            args.unit_elements = Int64(rows * inner)
            let units = (mid + rows - 1) / rows
            let each = numbers.int(1..<units + 1)
            args.units_per_partial = Int64(each)
            args.partials = Int64((units + each - 1) / each)
            results = Int(args.partials) * inner
        } else {
            args.unit_elements = Int64(mid * inner * numbers.int(max(outer / 50, 1)..<outer + 1))
        }
        for i in 0..<number {
            let kind = [STRATA_REDUCE_SUM, STRATA_REDUCE_MAX, STRATA_REDUCE_MIN][numbers.int(0..<3)]
            let memory = GuardedArray<Float>(results)
            let source = anySource(&numbers)
            reductions.append((memory, source, kind))
            set(
                &args.reductions, i,
                strata_map_reduction(
                    pointer: memory.pointer, source: UInt8(source), kind: UInt8(kind.rawValue)))
        }
        args.reduction_count = Int32(number)
    }

    /// New memory, or that of a dense input.
    mutating func makeOutputs(_ numbers: inout TestRandom) {
        var places = memories.indices.filter {
            withUnsafeBytes(of: args.inputs) { [i = $0] bytes in
                bytes.bindMemory(to: strata_operand.self)[i].kind
                    == Int32(STRATA_OPERAND_FULL.rawValue)
            }
        }
        for i in 0..<numbers.int(reductions.isEmpty ? 1..<5 : 0..<4) {
            let inPlace = !places.isEmpty && numbers.int(0..<2) == 0
            let memory =
                inPlace
                ? memories[places.remove(at: numbers.int(0..<places.count))]
                : GuardedArray<Float>(count)
            let source = anySource(&numbers)
            outputs.append((memory, source))
            set(
                &args.outputs, i,
                strata_map_output(pointer: memory.pointer, source: UInt8(source)))
        }
        args.output_count = Int32(outputs.count)
    }

    /// What every source holds at the end, for one element.
    func naive(_ element: Int) -> [Double] {
        var values = inputs.map { $0(element) }
        values += [Double](
            repeating: .nan, count: Int(STRATA_MAX_INPUTS + STRATA_MAX_REGISTERS) - values.count)
        for (op, destination, sources) in instructions {
            let x = sources.map { values[$0] } + [0, 0]
            values[Int(STRATA_MAX_INPUTS) + destination] = Self.value(op, x[0], x[1], x[2])
        }
        return values
    }
}

@Suite struct MapProgramTests {
    @Test(arguments: 0..<200) func agreesWithNaiveInterpreter(_ seed: UInt64) {
        for table in kernelTables.map(\.pointee) {
            var numbers = TestRandom(seed)
            let program = RandomProgram(&numbers)
            let args = program.args
            let expected = (0..<program.count).map(program.naive)
            withExtendedLifetime(program.memories) {
                args.run(table, callUnits: numbers.int(1..<5))
            }
            // At most 64 operations on numbers of size 3 at most; sums spread an operand's error,
            // but tanh contracts it.
            let tolerance = 3e-5
            for (memory, source) in program.outputs {
                #expect(memory.guardsAreIntact)
                let values = memory.values
                let wrong = values.indices.first {
                    !(abs(Double(values[$0]) - expected[$0][source]) <= tolerance)
                }
                #expect(wrong == nil, "seed \(seed), \(String(cString: table.name))")
            }
            let (mid, inner) = (Int(args.mid), Int(args.inner))
            for (memory, source, kind) in program.reductions {
                #expect(memory.guardsAreIntact)
                let partials = Int(args.partials)
                var values = memory.values
                if partials > 0 {
                    let result = GuardedArray<Float>(inner)
                    var combine = strata_combine_args(
                        partials: args.partials, inner: args.inner, kind: Int32(kind.rawValue),
                        partial: memory.pointer, result: result.pointer)
                    table.combine(&combine, 0, Int64((inner + 1023) / 1024), nil)
                    #expect(result.guardsAreIntact)
                    values = result.values
                }
                let wrong = values.indices.first { i in
                    let terms = (0..<mid).map {
                        expected[(i / inner * mid + $0) * inner + i % inner][source]
                    }
                    let exact =
                        kind == STRATA_REDUCE_SUM
                        ? terms.reduce(0, +)
                        : kind == STRATA_REDUCE_MAX ? terms.max()! : terms.min()!
                    let size = kind == STRATA_REDUCE_SUM ? Double(mid) : 1
                    return !(abs(Double(values[i]) - exact) <= tolerance * size)
                }
                #expect(wrong == nil, "seed \(seed), \(String(cString: table.name))")
            }
        }
    }
}
