import Strata
import TestSupport
import Testing

/// Convolution and pooling are matrix products and reductions of the windows' columns.
struct ColumnsTests {
    struct Case: CustomTestStringConvertible {
        var image: Shape
        var size: [Int]
        var strides = [1, 1]
        var padding = Padding.valid
        var dilation = [1, 1]
        var testDescription: String { "\(image) \(size) \(strides) \(padding) \(dilation)" }
    }

    static let cases = [
        Case(image: [1, 1, 1, 1], size: [1, 1]),
        Case(image: [2, 7, 6, 3], size: [5, 5]),
        Case(image: [2, 6, 6, 2], size: [2, 2], strides: [2, 2]),
        Case(image: [1, 7, 8, 2], size: [3, 2], strides: [2, 3]),
        Case(image: [2, 5, 4, 2], size: [3, 3], padding: .same),
        Case(image: [1, 7, 7, 1], size: [3, 3], strides: [2, 2], padding: .same),
        Case(image: [1, 9, 7, 2], size: [3, 2], padding: .same, dilation: [2, 3]),
        Case(image: [2, 5, 4, 1], size: [3, 2], padding: .same, dilation: [67_108_864, 20]),
        Case(image: [1, 7, 7, 1], size: [1, 1], strides: [3, 2]),
        Case(
            image: [2, 4, 5, 2], size: [3, 3], strides: [2, 1],
            padding: .explicit(top: 2, bottom: 0, left: 1, right: 3)),
    ]
    static let pools = cases.filter { $0.dilation == [1, 1] && $0.padding == .valid }
    /// The naive evaluator goes through every window for every number.
    static let smallCases = cases.filter { $0.image.count * $0.size.reduce(1, *) < 600 }

    private func columns(_ x: Tensor, _ test: Case) -> Tensor {
        im2col(
            x, size: test.size, strides: test.strides, padding: test.padding,
            dilation: test.dilation)
    }

    /// Both ways compute the same sums, in another order.
    private func expectSame(_ one: Tensor, _ other: Tensor, _ what: String) {
        #expect(one.shape == other.shape)
        expectClose(
            one.scalars, other.scalars.map(Double.init), relative: 2e-6, absolute: 1e-6, what)
    }

    /// How many windows there are along both axes, and the padding before the first.
    private func places(_ test: Case) throws -> (output: [Int], before: [Int]) {
        let kernel = Tensor.zeros(Shape(test.size + [test.image[3], 1]))
        let y = conv2D(
            .zeros(test.image), kernel, strides: test.strides, padding: test.padding,
            dilation: test.dilation)
        let output = [y.shape[1], y.shape[2]]
        let before = (0..<2).map { axis in
            switch test.padding {
            case .valid: return 0
            case .explicit(let top, _, let left, _): return axis == 0 ? top : left
            case .same:
                let reach = (test.size[axis] - 1) * test.dilation[axis]
                let last = (output[axis] - 1) * test.strides[axis]
                return max(0, last + reach + 1 - test.image[axis + 1]) / 2
            }
        }
        return (output, before)
    }

    @Test(arguments: cases) func windowsAreRows(_ test: Case) throws {
        var random = TestRandom(1)
        let x = random.tensor(test.image)
        let rows = columns(x, test)
        let (output, before) = try places(test)
        var expected: [Float] = []
        for image in 0..<test.image[0] {
            for row in 0..<output[0] {
                for column in 0..<output[1] {
                    for i in 0..<test.size[0] {
                        for j in 0..<test.size[1] {
                            let y = row * test.strides[0] + i * test.dilation[0] - before[0]
                            let z = column * test.strides[1] + j * test.dilation[1] - before[1]
                            let isInside =
                                (0..<test.image[1]).contains(y) && (0..<test.image[2]).contains(z)
                            for channel in 0..<test.image[3] {
                                let place =
                                    ((image * test.image[1] + y) * test.image[2] + z)
                                    * test.image[3] + channel
                                expected.append(isInside ? x.scalars[place] : 0)
                            }
                        }
                    }
                }
            }
        }
        #expect(rows.scalars == expected)
    }

