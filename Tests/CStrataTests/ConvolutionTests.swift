import CStrata
import TestSupport
import Testing

/// Operands are small whole numbers, so that sums are exact in `Float` and results of direct
/// convolution must equal the naive ones bit for bit.
struct ConvolutionTests {
    @Test(arguments: kernelTables.indices)
    func everyPassEqualsTheNaiveLoop(table: Int) {
        for shape in convolutionShapes {
            let trial = ConvolutionTrial(shape: shape, kernels: kernelTables[table].pointee)
            for algorithm in [STRATA_CONV_AUTO, STRATA_CONV_DIRECT, STRATA_CONV_PRODUCT]
            where algorithm != STRATA_CONV_PRODUCT || shape.groups == 1 {
                trial.checkForward(algorithm)
                trial.checkInputGradient(algorithm)
                trial.checkKernelGradient(algorithm)
            }
        }
    }

    @Test(arguments: kernelTables.indices)
    func activationsPassNaNOn(table: Int) {
        let shape = convolutionShape(n: 1, h: 2, w: 2, c: 1, k: 3, r: 1, s: 1)
        let trial = ConvolutionTrial(shape: shape, kernels: kernelTables[table].pointee)
        trial.x.pointer[0] = .nan
        for activation in [STRATA_ACTIVATION_RELU, STRATA_ACTIVATION_RELU6] {
            let y = trial.forward(STRATA_CONV_DIRECT, activation: activation, bias: nil)
            #expect(y?.prefix(3).allSatisfy(\.isNaN) == true)
            #expect(y?.dropFirst(3).contains(where: \.isNaN) == false)
        }
    }
}

private func convolutionShape(
    n: Int32, h: Int32, w: Int32, c: Int32, k: Int32, r: Int32, s: Int32,
    stride: (Int32, Int32) = (1, 1), dilation: (Int32, Int32) = (1, 1),
    padding: (top: Int32, bottom: Int32, left: Int32, right: Int32) = (0, 0, 0, 0),
    groups: Int32 = 1
) -> strata_conv_shape {
    func size(_ input: Int32, _ kernel: Int32, _ stride: Int32, _ dilation: Int32) -> Int32 {
        (input - (kernel - 1) * dilation - 1) / stride + 1
    }
    return strata_conv_shape(
        n: n, h: h, w: w, c: c,
        oh: size(h + padding.top + padding.bottom, r, stride.0, dilation.0),
        ow: size(w + padding.left + padding.right, s, stride.1, dilation.1),
        k: k, r: r, s: s, stride_h: stride.0, stride_w: stride.1,
        dilation_h: dilation.0, dilation_w: dilation.1,
        pad_top: padding.top, pad_left: padding.left, groups: groups)
}

