import Strata
import TestSupport
import Testing

struct ActivationLayerTests {
    @Test(arguments: ActivationFunction.allCases)
    func activation(_ function: ActivationFunction) throws {
        try checkLayer([[3, 4]], output: function == .glu ? [3, 2] : [3, 4]) {
            Activation(function)
        }
    }

    @Test func reLU() throws {
        try checkLayer([[5, 2]], output: [5, 2]) { ReLU() }
        try checkLayer([[5, 2]], output: [5, 2]) {
            ReLU(maxValue: 1, negativeSlope: 0.2, threshold: 0.5)
        }
        #expect(ReLU(negativeSlope: -1)(Tensor([[1]].flatMap { $0 })).error != nil)
    }

    @Test func leakyReLU() throws {
        try checkLayer([[5]], output: [5]) { LeakyReLU() }
        let y = LeakyReLU()(Tensor(shape: [1, 2], scalars: [-1, 2])).scalars
        #expect(y == [-0.3, 2])
        #expect(Strata.leakyReLU(Tensor([-1])).scalars == [-0.2])
    }

    @Test func pReLU() throws {
        try checkLayer([[3, 2, 4]], output: [3, 2, 4], parameters: 24) { PReLU() }
        try checkLayer([[3, 2, 4]], output: [3, 2, 4], parameters: 4) {
            PReLU(alphaInitializer: .constant(0.25), alphaRegularizer: .l2(), sharedAxes: [1, 2])
        }
        #expect(PReLU(sharedAxes: [4])(Tensor.ones([2, 3])).error != nil)
    }

    @Test func elu() throws {
        try checkLayer([[5]], output: [5]) { ELU(alpha: 0.7) }
    }

    @Test func softmax() throws {
        try checkLayer([[5]], output: [5]) { Softmax() }
        try checkLayer([[3, 2, 2]], output: [3, 2, 2]) { Softmax(axis: [1, 2]) }
    }

    /// Neither values nor gradients become NaN far from 0.
    @Test(arguments: ActivationFunction.allCases)
    func farFromZero(_ function: ActivationFunction) throws {
        if function == .exponential { return }
        let x = Tensor(shape: [2, 2], scalars: [-1e4, 3e4, 200, -150])
        let (value, gradient) = try valueWithGradient(at: x) { function($0).sum() }
        #expect(value.scalars.allSatisfy { $0.isFinite })
        #expect(gradient.scalars.allSatisfy { $0.isFinite })
    }

    /// Keras's algorithm, by sorting.
    @Test func sparsemax() {
        var random = TestRandom(6)
        let x = random.tensor([40, 7])
        let (a, b) = (x.scalars, Strata.sparsemax(x).scalars)
        for row in 0..<40 {
            let cells = row * 7..<row * 7 + 7
            var (sum, sums, count) = (0.0, 0.0, 0.0)
            for (index, z) in a[cells].sorted(by: >).map(Double.init).enumerated() {
                sum += z
                if z > (sum - 1) / Double(index + 1) { (sums, count) = (sums + sum, count + 1) }
            }
            for cell in cells {
                let expected = Swift.max(Double(a[cell]) - (sums - 1) / count, 0)
                #expect(abs(Double(b[cell]) - expected) < 1e-5)
            }
        }
        #expect(Strata.sparsemax(Tensor([3, 1])).scalars == [1, 0])
    }

    /// A layer can be another's activation, and is kept as such.
    @Test func layersAsActivations() throws {
        let x = Tensor(shape: [1, 2], scalars: [-1, 2])
        for (layer, expected) in [
            (LeakyReLU(negativeSlope: 0.1), [-0.1, 2]), (ReLU(maxValue: 1), [0, 1]),
            (Activation(.softsign), [-0.5, 2 / 3]),
        ] as [(any FunctionLayer, [Float])] {
            let function = try ActivationFunction(layer)
            #expect(function(x).scalars == expected)
            #expect(try ActivationFunction(json: function.json) == function)
            #expect(function != .relu)
        }
        #expect(throws: StrataError.self) { try ActivationFunction(ReLU(threshold: -1)) }
        let dense = try Dense(2, activation: ActivationFunction(LeakyReLU())).serialized()
        #expect(try ActivationFunction(json: dense).json == dense)
        let read = try LayerRegistry.layer(serialized: dense)
        #expect(try read.serialized() == dense)
    }

    @Test func approximateGELU() {
        let x = Tensor([-2, -0.5, 0, 1, 3])
        for (a, b) in zip(gelu(x).scalars, gelu(x, approximate: true).scalars) {
            #expect(Swift.abs(a - b) < 1e-3)
        }
    }
}
