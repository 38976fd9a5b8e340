import Strata
import TestSupport
import Testing

struct ReshapingLayerTests {
    @Test func flatten() throws {
        try checkLayer([[2, 3, 2]], output: [12]) { Flatten() }
    }

    @Test func reshape() throws {
        try checkLayer([[2, 3, 2]], output: [4, 3]) { Reshape([4, 3]) }
        try checkLayer([[2, 3, 2]], output: [3, 4]) { Reshape([3, -1]) }
        for wrong in [[5], [5, -1], [-1, -1], [0, 4]] {
            #expect(Reshape(wrong)(Input(shape: [2, 3, 2])).error != nil)
        }
    }

    @Test func permute() throws {
        try checkLayer([[2, 3, 4]], output: [4, 2, 3]) { Permute([3, 1, 2]) }
        #expect(Permute([1, 1, 2])(Input(shape: [2, 3, 4])).error != nil)
        #expect(Permute([0, 1, 2])(Input(shape: [2, 3, 4])).error != nil)
    }

    @Test func zeroPadding2D() throws {
        try checkLayer([[2, 3, 2]], output: [4, 5, 2]) { ZeroPadding2D() }
        try checkLayer([[2, 3, 2]], output: [3, 8, 2]) {
            ZeroPadding2D(Border(top: 1, left: 2, right: 3))
        }
        #expect(ZeroPadding2D(-1)(Input(shape: [2, 3, 4])).error != nil)
    }

    @Test func cropping2D() throws {
        try checkLayer([[4, 5, 2]], output: [2, 1, 2]) {
            Cropping2D(Border(height: 1, width: 2))
        }
        #expect(Cropping2D(2)(Input(shape: [4, 5, 2])).error != nil)
    }

    @Test func upSampling2D() throws {
        try checkLayer([[2, 3, 2]], output: [4, 6, 2]) { UpSampling2D() }
        try checkLayer([[2, 3, 2]], output: [6, 6, 2]) {
            UpSampling2D([3, 2], interpolation: .bilinear)
        }
        let y = UpSampling2D(3)(Tensor(shape: [1, 1, 2, 1], scalars: [1, 2]))
        #expect(y.scalars == Array(repeating: [1, 1, 1, 2, 2, 2], count: 3).flatMap { $0 })
    }

    /// Second derivatives too, for every border.
    @Test(arguments: [ResamplingBorder.constant(0.5), .nearest, .reflect, .wrap])
    func resampling(_ border: ResamplingBorder) {
        var random = TestRandom(4)
        let x = random.tensor([2, 3, 4, 2])
        let start = Tensor(shape: [2, 1], scalars: [-2.3, 1.6])
        for interpolation in [Interpolation.nearest, .bilinear] {
            checkGradients("resample \(border)", at: [x], order: 2) {
                square(
                    resample2D(
                        $0[0], size: [4, 3], rows: (start, Tensor(0.8)),
                        columns: (Tensor(1.7), Tensor(-1.1)),
                        interpolation: interpolation, border: border))
            }
            checkGradients("turned \(border)", at: [x]) {
                resample2D(
                    $0[0], size: [4, 3], rows: (start, Tensor(0.9), Tensor(0.37)),
                    columns: (Tensor(0.7), Tensor(-0.43), Tensor(1.1)),
                    interpolation: interpolation, border: border)
            }
        }
    }
}