private let convolutionShapes: [strata_conv_shape] = [
    // Sizes of no merit: 1x1 images, one channel, 17 filters, batch 1, kernels larger than images.
    convolutionShape(n: 1, h: 1, w: 1, c: 1, k: 1, r: 1, s: 1),
    convolutionShape(n: 3, h: 1, w: 1, c: 5, k: 17, r: 3, s: 3, padding: (1, 1, 1, 1)),
    convolutionShape(n: 2, h: 3, w: 2, c: 3, k: 7, r: 5, s: 4, padding: (2, 2, 2, 1)),
    convolutionShape(n: 1, h: 9, w: 7, c: 1, k: 17, r: 3, s: 2, padding: (1, 0, 0, 1)),
    convolutionShape(n: 9, h: 6, w: 5, c: 2, k: 33, r: 2, s: 3),
    convolutionShape(n: 2, h: 5, w: 6, c: 19, k: 49, r: 3, s: 3, padding: (1, 1, 1, 1)),
    convolutionShape(n: 1, h: 12, w: 40, c: 4, k: 20, r: 1, s: 5, padding: (0, 0, 3, 0)),
    convolutionShape(n: 4, h: 13, w: 3, c: 16, k: 64, r: 3, s: 1, padding: (5, 0, 0, 0)),
    // Strides, also larger than the kernel, and dilations that share a divisor with them or not.
    convolutionShape(
        n: 2, h: 9, w: 8, c: 3, k: 18, r: 3, s: 3, stride: (2, 2), padding: (0, 1, 0, 1)),
    convolutionShape(n: 5, h: 11, w: 10, c: 17, k: 5, r: 2, s: 1, stride: (3, 4)),
    convolutionShape(
        n: 1, h: 17, w: 15, c: 3, k: 16, r: 7, s: 7, stride: (2, 2), padding: (3, 3, 3, 3)),
    convolutionShape(
        n: 2, h: 12, w: 11, c: 18, k: 9, r: 3, s: 3, dilation: (2, 3), padding: (2, 2, 3, 3)),
    convolutionShape(
        n: 2, h: 14, w: 15, c: 2, k: 6, r: 3, s: 4, stride: (2, 4), dilation: (2, 6),
        padding: (1, 3, 7, 2)),
    convolutionShape(
        n: 1, h: 10, w: 21, c: 20, k: 3, r: 2, s: 3, stride: (3, 6), dilation: (2, 4),
        padding: (0, 1, 2, 5)),
    // Groups, down to a channel each.
    convolutionShape(
        n: 2, h: 6, w: 7, c: 6, k: 40, r: 3, s: 3, padding: (1, 1, 1, 1), groups: 2),
    convolutionShape(
        n: 3, h: 7, w: 6, c: 37, k: 37, r: 3, s: 3, padding: (1, 1, 1, 1), groups: 37),
    convolutionShape(
        n: 1, h: 9, w: 9, c: 20, k: 20, r: 3, s: 5, stride: (2, 3), dilation: (1, 2),
        padding: (0, 1, 4, 1), groups: 20),
    convolutionShape(n: 2, h: 5, w: 5, c: 3, k: 6, r: 2, s: 2, groups: 3),
    convolutionShape(n: 1, h: 5, w: 4, c: 36, k: 54, r: 1, s: 1, stride: (2, 1), groups: 2),
    convolutionShape(
        n: 2, h: 14, w: 23, c: 19, k: 19, r: 3, s: 3, padding: (1, 1, 1, 1), groups: 19),
    convolutionShape(
        n: 9, h: 11, w: 12, c: 32, k: 32, r: 3, s: 3, stride: (2, 2), padding: (0, 1, 0, 1),
        groups: 32),
    convolutionShape(
        n: 2, h: 14, w: 15, c: 5, k: 5, r: 3, s: 4, stride: (2, 4), dilation: (2, 6),
        padding: (1, 3, 7, 2), groups: 5),
    convolutionShape(
        n: 1, h: 2, w: 3, c: 18, k: 18, r: 5, s: 7, padding: (2, 2, 3, 3), groups: 18),
    convolutionShape(n: 3, h: 5, w: 5, c: 3, k: 3, r: 1, s: 1, stride: (2, 3), groups: 3),
    // 1x1 as a matrix product, strided, and with pixels 2 KiB apart.
    convolutionShape(n: 2, h: 5, w: 3, c: 40, k: 23, r: 1, s: 1),
    convolutionShape(n: 5, h: 7, w: 7, c: 24, k: 34, r: 1, s: 1, stride: (2, 2)),
    convolutionShape(n: 1, h: 3, w: 3, c: 512, k: 18, r: 1, s: 1),
    convolutionShape(n: 1, h: 3, w: 4, c: 18, k: 512, r: 3, s: 3, padding: (1, 1, 1, 1)),
    // Kernel gradients in blocks of the result rather than in partial sums.
    convolutionShape(n: 2, h: 3, w: 3, c: 70, k: 100, r: 3, s: 3, padding: (1, 1, 1, 1)),
    convolutionShape(n: 9, h: 4, w: 4, c: 130, k: 34, r: 3, s: 3, padding: (1, 1, 1, 1)),
    convolutionShape(n: 2, h: 2, w: 2, c: 200, k: 90, r: 1, s: 1),
    convolutionShape(n: 2, h: 1, w: 2, c: 80, k: 24, r: 3, s: 3, padding: (1, 1, 1, 1), groups: 2),
    // Large enough for several bands of rows, by units and by cache.
    convolutionShape(n: 1, h: 40, w: 30, c: 16, k: 20, r: 3, s: 3, padding: (1, 1, 1, 1)),
    convolutionShape(
        n: 2, h: 41, w: 30, c: 24, k: 20, r: 3, s: 3, stride: (2, 2), padding: (1, 1, 1, 1)),
    convolutionShape(n: 1, h: 150, w: 260, c: 3, k: 2, r: 3, s: 3, padding: (1, 1, 1, 1)),
    convolutionShape(n: 4, h: 60, w: 90, c: 16, k: 2, r: 2, s: 2, stride: (2, 2)),
]

