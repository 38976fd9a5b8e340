import Strata
import TestSupport
import Testing

/// No rows, six dimensions, sizes of one.
struct EdgeShapeTests {
    @Test func reductionsOfNothing() {
        let nothing = Tensor.zeros([0, 3])
        // Memory that other plans have used.
        _ = (Tensor.ones([50]) * 3).sum().scalars
        #expect(nothing.sum(axes: [0]).scalars == [0, 0, 0])
        #expect(nothing.sum().scalars == [0])
        #expect(nothing.max(axes: [0]).scalars == [-Float.infinity, -.infinity, -.infinity])
        #expect(nothing.min(axes: [0]).scalars == [Float.infinity, .infinity, .infinity])
        #expect(nothing.sum(axes: [1]).scalars == [])
    }

    @Test func operationsOnNothing() {
        let nothing = Tensor.zeros([0, 3])
        #expect((relu(nothing) + 1).scalars == [])
        #expect(softmax(nothing).scalars == [] && argmax(nothing).scalars == [])
        #expect(nothing.transposed().scalars == [] && nothing.reshaped(to: [3, 0]).scalars == [])
        #expect(matmul(nothing, Tensor.ones([3, 2])).scalars == [])
        let product = matmul(Tensor.zeros([2, 0]), Tensor.zeros([0, 2]))
        #expect(product.scalars == [0, 0, 0, 0])
        #expect(relu(product * 1 + Tensor([1, -1])).scalars == [1, 0, 1, 0])
        let another = matmul(Tensor.zeros([1, 0]), Tensor.zeros([0, 2]))
        #expect((another + Tensor([3, 4])).scalars == [3, 4])
        #expect(Tensor([1, 2]).sliced(from: [1], size: [0]).scalars == [])
        #expect(Tensor.concatenate([Tensor([1]), Tensor([]), Tensor([2])]).scalars == [1, 2])
        #expect(nothing.padded(before: [1, 0], after: [0, 0]).scalars == [0, 0, 0])
        #expect(nothing.broadcast(to: [2, 0, 3]).scalars == [])
    }

    @Test func imagesOfNothing() {
        let (x, w) = (Tensor.zeros([0, 5, 5, 2]), Tensor.ones([3, 3, 2, 4]))
        let y = relu(conv2D(x, w, padding: .same) + Tensor.ones([4]))
        let g = gradient(of: y, wrt: [x, w])
        #expect(y.shape == [0, 5, 5, 4] && y.scalars == [])
        #expect(maxPool2D(x, size: [2, 2]).scalars == [])
        #expect(g[0].scalars == [] && g[1].scalars == [Float](repeating: 0, count: 72))
        let shift = gradient(of: x + Tensor.ones([2]), wrt: Tensor.ones([2]))
        #expect(shift.scalars == [0, 0])
    }

    @Test func gradientsOfNothing() {
        let (x, b) = (Tensor.zeros([0, 3]), Tensor.ones([3]))
        #expect(gradient(of: (x + b).sum(), wrt: b).scalars == [0, 0, 0])
        let w = Tensor.ones([3, 2])
        #expect(gradient(of: matmul(x, w), wrt: w).scalars == [Float](repeating: 0, count: 6))
    }

    @Test func sixDimensions() {
        var random = TestRandom(1)
        let shape: Shape = [2, 3, 2, 2, 3, 2]
        let x = random.tensor(shape)
        let parts: [Shape] = [[2, 1, 2, 1, 3, 1], [1, 3, 1, 2, 1, 2], [3, 1, 1, 3, 1], [2]]
        var y = x
        for part in parts { y = y * random.tensor(part) + 0.5 }
        var naive = NaiveEvaluator()
        for tensor in [y, y.sum(axes: [1, 3, 5]), y.transposed()] {
            let wanted = naive.value(tensor)
            expectClose(tensor.scalars, wanted.numbers, relative: 2e-6, "\(tensor.shape)")
        }
    }

    @Test func sevenDimensionsAreRefused() {
        let seven = Tensor.ones([2, 2]).reshaped(to: [2, 1, 1, 1, 1, 1, 2])
        #expect(seven.error?.message.contains("at most 6 dimensions") == true)
        let wide = Tensor.ones([1, 1, 1, 1, 1, 2]).broadcast(to: [2, 1, 1, 1, 1, 1, 2])
        #expect(wide.error?.message.contains("(2, 1, 1, 1, 1, 1, 2)") == true)
    }

    /// Reductions that are cut into partial sums, and long rows.
    @Test(
        arguments: [
            [3], [70_001], [300, 257], [2, 9000], [9000, 2], [5, 3000, 7], [1, 20_000, 5],
        ] as [Shape])
    func largeReductions(_ shape: Shape) {
        var random = TestRandom(UInt64(shape.count))
        let x = random.tensor(shape, 0...1)
        for axis in shape.dimensions.indices {
            for tensor in [
                (x * 2).sum(axes: [axis]), x.max(axes: [axis]), (x + x).min(axes: [axis]),
            ] {
                var naive = NaiveEvaluator()
                let wanted = naive.value(tensor)
                expectClose(tensor.scalars, wanted.numbers, relative: 1e-6, "\(shape) \(axis)")
            }
        }
        var naive = NaiveEvaluator()
        let (all, wide) = (
            square(x).sum(), moments(x.reshaped(to: [shape.count / shape[-1], shape[-1]]))
        )
        let wanted = [naive.value(all), naive.value(wide.mean), naive.value(wide.variance)]
        for (tensor, wanted) in zip([all, wide.mean, wide.variance], wanted) {
            expectClose(tensor.scalars, wanted.numbers, relative: 1e-5, "\(shape)")
        }
    }
}