    /// Also of windows that are dilated and padded far beyond their images.
    @Test func windowsOfAnySizeAreRows() throws {
        var random = TestRandom(6)
        func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }
        func pair(_ range: ClosedRange<Int>) -> [Int] { [number(range), number(range)] }
        for _ in 0..<300 {
            let sides = number(0...1) == 0 ? 0...5 : 0...50
            let paddings: [Padding] = [
                .valid, .same,
                .explicit(
                    top: number(sides), bottom: number(sides), left: number(sides),
                    right: number(sides)),
            ]
            let test = Case(
                image: Shape([1] + pair(1...6) + [1]), size: pair(1...4), strides: pair(1...4),
                padding: paddings[number(0...2)],
                dilation: pair(number(0...1) == 0 ? 1...4 : 1...50))
            if columns(.zeros(test.image), test).error == nil { try windowsAreRows(test) }
        }
    }

    @Test(arguments: cases) func convolution(_ test: Case) {
        var random = TestRandom(2)
        let filters = 4
        let x = random.tensor(test.image)
        let kernel = random.tensor(
            Shape(test.size + [test.image[3], filters]), -1...1)
        let direct = conv2D(
            x, kernel, strides: test.strides, padding: test.padding, dilation: test.dilation)
        let matrix = kernel.reshaped(to: [kernel.shape.count / filters, filters])
        let product = matmul(columns(x, test), matrix).reshaped(to: direct.shape)
        let cotangent = random.tensor(direct.shape, -1...1)
        let gradients = gradient(of: direct, wrt: [x, kernel], cotangent: cotangent)
        let others = gradient(of: product, wrt: [x, kernel], cotangent: cotangent)
        // By hand: dW = columnsᵀ · dY, and dX = col2im(dY · Wᵀ).
        let rows = cotangent.reshaped(to: [direct.shape.count / filters, filters])
        let byHand = [
            col2im(
                matmul(rows, matrix.transposed()), shape: test.image, size: test.size,
                strides: test.strides, padding: test.padding, dilation: test.dilation),
            matmul(columns(x, test).transposed(), rows).reshaped(to: kernel.shape),
        ]
        expectSame(direct, product, "forward")
        for index in 0..<2 {
            expectSame(gradients[index], others[index], "gradient \(index)")
            expectSame(gradients[index], byHand[index], "gradient \(index) by hand")
        }
    }

    @Test(arguments: pools) func pooling(_ test: Case) {
        var random = TestRandom(3)
        let x = random.tensor(test.image)
        let pooled = [
            maxPool2D(x, size: test.size, strides: test.strides),
            averagePool2D(x, size: test.size, strides: test.strides),
        ]
        let shape = pooled[0].shape
        let windows = columns(x, test).reshaped(
            to: [shape.count / shape[3], test.size[0] * test.size[1], shape[3]])
        let reduced = [windows.max(axes: [1]), windows.mean(axes: [1])]
            .map { $0.reshaped(to: shape) }
        let cotangent = random.tensor(shape, -1...1)
        for (one, other) in zip(pooled, reduced) {
            let direct = gradient(of: one, wrt: x)
            let indirect = gradient(of: other, wrt: x)
            let weighted = gradient(of: one, wrt: [x], cotangent: cotangent)[0]
            let others = gradient(of: other, wrt: [x], cotangent: cotangent)[0]
            expectSame(one, other, "forward")
            expectSame(direct, indirect, "gradient")
            expectSame(weighted, others, "gradient under a cotangent")
        }
    }

    @Test(arguments: smallCases) func gradients(_ test: Case) {
        var random = TestRandom(4)
        let x = random.tensor(test.image)
        checkGradients("im2col", at: [x]) { square(columns($0[0], test)) }
        let rows = random.tensor(columns(x, test).shape)
        checkGradients("col2im", at: [rows]) {
            square(
                col2im(
                    $0[0], shape: test.image, size: test.size, strides: test.strides,
                    padding: test.padding, dilation: test.dilation))
        }
    }

    @Test func whatDoesNotFit() {
        let x = Tensor.zeros([1, 4, 4, 1])
        #expect(im2col(x, size: [5, 5]).error?.message.contains("does not fit") == true)
        #expect(im2col(x, size: [0, 1]).error?.message.contains("at least 1") == true)
        #expect(im2col(x, size: [2]).error?.message.contains("needs two sizes") == true)
        #expect(
            im2col(Tensor([1]), size: [1, 1]).error?.message.contains("but got (1,)") == true)
        let wrong = col2im(Tensor.zeros([9, 3]), shape: [1, 4, 4, 1], size: [2, 2])
        #expect(wrong.error?.message.contains("(9, 4), but got (9, 3)") == true)
        let failed = x + Tensor([1, 2, 3])
        #expect(im2col(failed, size: [1, 1]).error == failed.error)
    }

    @Test func steps() {
        let x = Tensor((0..<10).map(Float.init))
        #expect(x.sliced(from: [1], size: [3], steps: [3]).scalars == [1, 4, 7])
        #expect(
            Tensor([1, 2]).padded(before: [1], after: [0], steps: [3]).scalars == [0, 1, 0, 0, 2])
        #expect(x.sliced(from: [1], size: [4], steps: [3]).error != nil)
        #expect(x.sliced(from: [0], size: [2], steps: [0]).error != nil)
        #expect(x.padded(before: [0], after: [0], steps: [0]).error != nil)
        #expect(x.sliced(from: [], size: [10]).error != nil)
        var random = TestRandom(5)
        checkGradients("steps", at: [random.tensor([3, 8])], order: 2) {
            square($0[0].sliced(from: [0, 1], size: [2, 3], steps: [2, 2]))
        }
        checkGradients("steps", at: [random.tensor([3, 2])], order: 2) {
            square($0[0].padded(before: [0, 1], after: [2, 0], steps: [2, 3]))
        }
        #expect(pad(Tensor([1, 2]), [(1, 2)]).scalars == [0, 1, 2, 0, 0])
        #expect(pad(Tensor([1, 2]), [(1, 2), (0, 0)]).error != nil)
    }
}
