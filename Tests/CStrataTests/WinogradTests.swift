import CStrata
import TestSupport
import Testing

/// Winograd's convolution, reached through `conv_prepare`, against sums in Double.
@Suite(.enabled(if: kernelTables[0].pointee.conv_prepare != nil, "the table has no convolution"))
struct WinogradTests {
    private struct Case {
        var shape: strata_conv_shape
        let x, dy, w, bias: [Float]
        var y, dx, dw: [Double]

        init(_ shape: strata_conv_shape, noise: inout TestRandom) {
            self.shape = shape
            let (n, h, w) = (Int(shape.n), Int(shape.h), Int(shape.w))
            let (oh, ow, c, k) = (Int(shape.oh), Int(shape.ow), Int(shape.c), Int(shape.k))
            x = noise.normals(n * h * w * c)
            dy = noise.normals(n * oh * ow * k)
            let r = Int(shape.r)
            self.w = noise.normals(r * r * c * k)
            bias = noise.normals(k)
            y = (0..<dy.count).map { [bias] in Double(bias[$0 % k]) }
            dx = [Double](repeating: 0, count: x.count)
            dw = [Double](repeating: 0, count: r * r * c * k)
            for pixel in 0..<n * oh * ow {
                for tap in 0..<r * r {
                    let row = pixel / ow % oh + tap / r - Int(shape.pad_top)
                    let column = pixel % ow + tap % r - Int(shape.pad_left)
                    guard 0..<h ~= row, 0..<w ~= column else { continue }
                    let input = ((pixel / (oh * ow) * h + row) * w + column) * c
                    for i in 0..<c {
                        let xi = Double(x[input + i])
                        var sum = 0.0
                        for j in 0..<k {
                            let at = (tap * c + i) * k + j
                            let (weight, dyj) = (Double(self.w[at]), Double(dy[pixel * k + j]))
                            y[pixel * k + j] += xi * weight
                            sum += dyj * weight
                            dw[at] += xi * dyj
                        }
                        dx[input + i] += sum
                    }
                }
            }
        }
    }

