import CStrata

/// Swift sees C's arrays as tuples; this writes one element of such a tuple.
func set<Tuple, Element>(_ tuple: inout Tuple, _ index: Int, _ element: Element) {
    withUnsafeMutableBytes(of: &tuple) {
        $0.storeBytes(
            of: element, toByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
    }
}

extension strata_map_args {
    var elements: Int {
        withUnsafeBytes(of: dims) { bytes in
            (0..<Int(rank)).reduce(1) {
                $0 * Int(bytes.load(fromByteOffset: 8 * $1, as: Int64.self))
            }
        }
    }

    /// Runs all units, in calls of `callUnits`, on scratch of just the size that was asked for.
    func run(_ table: strata_kernels, callUnits: Int = .max) {
        withUnsafePointer(to: self) { args in
            let size = Int(table.map_scratch_size(args))
            let scratch = UnsafeMutableRawPointer.allocate(byteCount: size + 64, alignment: 64)
            defer { scratch.deallocate() }
            scratch.initializeMemory(as: UInt8.self, repeating: 0xff, count: size + 64)
            let units = (elements + Int(unit_elements) - 1) / Int(unit_elements)
            var unit = 0
            while unit < units {
                let end = callUnits < units - unit ? unit + callUnits : units
                table.map(args, Int64(unit), Int64(end), scratch)
                unit = end
            }
            let guardBytes = UnsafeRawBufferPointer(start: scratch + size, count: 64)
            precondition(guardBytes.allSatisfy { $0 == 0xff }, "wrote past its scratch")
        }
    }
}

func operand(
    _ pointer: UnsafeRawPointer, _ kind: strata_operand_kind, period: Int = 0, strides: [Int] = []
) -> strata_operand {
    var operand = strata_operand()
    operand.pointer = pointer
    operand.kind = Int32(kind.rawValue)
    operand.period = Int64(period)
    for (i, stride) in strides.enumerated() { set(&operand.stride, i, Int64(stride)) }
    return operand
}

func instruction(_ op: strata_op, _ destination: Int, _ sources: [Int]) -> strata_instruction {
    var instruction = strata_instruction()
    instruction.op = UInt8(op.rawValue)
    instruction.destination = UInt8(destination)
    for (i, source) in sources.enumerated() { set(&instruction.source, i, UInt8(source)) }
    return instruction
}

/// One operation on dense operands.
func evaluate(_ op: strata_op, _ operands: [[Float]], _ table: strata_kernels) -> [Float] {
    let memories = operands.map { GuardedArray($0) }
    let result = GuardedArray<Float>(operands[0].count)
    var args = strata_map_args()
    args.rank = 1
    args.dims.0 = Int64(result.count)
    args.unit_elements = args.dims.0
    args.input_count = Int32(operands.count)
    args.instruction_count = 1
    args.register_count = 1
    args.output_count = 1
    for (i, memory) in memories.enumerated() {
        set(&args.inputs, i, operand(memory.pointer, STRATA_OPERAND_FULL))
    }
    args.instructions.0 = instruction(op, 0, Array(0..<operands.count))
    args.outputs.0 = strata_map_output(
        pointer: result.pointer, source: UInt8(STRATA_MAX_INPUTS))
    withExtendedLifetime(memories) { args.run(table) }
    precondition(result.guardsAreIntact)
    return result.values
}
