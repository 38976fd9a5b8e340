import Strata
import TestSupport
import Testing

struct RegularizationLayerTests {
    @Test func dropout() throws {
        try checkLayer([[4, 3]], output: [4, 3]) { Dropout(0.4) }
        try checkLayer([[4, 3]], output: [4, 3]) { Dropout(0.4, noiseShape: [nil, 1, 3]) }
        let y = inTraining(Dropout(0.5, noiseShape: [1, nil, 3]), Tensor.ones([9, 50, 3]))
        #expect(Set(y.sum(axes: [0]).scalars) == [0, 18])
        for wrong in [[nil, 3], [nil, 2, 3], [9, 50, 3]] as [[Int?]] {
            #expect(Dropout(0.5, noiseShape: wrong)(Tensor.ones([9, 50, 3])).error != nil)
        }
        #expect(Dropout(0.5, noiseShape: [])(Tensor(3)).scalar == 3)
    }

    @Test func spatialDropout2D() throws {
        try checkLayer([[3, 2, 4]], output: [3, 2, 4]) { SpatialDropout2D(0.4) }
        let y = inTraining(SpatialDropout2D(0.5), Tensor.ones([40, 3, 3, 10]))
        // A channel of an image is kept as a whole, doubled, or not at all.
        let sums = y.sum(axes: [1, 2]).scalars
        #expect(sums.allSatisfy { $0 == 0 || $0 == 18 })
        #expect((140...260).contains(sums.filter { $0 == 0 }.count))
        #expect(SpatialDropout2D(1.5)(Tensor.ones([1, 1, 1, 1])).error != nil)
        // Keras's class would refuse it.
        #expect(try SpatialDropout2D(0.5).serialized()["config"]?["trainable"] == nil)
    }

    @Test func stochasticDepth() throws {
        try checkLayer([[3, 2, 4]], output: [3, 2, 4]) { StochasticDepth(0.4) }
        let sums = inTraining(StochasticDepth(0.2), Tensor.ones([400, 2, 2])).sum(axes: [1, 2])
        // A sample is kept as a whole, scaled, or not at all.
        #expect(sums.scalars.allSatisfy { $0 == 0 || $0 == 5 })
        #expect((50...110).contains(sums.scalars.filter { $0 == 0 }.count))
        #expect(StochasticDepth(1)(Tensor.ones([1, 1])).error != nil)
    }

    @Test func gaussianNoise() throws {
        try checkLayer([[4, 3]], output: [4, 3]) { GaussianNoise(0.3) }
        let noise = inTraining(GaussianNoise(0.3), Tensor.zeros([100, 100]))
        #expect(abs(noise.mean().scalar) < 0.015)
        #expect(abs(square(noise).mean().scalar - 0.09) < 0.006)
        #expect(GaussianNoise(-1)(Tensor.ones([1, 1])).error != nil)
    }

    @Test func gaussianDropout() throws {
        try checkLayer([[4, 3]], output: [4, 3]) { GaussianDropout(0.2) }
        let factors = inTraining(GaussianDropout(0.2), Tensor.ones([100, 100]))
        #expect(abs(factors.mean().scalar - 1) < 0.025)
        #expect(abs(square(factors - 1).mean().scalar - 0.25) < 0.02)
        #expect(GaussianDropout(1)(Tensor.ones([1, 1])).error != nil)
    }

    @Test func alphaDropout() throws {
        try checkLayer([[4, 3]], output: [4, 3]) { AlphaDropout(0.4) }
        try checkLayer([[4, 3]], output: [4, 3]) { AlphaDropout(0.4, noiseShape: [nil, 1, 3]) }
        // What Keras makes of zeros.
        let zeros = inTraining(AlphaDropout(0.3), Tensor.zeros([50, 50])).scalars
        for value in zeros {
            #expect(abs(value - 0.45409206) < 1e-6 || abs(value + 1.0595481) < 1e-6)
        }
        #expect((640...860).contains(zeros.count { $0 < 0 }))
        #expect(AlphaDropout(.nan)(Tensor.ones([1, 1])).error != nil)
    }

    @Test func activityRegularization() throws {
        try checkLayer([[4, 3]], output: [4, 3]) { ActivityRegularization(l1: 0.1, l2: 0.2) }
    }

    /// The loss of fit and evaluate holds penalties; of a weight once, though its layer is called
    /// twice; of a frozen one never.
    @Test func penalties() throws {
        let dense = Dense(
            2, useBias: false, kernelInitializer: .constant(3), kernelRegularizer: .l2(0.1))
        let input = Input(shape: [2])
        let model = Model(inputs: input, outputs: dense(dense(input)))
        try model.compile(
            optimizer: SGD(), loss: Loss("none") { ($1 * 0 + $0 * 0).mean(axes: [-1]) })
        let x = Tensor.ones([3, 2])
        let penalty: Float = 0.1 * 4 * 9
        #expect(abs(Float(try model.testOnBatch(x, x)["loss"]!) - penalty) < 1e-5)
        #expect(abs(Float(try model.trainOnBatch(x, x)["loss"]!) - penalty) < 1e-5)
        // The step: w -= rate · 2 · l2 · w.
        for value in dense.kernel.value.scalars { #expect(abs(value - 3 * (1 - 0.002)) < 1e-5) }
        dense.isTrainable = false
        try model.compile(
            optimizer: SGD(), loss: Loss("none") { ($1 * 0 + $0 * 0).mean(axes: [-1]) })
        #expect(try model.testOnBatch(x, x)["loss"] == 0)
    }

    /// Constraints hold after a step.
    @Test func constraints() throws {
        let dense = Dense(3, kernelConstraint: .unitNorm(), biasConstraint: .nonNegative)
        let model = Sequential(inputShape: [4], [dense])
        try model.compile(optimizer: Adam(learningRate: 0.1), loss: .meanSquaredError)
        var random = TestRandom(1)
        for _ in 0..<3 {
            _ = try model.trainOnBatch(random.tensor([5, 4]), random.tensor([5, 3], -4 ... -1))
        }
        for norm in sqrt(square(dense.kernel.value).sum(axes: [0])).scalars {
            #expect(abs(norm - 1) < 1e-5)
        }
        #expect(dense.bias!.value.scalars.allSatisfy { $0 >= 0 })
    }
}

/// A layer's output in training.
func inTraining(_ layer: any Layer, _ x: Tensor, seed: UInt64 = 1) -> Tensor {
    var count = 0
    let context = Context(
        isTraining: true,
        makeKey: { _ in
            defer { count += 1 }
            return Tensor(Random.Key(seed: seed, path: "\(count)"), step: 0)
        })
    defer { context.finish() }
    return context.invoke(layer, [x])[0]
}
