import CStrata

/// What the three passes of a convolution share when they are lowered.
struct ConvolutionCall {
    let lowering: Lowering
    let name: String
    var arguments = strata_conv_args()

    /// - Parameter kernel: the kernel's value, if the pass reads it.
    init(
        _ lowering: Lowering, _ window: Window, _ groups: Int, x: Shape, w: Shape,
        pass: strata_conv_pass, name: String, kernel: Int? = nil
    ) {
        self.lowering = lowering
        self.name = name
        // Checked when the operation was recorded.
        let (output, before, dilation) = try! window.tightened(for: x)
        arguments.shape = strata_conv_shape(
            n: Int32(x[0]), h: Int32(x[1]), w: Int32(x[2]), c: Int32(x[3]),
            oh: Int32(output[0]), ow: Int32(output[1]), k: Int32(w[3]),
            r: Int32(w[0]), s: Int32(w[1]),
            stride_h: Int32(window.strides[0]), stride_w: Int32(window.strides[1]),
            dilation_h: Int32(dilation[0]), dilation_w: Int32(dilation[1]),
            pad_top: Int32(before[0]), pad_left: Int32(before[1]), groups: Int32(groups))
        let threads = Int32(Runtime.threadCount)
        let isConstant = kernel.map(lowering.isConstant) ?? false
        for algorithm in [lowering.options.convolution, STRATA_CONV_AUTO] {
            let applies = lowering.kernels.conv_prepare(
                &arguments.shape, pass, algorithm, isConstant, threads, &arguments.plan)
            if applies { break }
        }
    }

    /// Emits what the algorithm does before the convolution itself: it packs the kernel, or the source.
    /// - Parameters:
    ///   - kernel: the kernel's value.
    ///   - source: the value that the pass convolves.
    ///   - field: where the arguments have the source.
    func pack(
        _ kernel: Int, source: Int, _ field: PartialKeyPath<strata_conv_args>
    ) -> Int? {
        let plan = arguments.plan
        guard plan.packed_size > 0 else { return nil }
        let packed = lowering.temporary(Int(plan.packed_size) * 4)
        var step = lowering.step(name + ".pack", lowering.kernels.conv_pack, arguments)
        if plan.packs_source {
            step.read(field, source)
        } else {
            step.read(\strata_conv_args.w, kernel)
        }
        step.write(\strata_conv_args.packed, packed)
        step.units = Int(plan.pack_units)
        step.scratch = Int(plan.scratch_size)
        lowering.emit(step)
        return packed
    }

    /// - Parameter images: what is read and written image by image, if units can be images.
    func finish(
        _ step: inout StepDraft, images: (reads: [Int], writes: [Int])?, note: String = ""
    ) {
        let (plan, shape) = (arguments.plan, arguments.shape)
        step.units = Int(plan.units)
        step.scratch = Int(plan.scratch_size)
        if let images, plan.bands == 1 {
            step.unitsAreImages(reads: images.reads, writes: images.writes)
            step.sharedBytes = 4 * Int(plan.packed_size)
        }
        let pixels = Int(shape.n) * Int(shape.oh) * Int(shape.ow)
        step.flops =
            2 * pixels * Int(shape.k) * Int(shape.r) * Int(shape.s) * Int(shape.c / shape.groups)
        let algorithm =
            switch strata_conv_algorithm(rawValue: UInt32(plan.algorithm)) {
            case STRATA_CONV_WINOGRAD: "winograd"
            case STRATA_CONV_WINOGRAD_STAGED: "winograd in stages"
            case STRATA_CONV_PRODUCT: "product"
            case STRATA_CONV_DEPTHWISE: "depthwise"
            default: "direct"
            }
        step.note = algorithm + note
        lowering.emit(step)
    }
}
