import CStrata

/// What a program needs of the kernel's limited means, kept up as instructions join it in order.
struct ProgramNeeds {
    /// Fewer than the kernel takes: compiling a longer program costs more than it gains.
    static let mostInstructions = 48

    private var instructions = 0
    private var reductions = 0
    /// Values made elsewhere.
    private var inputs = Set<Int>()
    /// Values made here that are still to be read, and how often. What is left at the end are the
    /// program's outputs.
    private var unread: [Int: Int] = [:]
    /// Operands of reductions, which are read when the block is done.
    private var reduced = Set<Int>()
    /// Sums are complete when the program is: nothing in it may read them.
    private var sums = Set<Int>()
    private var readsSum = false
    /// Registers in use, now and at most.
    private var alive = 0
    private var registers = 0

    mutating func add(_ instruction: Graph.Instruction, _ uses: [Int]) {
        let value = instruction.outputs[0]
        let isReduction = instruction.operation is Reduction
        instructions += 1
        if !isReduction {
            alive += 1
            registers = max(registers, alive)
        }
        for input in instruction.inputs {
            if sums.contains(input) { readsSum = true }
            guard let reads = unread[input] else {
                inputs.insert(input)
                continue
            }
            if isReduction { reduced.insert(input) }
            unread[input] = reads > 1 ? reads - 1 : nil
            if reads == 1, !reduced.contains(input) { alive -= 1 }
        }
        if isReduction {
            reductions += 1
            sums.insert(value)
        } else if uses[value] > 0 {
            unread[value] = uses[value]
        }
    }

    var fit: Bool {
        !readsSum && instructions <= ProgramNeeds.mostInstructions
            && inputs.count <= Int(STRATA_MAX_INPUTS) && unread.count <= Int(STRATA_MAX_OUTPUTS)
            && reductions <= Int(STRATA_MAX_REDUCTIONS) && registers <= Int(STRATA_MAX_REGISTERS)
    }
}
