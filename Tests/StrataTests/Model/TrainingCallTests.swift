import Foundation
import Strata
import TestSupport
import Testing

/// Models and layers called with `training: true`, in training loops of one's own.
@Suite struct TrainingCallTests {
    private func model(regularizer: Regularizer? = nil) -> Model {
        Sequential(inputShape: [4, 4, 2]) {
            Conv2D(3, kernelSize: 3, kernelRegularizer: regularizer)
            BatchNormalization(momentum: 0.9)
            Dropout(0.4)
            Flatten()
            Dense(8, activation: .relu)
            Dropout(0.2)
            Dense(3, activation: .softmax)
        }
    }

    private let x = Tensor(randomNormal: [24, 4, 4, 2], seed: 1)
    private let y = Tensor((0..<24).map { Float($0 % 3) })

    private func rows(_ x: Tensor, _ batch: Int) -> Tensor {
        var (start, size) = (x.shape.dimensions.map { _ in 0 }, x.shape.dimensions)
        (start[0], size[0]) = (batch * 8, 8)
        return Tensor(shape: Shape(size), scalars: x.sliced(from: start, size: size).scalars)
    }

    /// Equal to the bit: the weights and the moving averages.
    @Test(arguments: [false, true]) func aLoopOfOnesOwnIsFit(isRegularized: Bool) throws {
        let loss = Loss.sparseCategoricalCrossentropy
        let fitted = model(regularizer: isRegularized ? .l2(0.1) : nil)
        try fitted.compile(optimizer: Adam(learningRate: 0.01), loss: loss)
        try fitted.fit(x, y, batchSize: 8, epochs: 3, verbose: 0, shuffle: false)

        let looped = model(regularizer: isRegularized ? .l2(0.1) : nil)
        let optimizer = Adam(learningRate: 0.01)
        for _ in 0..<3 {
            for batch in 0..<3 {
                let (images, labels) = (rows(x, batch), rows(y, batch))
                let (_, gradients) = try valueWithGradient(at: looped.trainableWeights) {
                    let value = loss(labels, looped(images, training: true))
                    return looped.losses.reduce(value, +)
                }
                try optimizer.apply(gradients, to: looped.trainableWeights)
            }
        }
        for (one, other) in zip(fitted.namedWeights, looped.namedWeights) {
            #expect(one.variable.value.scalars == other.variable.value.scalars, "\(one.path)")
        }
        // A plan for prediction folds batch normalization into the convolution.
        for (one, other) in zip(try fitted.predict(x).scalars, looped(x).scalars) {
            #expect(abs(one - other) < 1e-6)
        }
    }

    /// moving · 0.9 + mean · 0.1, twice, as Keras has it after two calls.
    @Test func stateGoesOnWithEachCall() throws {
        let layer = BatchNormalization(momentum: 0.9)
        let x = Tensor(shape: [2, 1], scalars: [1, 3])
        _ = layer(x, training: true)
        let y = layer(x, training: true)
        #expect(abs(layer.movingMean.value.scalar - 0.38) < 1e-6)
        #expect(abs(y.scalars[0] + 1) < 1e-3)
        // Inference changes nothing and uses the averages.
        let z = layer(x)
        #expect(abs(layer.movingMean.value.scalar - 0.38) < 1e-6)
        #expect(z.scalars[0] > 0)
        // A model's own step goes on from there.
        let model = Sequential(inputShape: [1], [layer])
        try model.compile(optimizer: SGD(learningRate: 0), loss: .meanSquaredError)
        _ = try model.trainOnBatch(x, x)
        #expect(abs(layer.movingMean.value.scalar - 0.542) < 1e-6)
    }

    @Test func dropoutIsAnotherEachCall() {
        let layer = Dropout(0.5)
        let x = Tensor.ones([1, 1000])
        let (first, second) = (layer(x, training: true).scalars, layer(x, training: true).scalars)
        #expect(first != second)
        #expect(Set(first) == [0, 2])
        #expect(Dropout(0.5)(x, training: true).scalars != first)
        #expect(layer(x).scalars == x.scalars)
        #expect(layer(x, training: false).scalars == x.scalars)
    }

    /// As in Keras 3: `fit` and `predict` say whether a model's calls train, not its definition; files
    /// keep what that says.
    @Test func callsInADefinition() throws {
        let input = Input(shape: [2])
        let normalized = BatchNormalization()(input, training: false)
        let model = Model(inputs: input, outputs: Dropout(0.5)(normalized, training: true))
        let folder = try TemporaryFolder()
        try model.save(to: folder.file("m.keras"))
        let loaded = try Model.load(from: folder.file("m.keras"))
        #expect(try loaded.configuration == model.configuration)
        let x = Tensor.ones([8, 2])
        for model in [model, loaded] {
            #expect(try !model.predict(x).scalars.contains(0))
            try model.compile(optimizer: SGD(learningRate: 0), loss: .meanSquaredError)
            try model.fit(x, x, verbose: 0)
            let mean = try #require(model.namedWeights.first { $0.path.contains("moving_mean") })
            #expect(abs(mean.variable.value.scalars[0] - 0.01) < 1e-6)
        }
    }

    /// What a test of a layer of one's own looks like.
    @Test func contextsForTests() {
        let context = Context(isTraining: true, seed: 7)
        let layer = BatchNormalization(momentum: 0.5, gammaRegularizer: .l1(1))
        let y = context.apply(layer, to: Tensor(shape: [2, 1], scalars: [2, 6]))
        #expect(abs(y.scalars[1] - 1) < 1e-3)
        #expect(context.updated(layer.movingMean).scalar == 2)
        #expect(context.losses.map(\.scalar) == [1])
        // The layer itself stays as it was.
        #expect(layer.movingMean.value.scalar == 0)
        #expect(context.isTraining)
        let noise = context.randomUniform([4]).scalars
        #expect(noise == noise && noise.allSatisfy { (0..<1).contains($0) })
    }
}