    /// One pass, its units in the given ranges, over memory full of NaN. Neither those nor the
    /// threads it is cut for change a bit.
    private func run(
        _ table: strata_kernels, _ pass: strata_conv_pass, _ algorithm: strata_conv_algorithm,
        _ test: Case, _ activation: strata_activation, threads: Int32,
        cut: (Int64) -> [Range<Int64>]
    ) -> GuardedArray<Float>? {
        var args = strata_conv_args()
        args.shape = test.shape
        guard table.conv_prepare(&args.shape, pass, algorithm, false, threads, &args.plan)
        else { return nil }
        let plan = args.plan
        let packed = GuardedArray<Float>(Int(plan.packed_size))
        let partial = GuardedArray<Float>(Int(plan.partials * plan.partial_size))
        let scratch = GuardedArray<Float>(Int(plan.scratch_size + 3) / 4)
        let counts = [test.y.count, test.dx.count, test.dw.count]
        let result = GuardedArray<Float>(counts[Int(pass.rawValue)])
        args.activation = Int32(activation.rawValue)
        (args.packed, args.partial) = (packed.pointer, partial.pointer)
        // dy is only read, but its pointer is the forward pass's result.
        let dy = GuardedArray<Float>(test.dy.count)
        dy.pointer.update(from: test.dy, count: test.dy.count)
        args.y = pass == STRATA_CONV_FORWARD ? result.pointer : dy.pointer
        (args.dx, args.dw) = (result.pointer, result.pointer)

        test.x.withUnsafeBufferPointer { x in
            test.w.withUnsafeBufferPointer { w in
                test.bias.withUnsafeBufferPointer { bias in
                    (args.x, args.w, args.bias) = (x.baseAddress, w.baseAddress, bias.baseAddress)
                    for range in cut(plan.pack_units) {
                        table.conv_pack(
                            &args, range.lowerBound, range.upperBound, scratch.pointer)
                    }
                    let kernel =
                        [
                            table.conv_forward, table.conv_input_gradient,
                            table.conv_kernel_gradient,
                        ][Int(pass.rawValue)]!
                    for range in cut(plan.units) {
                        kernel(&args, range.lowerBound, range.upperBound, scratch.pointer)
                    }
                    for range in cut(plan.finish_units) {
                        table.conv_kernel_gradient_finish(
                            &args, range.lowerBound, range.upperBound, scratch.pointer)
                    }
                }
            }
        }
        #expect(
            packed.guardsAreIntact && partial.guardsAreIntact && scratch.guardsAreIntact
                && dy.guardsAreIntact)
        return result
    }

    private func check(_ shape: strata_conv_shape, seed: UInt64) {
        var noise = TestRandom(seed)
        let test = Case(shape, noise: &noise)
        let activation = strata_activation(UInt32(seed % 3))
        for table in kernelTables.map(\.pointee) {
            let passes = [
                (STRATA_CONV_FORWARD, STRATA_CONV_WINOGRAD, test.y),
                (STRATA_CONV_FORWARD, STRATA_CONV_WINOGRAD_STAGED, test.y),
                (STRATA_CONV_INPUT_GRADIENT, STRATA_CONV_WINOGRAD, test.dx),
                (STRATA_CONV_INPUT_GRADIENT, STRATA_CONV_WINOGRAD_STAGED, test.dx),
                (STRATA_CONV_KERNEL_GRADIENT, STRATA_CONV_WINOGRAD, test.dw),
            ]
            for (pass, algorithm, exact) in passes {
                let what: Comment = "\(String(cString: table.name)) \(pass) \(algorithm) \(shape)"
                let pieces = run(table, pass, algorithm, test, activation, threads: 7) {
                    noise.cuts($0, longest: 3)
                }
                let whole = run(table, pass, algorithm, test, activation, threads: 1) {
                    $0 > 0 ? [0..<$0] : []
                }
                guard let pieces, let whole else {
                    Issue.record("Winograd was refused: \(what)")
                    continue
                }
                var (worst, squares) = (0.0, 0.0)
                for (value, linear) in zip(whole.values, exact) {
                    squares += linear * linear
                    var expected = linear
                    if pass == STRATA_CONV_FORWARD {
                        if activation != STRATA_ACTIVATION_NONE { expected = max(0, expected) }
                        if activation == STRATA_ACTIVATION_RELU6 { expected = min(6, expected) }
                    }
                    let error = abs(Double(value) - expected)
                    worst = error.isNaN ? .infinity : max(worst, error)
                }
                // The transforms cost a few bits; measured over such shapes: at most 1.4e-5.
                let rms = (squares / Double(exact.count)).squareRoot()
                #expect(worst <= 3e-5 * rms, what)
                #expect(whole.bits == pieces.bits, what)
                #expect(whole.guardsAreIntact && pieces.guardsAreIntact, what)
            }
        }
    }

    private func shape(
        n: Int32, h: Int32, w: Int32, c: Int32, k: Int32, oh: Int32? = nil, ow: Int32? = nil,
        top: Int32 = 1, left: Int32 = 1, r: Int32 = 3
    ) -> strata_conv_shape {
        strata_conv_shape(
            n: n, h: h, w: w, c: c, oh: oh ?? h, ow: ow ?? w, k: k, r: r, s: r, stride_h: 1,
            stride_w: 1, dilation_h: 1, dilation_w: 1, pad_top: top, pad_left: left, groups: 1)
    }

    /// Any number of channels, any padding (also more than the kernel reaches), any size.
    @Test func oddShapes() {
        var noise = TestRandom(5)
        let channels: [Int32] = [1, 2, 3, 5, 8, 15, 16, 17, 20, 32, 33, 48]
        for seed in 0..<36 as Range<UInt64> {
            func random(_ bound: Int32) -> Int32 { Int32(noise.next() % UInt64(bound)) }
            let (h, w, top, left) = (1 + random(11), 1 + random(11), random(4), random(4))
            check(
                shape(
                    n: 1 + random(7), h: h, w: w, c: channels[Int(random(12))],
                    k: channels[Int(random(12))], oh: max(1, h + top + random(3) - 2),
                    ow: max(1, w + left + random(3) - 2), top: top, left: left,
                    r: seed % 2 == 0 ? 3 : 5),
                seed: seed)
        }
    }

    /// One image cut into bands, and several blocks of tiles.
    @Test func bands() { check(shape(n: 1, h: 41, w: 44, c: 20, k: 17), seed: 40) }

    /// Sums too large for partial ones: units are blocks of the kernel.
    @Test func manyChannels() { check(shape(n: 5, h: 8, w: 7, c: 130, k: 100), seed: 41) }

    /// Images are summed in groups.
    @Test func manyImages() { check(shape(n: 19, h: 8, w: 8, c: 33, k: 32), seed: 42) }

    /// All of it once more with the other kernel.
    @Test func fiveByFive() {
        check(shape(n: 1, h: 21, w: 24, c: 20, k: 17, top: 2, left: 2, r: 5), seed: 43)
        check(shape(n: 5, h: 6, w: 7, c: 130, k: 100, top: 2, left: 2, r: 5), seed: 44)
        check(shape(n: 19, h: 8, w: 8, c: 33, k: 32, top: 2, left: 2, r: 5), seed: 45)
    }

    @Test func refusesWhatItCannotDo() {
        let good = shape(n: 2, h: 8, w: 8, c: 16, k: 16)
        let changes: [(inout strata_conv_shape) -> Void] = [
            { $0.r = 5 }, { $0.r = 4 }, { $0.s = 1 }, { $0.stride_h = 2 }, { $0.dilation_w = 2 },
            { $0.groups = 2 },
        ]
        for table in kernelTables.map(\.pointee) {
            for change in changes {
                var (shape, plan) = (good, strata_conv_plan())
                change(&shape)
                for algorithm in [STRATA_CONV_WINOGRAD, STRATA_CONV_WINOGRAD_STAGED] {
                    #expect(
                        !table.conv_prepare(&shape, STRATA_CONV_FORWARD, algorithm, false, 2, &plan)
                    )
                }
            }
        }
    }
}
