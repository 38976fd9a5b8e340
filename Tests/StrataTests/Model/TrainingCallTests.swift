import Foundation
import Strata
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
        #expect(try fitted.predict(x).scalars == looped(x).scalars)
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

    /// `base(x, training: false)` in a model's definition stays in inference mode when the model trains,
    /// and files keep that.
    @Test func callsInADefinition() throws {
        let base = Sequential(inputShape: [2], [BatchNormalization()])
        let input = Input(shape: [2])
        let model = Model(inputs: input, outputs: Dense(1)(base(input, training: false)))
        try model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("call-\(UUID().uuidString).keras").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(to: path)
        let x = Tensor(randomNormal: [8, 2], seed: 5)
        for model in [model, try Model.load(from: path)] {
            let before = model.namedWeights.filter { $0.path.contains("moving") }
                .map(\.variable.value.scalars)
            try model.fit(x, Tensor.zeros([8, 1]), epochs: 2, verbose: 0)
            let after = model.namedWeights.filter { $0.path.contains("moving") }
                .map(\.variable.value.scalars)
            #expect(before == after && before.count == 2)
        }
        // And the other way round.
        let active = Model(inputs: input, outputs: Dropout(0.5)(input, training: true))
        #expect(try active.predict(Tensor.ones([100, 2])).scalars.contains(0))
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
