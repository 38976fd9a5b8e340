import Strata
import Testing

struct NormalizationLayerTests {
    @Test func batchNormalization() throws {
        try checkLayer([[3, 2, 4]], output: [3, 2, 4], parameters: 16) { BatchNormalization() }
        try checkLayer([[3, 2, 4]], output: [3, 2, 4], parameters: 12) {
            BatchNormalization(axis: 1)
        }
        #expect(BatchNormalization(axis: 0)(Tensor.ones([2, 2])).error != nil)
        try checkLayer([[4]], output: [4], parameters: 12) {
            BatchNormalization(momentum: 0.9, epsilon: 0.1, scale: false, betaRegularizer: .l2())
        }
    }

    @Test func layerNormalization() throws {
        try checkLayer([[3, 4]], output: [3, 4], parameters: 8) { LayerNormalization() }
        try checkLayer([[3, 2, 2]], output: [3, 2, 2], parameters: 12) {
            LayerNormalization(axis: [1, -1], center: true, gammaConstraint: .nonNegative)
        }
        #expect(LayerNormalization(axis: [0])(Tensor.ones([2, 2])).error != nil)
    }

    @Test func groupNormalization() throws {
        try checkLayer([[3, 2, 4]], output: [3, 2, 4], parameters: 8) {
            GroupNormalization(groups: 2)
        }
        try checkLayer([[3, 4]], output: [3, 4], parameters: 4) {
            GroupNormalization(groups: 1, scale: false)
        }
        try checkLayer([[5, 3]], output: [5, 3], parameters: 6) { GroupNormalization(groups: -1) }
        #expect(GroupNormalization(groups: 3)(Tensor.ones([2, 4])).error != nil)
    }

    @Test func localResponseNormalization() throws {
        try checkLayer([[2, 2, 7]], output: [2, 2, 7]) {
            LocalResponseNormalization(depthRadius: 2, bias: 1, alpha: 0.3, beta: 0.75)
        }
        let x: [Float] = [1, 2, 3, 4]
        let y = LocalResponseNormalization(depthRadius: 1, bias: 2, alpha: 0.5, beta: 0.5)(
            Tensor(shape: [1, 4], scalars: x)
        ).scalars
        for place in 0..<4 {
            let sum = x[max(0, place - 1)...min(3, place + 1)].reduce(0) { $0 + $1 * $1 }
            #expect(abs(y[place] - x[place] / (2 + 0.5 * sum).squareRoot()) < 1e-6)
        }
    }

    @Test func normalization() throws {
        try checkLayer([[3, 2]], output: [3, 2]) {
            Normalization(mean: [1, 2], variance: [4, 9])
        }
        try checkLayer([[3, 2]], output: [3, 2], parameters: 5) { Normalization() }
        try checkLayer([[3]], output: [3]) {
            Normalization(axis: [], mean: [1], variance: [4], invert: true)
        }
        #expect(Normalization(mean: [1])(Tensor.ones([2, 2])).error != nil)
    }

    @Test func normalizationAdapts() throws {
        let layer = Normalization()
        var random = TestRandom(2)
        let data = random.tensor([50, 3], -3...8)
        try layer.adapt(data)
        let y = layer(data)
        for value in y.mean(axes: [0]).scalars { #expect(abs(value) < 1e-5) }
        for value in square(y).mean(axes: [0]).scalars { #expect(abs(value - 1) < 1e-5) }
        #expect(layer.weights.map(\.shape) == [[3], [3], []])
        try layer.adapt(Tensor(shape: [2, 3], scalars: [1, 2, 3, 3, 6, 3]))
        #expect(layer.mean?.value.scalars == [2, 4, 3])
        #expect(layer.variance?.value.scalars == [1, 4, 0])
        #expect(throws: StrataError.self) { try layer.adapt(Tensor.ones([2, 4])) }
        let whole = Normalization(axis: [])
        try whole.adapt(Tensor(shape: [2, 2], scalars: [1, 2, 3, 6]))
        #expect(whole.mean?.value.scalars == [3])
    }
}
