import CStrata

/// The shape of pooled images.
func pooled(_ x: Shape, _ window: Window) throws -> Shape {
    let output = try window.resolve(x).output
    guard window.size[0] * window.size[1] <= 65536 else {
        throw StrataError(
            "A pooling window must have at most 65536 cells, but got size \(window.size)")
    }
    return [x[0], output[0], output[1], x[3]]
}

/// The step that all kernels of pooling share, without its operands.
func poolStep(
    _ lowering: Lowering, _ name: String, _ kernel: strata_kernel, _ window: Window, _ x: Shape,
    _ y: Shape, forward: Bool
) -> StepDraft {
    // Checked when the operation was recorded.
    let before = try! window.resolve(x).before
    // Few images are cut into bands so that every thread has work.
    let bands = forward && x[0] < 4 ? min(y[1], max(1, y.count / max(1, x[0]) / 16384)) : 1
    var arguments = strata_pool_args()
    arguments.n = Int32(x[0])
    arguments.h = Int32(x[1])
    arguments.w = Int32(x[2])
    arguments.c = Int32(x[3])
    arguments.oh = Int32(y[1])
    arguments.ow = Int32(y[2])
    arguments.r = Int32(window.size[0])
    arguments.s = Int32(window.size[1])
    arguments.stride_h = Int32(window.strides[0])
    arguments.stride_w = Int32(window.strides[1])
    arguments.pad_top = Int32(before[0])
    arguments.pad_left = Int32(before[1])
    arguments.bands = Int32(bands)
    var step = lowering.step(name, kernel, arguments)
    step.units = x[0] * bands
    step.flops = y.count * window.size[0] * window.size[1]
    return step
}