/// One shape with its operands, and the naive loops to compare with.
private final class ConvolutionTrial {
    let shape: strata_conv_shape
    let kernels: strata_kernels
    private var noise: TestRandom
    let x: GuardedArray<Float>, w: GuardedArray<Float>, bias: GuardedArray<Float>,
        dy: GuardedArray<Float>

    init(shape: strata_conv_shape, kernels: strata_kernels) {
        self.shape = shape
        self.kernels = kernels
        var noise = TestRandom(1)
        func whole(_ count: Int32) -> GuardedArray<Float> {
            let floats = GuardedArray<Float>(Int(count))
            for i in 0..<floats.count { floats.pointer[i] = Float(Int(noise.next() % 7) - 3) }
            return floats
        }
        x = whole(shape.n * shape.h * shape.w * shape.c)
        w = whole(shape.r * shape.s * shape.c / shape.groups * shape.k)
        bias = whole(shape.k)
        dy = whole(shape.n * shape.oh * shape.ow * shape.k)
        self.noise = noise
    }

    // MARK: The naive loop

    /// Calls `body` with the places in x, w and y of every product of the convolution.
    func forEachProduct(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
        let s = shape
        let inputs = Int(s.c / s.groups)
        let outputs = Int(s.k / s.groups)
        let k = Int(s.k)
        for image in 0..<s.n {
            for p in 0..<s.oh {
                for q in 0..<s.ow {
                    for i in 0..<s.r {
                        for j in 0..<s.s {
                            let row = p * s.stride_h + i * s.dilation_h - s.pad_top
                            let column = q * s.stride_w + j * s.dilation_w - s.pad_left
                            guard row >= 0, row < s.h, column >= 0, column < s.w else { continue }
                            let pixel = Int((image * s.h + row) * s.w + column) * Int(s.c)
                            let result = Int((image * s.oh + p) * s.ow + q) * k
                            let cell = Int(i * s.s + j) * inputs
                            for group in 0..<Int(s.groups) {
                                for c in 0..<inputs {
                                    for f in group * outputs..<(group + 1) * outputs {
                                        body(
                                            pixel + group * inputs + c, (cell + c) * k + f,
                                            result + f)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private lazy var naive: (y: [Double], dx: [Double], dw: [Double]) = {
        var y = [Double](repeating: 0, count: dy.count)
        var dx = [Double](repeating: 0, count: x.count)
        var dw = [Double](repeating: 0, count: w.count)
        y.withUnsafeMutableBufferPointer { y in
            dx.withUnsafeMutableBufferPointer { dx in
                dw.withUnsafeMutableBufferPointer { dw in
                    forEachProduct { i, j, k in
                        y[k] += Double(x.pointer[i]) * Double(w.pointer[j])
                        dx[i] += Double(dy.pointer[k]) * Double(w.pointer[j])
                        dw[j] += Double(x.pointer[i]) * Double(dy.pointer[k])
                    }
                }
            }
        }
        return (y, dx, dw)
    }()

    // MARK: Passes

    func checkForward(_ algorithm: strata_conv_algorithm) {
        let activations: [(strata_activation, (Double) -> Double)] = [
            (STRATA_ACTIVATION_NONE, { $0 }), (STRATA_ACTIVATION_RELU, { max($0, 0) }),
            (STRATA_ACTIVATION_RELU6, { min(max($0, 0), 6) }),
        ]
        for (activation, function) in activations {
            for bias in [nil, bias] {
                guard let y = forward(algorithm, activation: activation, bias: bias) else {
                    continue
                }
                let expected = naive.y.indices.map {
                    Float(function(naive.y[$0] + Double(bias?.pointer[$0 % Int(shape.k)] ?? 0)))
                }
                #expect(
                    y == expected,
                    "forward \(activation) of \(shape), \(String(cString: kernels.name))")
            }
        }
    }

    func checkInputGradient(_ algorithm: strata_conv_algorithm) {
        let result = run(STRATA_CONV_INPUT_GRADIENT, algorithm, count: x.count) { args, result in
            args.y = self.dy.pointer
            args.dx = result
            return self.kernels.conv_input_gradient
        }
        guard let result else { return }
        #expect(
            result == naive.dx.map { Float($0) },
            "input gradient of \(shape), \(String(cString: kernels.name))")
    }

    func checkKernelGradient(_ algorithm: strata_conv_algorithm) {
        let result = run(STRATA_CONV_KERNEL_GRADIENT, algorithm, count: w.count) { args, result in
            args.y = self.dy.pointer
            args.dw = result
            return self.kernels.conv_kernel_gradient
        }
        guard let result else { return }
        #expect(
            result == naive.dw.map { Float($0) },
            "kernel gradient of \(shape), \(String(cString: kernels.name))")
    }

    func forward(
        _ algorithm: strata_conv_algorithm, activation: strata_activation,
        bias: GuardedArray<Float>?
    ) -> [Float]? {
        run(STRATA_CONV_FORWARD, algorithm, count: dy.count) { args, result in
            args.bias = UnsafePointer(bias?.pointer)
            args.activation = Int32(activation.rawValue)
            args.y = result
            return self.kernels.conv_forward
        }
    }

    /// Nil if the algorithm chosen is not a direct one, whose sums would not be exact.
    private func run(
        _ pass: strata_conv_pass, _ algorithm: strata_conv_algorithm, count: Int,
        _ prepare: (inout strata_conv_args, UnsafeMutablePointer<Float>) -> strata_kernel?
    ) -> [Float]? {
        let result = GuardedArray<Float>(count)
        var args = strata_conv_args()
        args.shape = shape
        let threads = Int32(noise.int(1..<9))
        #expect(kernels.conv_prepare(&args.shape, pass, algorithm, false, threads, &args.plan))
        let inexact = [STRATA_CONV_WINOGRAD, STRATA_CONV_WINOGRAD_STAGED].map { Int32($0.rawValue) }
        guard !inexact.contains(args.plan.algorithm) else { return nil }
        let plan = args.plan
        #expect(plan.bands == 0 || plan.units == Int64(shape.n * plan.bands))
        let packed = GuardedArray<Float>(Int(plan.packed_size))
        let partial = GuardedArray<Float>(Int(plan.partials * plan.partial_size))
        let scratch = GuardedArray<Float>(Int(plan.scratch_size + 3) / 4)
        args.x = UnsafePointer(x.pointer)
        args.w = UnsafePointer(w.pointer)
        args.packed = packed.pointer
        args.partial = partial.pointer
        let kernel = prepare(&args, result.pointer)!

        func call(_ kernel: strata_kernel, units: Int64, task: Int64) {
            // Tasks in reverse, each in odd pieces.
            for begin in stride(from: 0, to: units, by: Int(task)).reversed() {
                let end = min(begin + task, units)
                var unit = begin
                while unit < end {
                    let next = min(unit + 1 + unit % 3, end)
                    scratch.pointer.update(repeating: .nan, count: scratch.count)
                    kernel(&args, unit, next, scratch.pointer)
                    unit = next
                }
            }
        }
        if plan.packed_size > 0 { call(kernels.conv_pack, units: plan.pack_units, task: 5) }
        call(kernel, units: plan.units, task: plan.partials > 0 ? plan.images_per_partial : 5)
        if plan.partials > 0 {
            call(kernels.conv_kernel_gradient_finish, units: plan.finish_units, task: 5)
        }
        #expect(
            result.guardsAreIntact && packed.guardsAreIntact && partial.guardsAreIntact
                && scratch.guardsAreIntact)
        return result.values
    }
}
