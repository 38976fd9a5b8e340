import Strata
import TestSupport
import Testing

/// Convolution and pooling on odd shapes.
struct WindowGradientTests {
    struct Case: CustomTestStringConvertible {
        var image: Shape
        var kernel: Shape
        var strides = [1, 1]
        var padding = Padding.valid
        var dilation = [1, 1]
        var groups = 1
        var order = 2
        var testDescription: String {
            "\(image) \(kernel) \(strides) \(padding) \(dilation) \(groups)"
        }
    }

    static let cases = [
        Case(image: [1, 1, 1, 1], kernel: [1, 1, 1, 1]),
        Case(image: [1, 1, 1, 3], kernel: [3, 3, 3, 2], padding: .same),
        Case(image: [2, 1, 1, 2], kernel: [1, 1, 2, 17]),
        Case(image: [1, 5, 4, 1], kernel: [3, 3, 1, 17], padding: .same),
        Case(image: [2, 5, 6, 3], kernel: [3, 3, 3, 4]),
        Case(image: [2, 4, 4, 2], kernel: [3, 3, 2, 3], padding: .same),
        Case(image: [1, 7, 5, 2], kernel: [2, 2, 2, 3], strides: [3, 4]),
        Case(image: [1, 7, 7, 1], kernel: [1, 1, 1, 2], strides: [3, 2]),
        Case(image: [2, 6, 5, 2], kernel: [3, 2, 2, 2], strides: [2, 2], padding: .same),
        Case(image: [1, 8, 7, 1], kernel: [3, 3, 1, 2], padding: .same, dilation: [2, 2]),
        Case(image: [1, 7, 8, 2], kernel: [2, 3, 2, 2], strides: [2, 1], dilation: [3, 1]),
        Case(image: [1, 4, 4, 4], kernel: [3, 3, 2, 6], padding: .same, groups: 2),
        Case(image: [2, 4, 3, 5], kernel: [3, 3, 1, 5], padding: .same, groups: 5),
        Case(image: [1, 4, 4, 3], kernel: [2, 2, 1, 6], strides: [2, 1], groups: 3),
        Case(
            image: [1, 3, 4, 2], kernel: [2, 2, 2, 3],
            padding: .explicit(top: 1, bottom: 0, left: 2, right: 1)),
        Case(
            image: [1, 2, 2, 1], kernel: [3, 3, 1, 1], strides: [2, 2],
            padding: .explicit(top: 4, bottom: 3, left: 3, right: 4)),
        Case(image: [1, 10, 9, 3], kernel: [3, 3, 3, 17], padding: .same, order: 1),
        Case(image: [1, 9, 9, 1], kernel: [5, 5, 1, 2], padding: .same, order: 1),
        // Dilations by which one cell of a window at most, or none, ever meets the image.
        Case(image: [2, 5, 4, 2], kernel: [3, 3, 2, 3], padding: .same, dilation: [40, 1]),
        Case(image: [1, 5, 4, 2], kernel: [3, 3, 2, 3], padding: .same, dilation: [11, 9]),
        Case(
            image: [1, 5, 4, 1], kernel: [2, 4, 1, 2], padding: .same, dilation: [67_108_864, 50]),
        Case(
            image: [1, 6, 7, 2], kernel: [3, 3, 2, 2], strides: [2, 3], padding: .same,
            dilation: [30, 30]),
        Case(
            image: [2, 5, 4, 3], kernel: [3, 3, 1, 3], padding: .same, dilation: [20, 30], groups: 3
        ),
        Case(
            image: [1, 4, 5, 1], kernel: [3, 2, 1, 2],
            padding: .explicit(top: 3, bottom: 200, left: 3, right: 101), dilation: [100, 100]),
        Case(
            image: [1, 4, 5, 1], kernel: [3, 2, 1, 2],
            padding: .explicit(top: 201, bottom: 2, left: 103, right: 2), dilation: [100, 100]),
        Case(image: [3, 1, 6, 2], kernel: [1, 3, 2, 2], strides: [1, 2], padding: .same),
        Case(image: [1, 6, 6, 8], kernel: [1, 1, 8, 9], order: 1),
    ]

    @Test(arguments: cases)
    func convolution(_ a: Case) {
        var random = TestRandom(UInt64(a.image.count))
        let operands = [random.tensor(a.image), random.tensor(a.kernel)]
        checkGradients("convolution", at: operands, order: a.order) {
            conv2D(
                $0[0], $0[1], strides: a.strides, padding: a.padding, dilation: a.dilation,
                groups: a.groups)
        }
    }

    /// Third derivatives: the gradients of the gradient operations themselves.
    @Test func deepDerivatives() {
        var random = TestRandom(4)
        let operands = [random.tensor([1, 3, 4, 2]), random.tensor([2, 2, 2, 2])]
        checkGradients("three times", at: operands, order: 3) {
            conv2D(square($0[0]), $0[1], strides: [2, 1], padding: .same)
        }
    }

    static let pools: [(Shape, [Int], [Int]?, Padding)] = [
        ([1, 1, 1, 1], [1, 1], nil, .valid), ([1, 4, 4, 1], [2, 2], nil, .valid),
        ([2, 5, 7, 3], [2, 3], [2, 1], .same), ([1, 7, 6, 17], [2, 2], [3, 3], .valid),
        ([1, 5, 5, 2], [3, 3], [2, 2], .same), ([3, 3, 3, 1], [3, 3], [1, 1], .same),
        ([1, 4, 5, 2], [3, 2], [1, 2], .explicit(top: 1, bottom: 1, left: 0, right: 1)),
        ([2, 6, 6, 2], [5, 5], [1, 1], .valid), ([1, 2, 9, 3], [1, 4], [1, 3], .same),
    ]

    @Test(arguments: pools.indices)
    func pooling(_ row: Int) {
        let (image, size, strides, padding) = Self.pools[row]
        var random = TestRandom(UInt64(row))
        let x = random.tensor(image)
        checkGradients("max pool", at: [x]) {
            maxPool2D($0[0], size: size, strides: strides, padding: padding)
        }
        checkGradients("average pool", at: [x], order: 2) {
            square(averagePool2D($0[0], size: size, strides: strides, padding: padding))
        }
    }

    /// Of equals the first wins, in the order of rows.
    @Test func tiesInAPool() {
        let x = Tensor(shape: [1, 2, 2, 1], scalars: [1, 1, 1, 1])
        let g = gradient(of: maxPool2D(x, size: [2, 2]), wrt: x)
        #expect(g.scalars == [1, 0, 0, 0])
    }

    /// What a network is made of, its ReLU moved behind the pooling.
    @Test(arguments: [false, true])
    func smallNetwork(_ overlaps: Bool) {
        var random = TestRandom(12)
        let operands = [
            random.tensor([2, 6, 6, 2]), random.tensor([3, 3, 2, 5], -0.7...0.7),
            random.tensor([5]), random.tensor([overlaps ? 20 : 45, 3], -0.5...0.5),
            random.tensor([3]),
        ]
        checkGradients("network", at: operands, seed: 5) { x in
            let y = relu(conv2D(x[0], x[1], padding: .same) + x[2])
            let pooled = maxPool2D(
                y, size: overlaps ? [3, 3] : [2, 2], strides: overlaps ? [3, 3] : [2, 2])
            let flat = pooled.reshaped(to: [2, overlaps ? 20 : 45])
            return logSoftmax(matmul(flat, x[3]) + x[4])
        }
    }
}
