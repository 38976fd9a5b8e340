import Foundation
import Strata
import TestSupport
import Testing

/// Weights of classes and of samples where each position of a sample, such as a pixel, has a loss.
@Suite struct PositionWeightTests {
    private let images = Tensor(randomNormal: [2, 4, 3, 1], seed: 3)
    private let mask: [Float] = (0..<24).map { Float($0 * 7 % 3) }
    private let weights: [Int: Float] = [0: 1, 1: 10, 2: 100]

    private func model(_ classes: Int, _ loss: Loss, _ metrics: [Metric] = []) throws -> Model {
        let activation = classes == 1 ? ActivationFunction.sigmoid : .softmax
        let model = Sequential(inputShape: [4, 3, 1]) {
            Conv2D(classes, kernelSize: 1, activation: activation)
        }
        try model.compile(
            optimizer: SGD(learningRate: 0.1), loss: loss, weightedMetrics: metrics)
        return model
    }

    /// The mean over pixels of -ln p(class) times a weight, by a loop.
    private func loss(_ model: Model, weight: (Int) -> Float) throws -> Float {
        let p = try model.predict(images).scalars
        let terms = mask.indices.map { weight($0) * -log(p[$0 * 3 + Int(mask[$0])]) }
        return terms.reduce(0, +) / Float(terms.count)
    }

    private func oneHotMask() -> Tensor {
        Tensor(
            shape: [2, 4, 3, 3],
            scalars: mask.flatMap { label in (0..<3).map { Float($0) == label ? 1 : 0 } })
    }

    @Test func pixelsCountForTheirClass() throws {
        let layouts: [(Tensor, Loss)] = [
            (Tensor(shape: [2, 4, 3], scalars: mask), .sparseCategoricalCrossentropy),
            (Tensor(shape: [2, 4, 3, 1], scalars: mask), .sparseCategoricalCrossentropy),
            (oneHotMask(), .categoricalCrossentropy),
        ]
        for (targets, loss) in layouts {
            let model = try model(3, loss)
            let expected = try self.loss(model) { weights[Int(mask[$0])]! }
            let logs = try model.trainOnBatch(images, targets, classWeight: weights)
            let got = Float(try #require(logs["loss"]))
            #expect(abs(got - expected) < 1e-5 * expected, "\(targets.shape)")
        }
    }

    @Test func binaryMasks() throws {
        let labels = mask.map { $0 == 1 ? Float(1) : 0 }
        for shape: Shape in [[2, 4, 3, 1], [2, 4, 3]] {
            let model = try model(1, .binaryCrossentropy)
            let p = try model.predict(images).scalars
            let terms = zip(p, labels).map { p, y -> Float in
                y == 1 ? -5 * log(p) : -0.5 * log(1 - p)
            }
            let expected = terms.reduce(0, +) / Float(terms.count)
            let logs = try model.trainOnBatch(
                images, Tensor(shape: shape, scalars: labels), classWeight: [0: 0.5, 1: 5])
            #expect(abs(Float(try #require(logs["loss"])) - expected) < 1e-5 * expected)
        }
    }

    /// Through `fit`, whose batches are gathered, too.
    @Test func weightsFollowShuffledRows() throws {
        let targets = Tensor(shape: [2, 4, 3], scalars: mask)
        for shuffle in [false, true] {
            let model = try model(3, .sparseCategoricalCrossentropy)
            let expected = try loss(model) { weights[Int(mask[$0])]! }
            let history = try model.fit(
                images, targets, batchSize: 2, verbose: 0, shuffle: shuffle, classWeight: weights)
            #expect(abs(Float(history["loss"]![0]) - expected) < 1e-5 * expected)
        }
    }

    @Test func samplesHaveAWeightForEachPixel() throws {
        let targets = Tensor(shape: [2, 4, 3], scalars: mask)
        let numbers = (0..<24).map { Float($0 % 5) }
        let model = try model(3, .sparseCategoricalCrossentropy, [.accuracy])
        let expected = try loss(model) { numbers[$0] }
        let p = try argmax(model.predict(images)).scalars
        let hits = zip(zip(p, mask), numbers).reduce(Float(0)) {
            $0 + ($1.0.0 == $1.0.1 ? $1.1 : 0)
        }
        let logs = try model.testOnBatch(images, targets, sampleWeight: numbers)
        #expect(abs(Float(try #require(logs["loss"])) - expected) < 1e-5 * expected)
        #expect(
            abs(Float(try #require(logs["accuracy"])) - hits / numbers.reduce(0, +)) < 1e-6)
        #expect(throws: StrataError.self) {
            try model.testOnBatch(images, targets, sampleWeight: [1, 2, 3])
        }
    }

    /// Keras rounds labels to the nearest class, halves to the even one.
    @Test func labelsAreRounded() throws {
        let model = Sequential(inputShape: [1]) { Dense(1, kernelInitializer: .zeros) }
        try model.compile(optimizer: SGD(learningRate: 0), loss: .meanSquaredError)
        let labels: [Float] = [0.9999999, 0.5, 1.5, 2.4, -0.4, 7]
        let counted: [Float] = [10, 1, 100, 100, 1, 1]
        var expected: Float = 0
        for (label, weight) in zip(labels, counted) { expected += label * label * weight / 6 }
        let logs = try model.trainOnBatch(
            Tensor(shape: [6, 1], scalars: [1, 2, 3, 4, 5, 6]),
            Tensor(shape: [6, 1], scalars: labels), classWeight: weights)
        #expect(abs(Float(try #require(logs["loss"])) - expected) < 1e-4)
    }

    @Test func otherTargetsHaveNoClasses() throws {
        let loss = Loss("own", isSparse: true) { _, prediction in prediction.mean(axes: [-1]) }
        let model = try model(3, loss)
        let error = errorMessage {
            try model.trainOnBatch(images, Tensor([0, 1]), classWeight: weights)
        }
        #expect(error.contains("(2, 4, 3)"), "\(error)")
    }

    /// A loss of one's own gets class numbers as they are, even those that are no class.
    @Test func ownLossesOfClassNumbers() throws {
        for shape: Shape in [[3], [3, 1]] {
            let loss = Loss("own", isSparse: true) { target, prediction in
                #expect(target.shape == shape)
                return target.reshaped(to: [3]) + 0 * prediction.sum(axes: [-1])
            }
            let model = Sequential(inputShape: [2]) { Dense(4) }
            try model.compile(optimizer: SGD(learningRate: 0), loss: loss)
            let logs = try model.testOnBatch(
                Tensor(randomNormal: [3, 2], seed: 1), Tensor(shape: shape, scalars: [-1, 3, 7]))
            #expect(logs["loss"] == 3)
        }
    }
}
