import CStrata

/// How a graph is compiled; the defaults are for use, the rest for tests.
package struct CompilationOptions: Sendable {
    /// Joins elementwise steps, and bias and activation with products.
    package var fuses = true
    /// Takes images through several steps while they are in the cache.
    package var chains = true
    package var convolution = STRATA_CONV_AUTO
    /// Fills memory with NaN once nothing should read it any more.
    package var poisonsFreedMemory = false
    /// A number for `strata_kernels_at`; the active instruction set if nil.
    package var instructionSet: Int32?

    package init() {}
}

/// Turns a rewritten graph into kernel calls over numbered values.
package final class Lowering {
    package let kernels: strata_kernels
    package let options: CompilationOptions
    private(set) var drafts: [StepDraft] = []
    /// The graph's values, then temporaries.
    private(set) var types: [TensorType]
    /// A reshape's value is its input under another shape.
    private var aliases: [Int: Int] = [:]
    let uses: [Int]
    private let constants: [Bool]

    init(_ graph: Graph, _ options: CompilationOptions) {
        kernels =
            options.instructionSet.map { strata_kernels_at($0).pointee }
            ?? strata_kernels_active().pointee
        self.options = options
        types = graph.values.map(\.type)
        uses = graph.useCounts()
        constants = graph.staticValues()
        for cluster in Fusion(graph, enabled: options.fuses).clusters {
            if cluster.space != nil {
                emitProgram(cluster, graph)
                continue
            }
            let instruction = graph.instructions[cluster.members[0]]
            if instruction.operation is Reshaping {
                aliases[instruction.outputs[0]] = instruction.inputs[0]
            } else {
                instruction.operation.lower(
                    self, inputs: instruction.inputs, outputs: instruction.outputs)
            }
        }
        if options.chains { drafts = Chaining(drafts, types, root: root).steps }
    }

    package func type(_ value: Int) -> TensorType { types[value] }
    package func shape(_ value: Int) -> Shape { types[value].shape }
    /// Whether the value is computed once for many runs.
    func isConstant(_ value: Int) -> Bool { constants[value] }
    func isUsed(_ value: Int) -> Bool { uses[value] > 0 }

    /// The value whose memory this one is.
    func root(_ value: Int) -> Int {
        var value = value
        while let other = aliases[value] { value = other }
        return value
    }

    func temporary(_ byteCount: Int) -> Int {
        types.append(TensorType([byteCount], .uint8))
        return types.count - 1
    }

    func step<Arguments>(
        _ name: String, _ kernel: strata_kernel?, _ arguments: Arguments
    ) -> StepDraft {
        guard let kernel else { fatalError("The kernel \(name) is missing.") }
        return StepDraft(name, kernel, arguments)
    }

    func emit(_ step: StepDraft) {
        if step.units > 0 { drafts.append(step) }
    }

    /// Whether there is nothing to multiply: then the result, a sum of products, is zero.
    func isEmpty(_ factors: [Int], _ result: Int) -> Bool {
        guard factors.contains(where: { shape($0).count == 0 }) else { return false }
        fill(result, 0)
        return true
    }

    func copy(
        _ source: Int, _ sourceOffset: Int, _ sourceStrides: [Int], _ destination: Int,
        _ destinationOffset: Int, _ destinationStrides: [Int], _ sizes: [Int], name: String
    ) {
        if sizes.contains(0) { return }
        // Dimensions that are dense on both sides are merged; the kernel is given few and long ones.
        var axes: [(size: Int, from: Int, to: Int)] = []
        for axis in sizes.indices where sizes[axis] != 1 {
            let next = (size: sizes[axis], from: sourceStrides[axis], to: destinationStrides[axis])
            if let last = axes.last, last.from == next.from * next.size,
                last.to == next.to * next.size
            {
                axes[axes.count - 1] = (last.size * next.size, next.from, next.to)
            } else {
                axes.append(next)
            }
        }
        // The first dimension is what tasks are cut from.
        if axes.count <= 1 {
            let only = axes.first ?? (1, 1, 1)
            let rows = only.size % 1024 == 0 ? only.size / 1024 : 1
            axes = [
                (rows, only.from * (only.size / rows), only.to * (only.size / rows)),
                (only.size / rows, only.from, only.to),
            ]
        }
        precondition(axes.count <= Int(STRATA_MAX_RANK), "A copy of more than six dimensions.")
        var arguments = strata_copy_args()
        arguments.rank = Int32(axes.count)
        arguments.source_offset = Int64(sourceOffset)
        arguments.destination_offset = Int64(destinationOffset)
        write(axes.map { Int64($0.size) }, to: &arguments.dims)
        write(axes.map { Int64($0.from) }, to: &arguments.source_stride)
        write(axes.map { Int64($0.to) }, to: &arguments.destination_stride)
        var step = step(name, kernels.copy, arguments)
        step.read(\strata_copy_args.source, source)
        step.write(\strata_copy_args.destination, destination)
        step.units = axes[0].size
        emit(step)
    }

    func fill(_ destination: Int, _ value: Float) {
        var arguments = strata_fill_args()
        arguments.count = Int64(shape(destination).count)
        arguments.value = value
        var step = step("fill", kernels.fill, arguments)
        step.write(\strata_fill_args.destination, destination)
        step.units = (shape(destination).count + 4095) / 4096
        emit(step)
    }
}

/// Writes numbers into a C array, which Swift sees as a tuple.
func write<Tuple, Element>(_ elements: [Element], to tuple: inout Tuple) {
    withUnsafeMutableBytes(of: &tuple) { bytes in
        elements.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
}
