import CStrata

extension Lowering {
    /// Emits a cluster of elementwise instructions and reductions as one step.
    func emitProgram(_ cluster: Fusion.Cluster, _ graph: Graph) {
        let program = ElementwiseProgram(cluster, graph, uses: uses)
        let space = cluster.space!
        guard space.count > 0 else {
            for reduction in program.reductions { fill(reduction.value, reduction.kind.identity) }
            return
        }
        let view = program.view { self.shape($0) }
        let cut = ProgramCut(space, cluster.geometry, period: view.period)
        var arguments = strata_map_args()
        program.describe(&arguments, view)
        cut.describe(&arguments)
        var step = step(program.name, kernels.map, arguments)
        read(program, view, in: &step)
        write(program, in: &step)
        let partials = reduce(program, cut, in: &step)
        step.units = cut.units
        step.unitsPerPartial = cut.partials?.units
        step.scratch = Int(kernels.map_scratch_size(&arguments))
        step.flops = space.count * (program.instructionCount + program.reductions.count)
        if cut.unitsAreImages {
            // An operand of the space's rank is read at its own image only.
            let local = zip(program.inputs, view.operands).filter { value, operand in
                operand.kind == STRATA_OPERAND_FULL
                    || (shape(value).rank == space.rank && shape(value)[0] == space[0])
            }
            let sums = partials.isEmpty ? program.reductions.map(\.value) : []
            step.unitsAreImages(
                reads: local.map(\.0), writes: program.outputs.map(\.value) + sums)
        }
        emit(step)
        for (reduction, partial) in zip(program.reductions, partials) {
            combine(reduction, partial, cut, name: program.name + ".sum")
        }
    }

    private func read(
        _ program: ElementwiseProgram, _ view: ElementwiseProgram.View, in step: inout StepDraft
    ) {
        for (position, value) in program.inputs.enumerated() {
            step.read(
                element: position, of: \strata_map_args.inputs, \strata_operand.pointer, value)
            if view.operands[position].kind == STRATA_OPERAND_FULL {
                step.elementwiseReads.insert(value)
            }
        }
    }

    private func write(_ program: ElementwiseProgram, in step: inout StepDraft) {
        for (position, output) in program.outputs.enumerated() {
            step.write(
                element: position, of: \strata_map_args.outputs, \strata_map_output.pointer,
                output.value)
        }
    }

    /// Writes a program's reductions, or their partial sums, which are the result then.
    private func reduce(
        _ program: ElementwiseProgram, _ cut: ProgramCut, in step: inout StepDraft
    ) -> [Int] {
        let partials = cut.partials.map { partials in
            program.reductions.map { _ in temporary(partials.count * cut.geometry!.inner * 4) }
        }
        let targets = partials ?? program.reductions.map(\.value)
        for (position, target) in targets.enumerated() {
            step.write(
                element: position, of: \strata_map_args.reductions,
                \strata_map_reduction.pointer, target)
        }
        return partials ?? []
    }

    /// Emits what makes a result of a reduction's partial sums, in their order.
    private func combine(
        _ reduction: ElementwiseProgram.Reduced, _ partial: Int, _ cut: ProgramCut, name: String
    ) {
        let inner = cut.geometry!.inner
        var arguments = strata_combine_args()
        arguments.partials = Int64(cut.partials!.count)
        arguments.inner = Int64(inner)
        arguments.kind = Int32(reduction.kind.rawValue)
        var step = step(name, kernels.combine, arguments)
        step.read(\strata_combine_args.partial, partial)
        step.write(\strata_combine_args.result, reduction.value)
        step.units = (inner + 1023) / 1024
        emit(step)
    }
}

/// How a program's iteration space is cut into units: by its shape alone.
///
/// Where the first dimension is a batch of images, a unit is an image, so that steps can be chained;
/// and partial sums are cut as a convolution's are, into at most eight groups of images.
struct ProgramCut {
    let geometry: ReductionGeometry?
    /// Elements of a unit; the last unit may have fewer.
    let unit: Int
    let units: Int
    /// The sums over parts of the space, and the units of each; nil where a unit's sums are final.
    let partials: (count: Int, units: Int)?
    /// Whether a unit is what the first dimension has one of.
    let unitsAreImages: Bool

    /// About as many elements as a unit has at least.
    private static let grain = 8192

    /// - Parameter period: the largest period of an operand that repeats itself, which units begin at.
    init(_ space: Shape, _ geometry: ReductionGeometry?, period: Int) {
        let total = space.count
        let images = space.rank > 1 ? space[0] : 1
        let image = images >= 8 && total / images >= 512 ? total / images : nil
        /// The multiple of a size that is about a grain.
        func multiple(of size: Int) -> Int { size * max(1, Self.grain / size) }
        var isPartial = false
        var unit: Int
        switch geometry {
        case nil:
            unit = image ?? multiple(of: period <= Self.grain ? period : 1)
        case .some(let geometry) where geometry.outer > 1:
            unit = image ?? multiple(of: geometry.mid * geometry.inner)
        case .some(let geometry):
            isPartial = total > 2 * Self.grain
            unit = isPartial ? image ?? multiple(of: geometry.inner) : total
        }
        unit = min(unit, total)
        let units = (total + unit - 1) / unit
        let perPartial = (units + 7) / 8
        self.geometry = geometry
        self.unit = unit
        self.units = units
        partials = isPartial ? ((units + perPartial - 1) / perPartial, perPartial) : nil
        unitsAreImages = image != nil && units == images
    }

    func describe(_ arguments: inout strata_map_args) {
        arguments.unit_elements = Int64(unit)
        if let geometry {
            arguments.outer = Int64(geometry.outer)
            arguments.mid = Int64(geometry.mid)
            arguments.inner = Int64(geometry.inner)
        }
        if let partials {
            arguments.partials = Int64(partials.count)
            arguments.units_per_partial = Int64(partials.units)
        }
    }
}

/// An iteration space seen as `[outer, mid, inner]`, of which `mid` is reduced.
struct ReductionGeometry: Hashable {
    let outer: Int
    let mid: Int
    let inner: Int

    init(_ space: Shape, axes: Range<Int>) {
        outer = space.dimensions[..<axes.lowerBound].reduce(1, *)
        mid = space.dimensions[axes].reduce(1, *)
        inner = space.dimensions[axes.upperBound...].reduce(1, *)
    }
}
