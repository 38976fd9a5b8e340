import CStrata

/// The step of a kernel that works on rows, the last axis of a shape.
func rowStep(
    _ lowering: Lowering, _ name: String, _ kernel: strata_kernel, _ shape: Shape,
    _ configure: (inout strata_rows_args) -> Void = { _ in }
) -> StepDraft {
    let columns = max(1, shape[-1])
    var arguments = strata_rows_args()
    arguments.rows = Int64(shape.count / columns)
    arguments.columns = Int64(columns)
    configure(&arguments)
    var step = lowering.step(name, kernel, arguments)
    step.units = shape.count / columns
    step.flops = shape.count * 10
    return step
}
