import Foundation
import Strata
import TestSupport
import Testing

/// A small image task that a few steps learn.
struct SmallTask {
    let x: Tensor
    let y: Tensor

    /// Images of noise, brighter in one of three channels: the class.
    init(_ count: Int = 40, size: Int = 6, seed: UInt64 = 3) {
        let labels = (0..<count).map { Float(($0 * 7) % 3) }
        var pixels = Tensor(randomUniform: [count, size, size, 3], seed: seed).scalars
        for image in 0..<count {
            for pixel in 0..<size * size {
                pixels[(image * size * size + pixel) * 3 + Int(labels[image])] += 0.5
            }
        }
        x = Tensor(shape: [count, size, size, 3], scalars: pixels)
        y = Tensor(labels)
    }

    func rows(_ range: Range<Int>) -> (x: Tensor, y: Tensor) {
        let width = x.shape.withoutBatch.count
        let part = Array(x.scalars[range.lowerBound * width..<range.upperBound * width])
        return (
            Tensor(shape: x.shape.withoutBatch.batched(range.count), scalars: part),
            Tensor(Array(y.scalars[range]))
        )
    }

    static func model(dropout: Float = 0) -> Sequential {
        Sequential(inputShape: [6, 6, 3]) {
            Conv2D(8, kernelSize: 3, padding: .same)
            BatchNormalization()
            ReLU()
            MaxPool2D(2)
            Flatten()
            if dropout > 0 { Dropout(dropout) }
            Dense(3, activation: .softmax)
        }
    }
}

extension Model {
    /// The bits of all weights.
    var bits: [UInt32] { weights.flatMap { $0.value.scalars.map(\.bitPattern) } }

    func compiled(_ optimizer: Optimizer = Adam(learningRate: 0.01)) throws -> Self {
        try compile(
            optimizer: optimizer, loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return self
    }
}

@Suite struct TrainingTests {
    let task = SmallTask()

    @Test func learns() throws {
        let model = try SmallTask.model().compiled()
        let history = try model.fit(task.x, task.y, batchSize: 8, epochs: 12, verbose: 0)
        #expect(history.epochs == Array(0..<12))
        #expect(history["loss"]!.last! < 0.3 * history["loss"]!.first!)
        #expect(history["accuracy"]!.last! > 0.9)
    }

    /// One gradient step by hand: evaluation, the batch's loss before the step, and its change.
    @Test func onBatchIsAStep() throws {
        let model = try SmallTask.model().compiled(SGD(learningRate: 0.1))
        let (x, y) = task.rows(0..<8)
        let first = try model.trainOnBatch(x, y)
        #expect(first.names == ["loss", "accuracy"])
        let twin = try SmallTask.model().compiled(SGD(learningRate: 0.1))
        let history = try twin.fit(x, y, batchSize: 8, verbose: 0, shuffle: false)
        #expect(history["loss"] == [first["loss"]!])
        #expect(twin.bits == model.bits)
        let tested = try model.testOnBatch(x, y)
        let evaluated = try model.evaluate(x, y, batchSize: 8, verbose: 0)
        #expect(tested == evaluated)
        #expect(try model.testOnBatch(x, y) == tested)
    }

    @Test func evaluateIsTheMeanOverSamples() throws {
        let model = try SmallTask.model().compiled()
        try model.fit(task.x, task.y, verbose: 0)
        let predictions = try model.predict(task.x, batchSize: 7).scalars
        let labels = task.y.scalars.map { Int($0) }
        var loss = 0.0
        var hits = 0
        for (row, label) in labels.enumerated() {
            let row = predictions[3 * row..<3 * row + 3].map { Double($0) }
            loss -= log(row[label])
            hits += row.max() == row[label] ? 1 : 0
        }
        for batch in [1, 7, 32, 40, 1000] {
            let result = try model.evaluate(task.x, task.y, batchSize: batch, verbose: 0)
            #expect(abs(result["loss"]! - loss / 40) < 1e-5)
            #expect(abs(result["accuracy"]! - Double(hits) / 40) < 1e-6)
        }
    }

    /// Batch by batch, all at once, and layer by layer on numbers.
    @Test func predictIsWhatTheLayersCompute() throws {
        let model = try SmallTask.model(dropout: 0.5).compiled()
        try model.fit(task.x, task.y, verbose: 0)
        let all = try model.predict(task.x, batchSize: 40)
        #expect(all.shape == [40, 3])
        var x = task.x
        for layer in model.layers { x = layer(x) }
        let called = model(task.x)
        for batch in [1, 3, 16] {
            let part = try model.predict(task.x, batchSize: batch)
            for other in [part, x, called] {
                let differences = zip(all.scalars, other.scalars).map { abs($0 - $1) }
                #expect(differences.max()! < 1e-5)
            }
        }
    }

    /// The tail, before any shuffling: with the tail's rows poisoned the training never sees them.
    @Test func validationIsTheTail() throws {
        var labels = task.y.scalars
        for row in 30..<40 { labels[row] = 0 }
        var pixels = task.x.scalars
        for index in 30 * 108..<40 * 108 { pixels[index] = 1000 }
        let poisoned = Tensor(shape: task.x.shape, scalars: pixels)
        let head = task.rows(0..<30)
        let one = try SmallTask.model().compiled()
        let history = try one.fit(
            poisoned, Tensor(labels), batchSize: 8, epochs: 2, verbose: 0, validationSplit: 0.25)
        let two = try SmallTask.model().compiled()
        let other = try two.fit(head.x, head.y, batchSize: 8, epochs: 2, verbose: 0)
        #expect(one.bits == two.bits)
        #expect(history["loss"] == other["loss"])
        #expect(history.names == ["accuracy", "loss", "val_accuracy", "val_loss"])
        #expect(other.names == ["accuracy", "loss"])
    }

    /// The rows of each epoch, seen by a loss that gives the label, batch by batch.
    @Test func shuffleIsAFreshPermutation() throws {
        func orders(seed: UInt64, fits: Int, epochs: Int, shuffle: Bool = true) throws -> [[Int]] {
            let model = Sequential(inputShape: [1]) { Dense(1, kernelInitializer: .zeros) }
            model.seed = seed
            try model.compile(
                optimizer: SGD(learningRate: 0),
                loss: Loss("row") { target, prediction in (target + prediction * 0).mean(axes: [-1])
                })
            let rows = Tensor(shape: [23, 1], scalars: (0..<23).map { Float($0) })
            let seen = AtEnds()
            var order: [Int] = []
            var sum = 0.0
            seen.batch = { batch, logs, _ in
                let total = logs["loss"]! * Double(batch + 1)
                order.append(Int((total - (batch == 0 ? 0 : sum)).rounded()))
                sum = total
            }
            var result: [[Int]] = []
            seen.epoch = { _, _, _ in
                result.append(order)
                order = []
            }
            for _ in 0..<fits {
                try model.fit(
                    rows, rows, batchSize: 1, epochs: epochs, verbose: 0, callbacks: [seen],
                    shuffle: shuffle)
            }
            return result
        }
        let three = try orders(seed: 1, fits: 1, epochs: 3)
        for order in three { #expect(order.sorted() == Array(0..<23)) }
        #expect(Set(three + [Array(0..<23)]).count == 4)
        #expect(try orders(seed: 1, fits: 1, epochs: 3) == three)
        // Fitting three times is fitting on.
        #expect(try orders(seed: 1, fits: 3, epochs: 1) == three)
        #expect(try orders(seed: 2, fits: 1, epochs: 1)[0] != three[0])
        #expect(
            try orders(seed: 1, fits: 1, epochs: 2, shuffle: false).allSatisfy {
                $0 == Array(0..<23)
            })
    }

    @Test func weightsAreGotAndSet() throws {
        let model = try SmallTask.model().compiled()
        #expect(
            model.namedWeights.map(\.path) == [
                "conv2d/kernel", "conv2d/bias", "batch_normalization/gamma",
                "batch_normalization/beta", "batch_normalization/moving_mean",
                "batch_normalization/moving_variance", "dense/kernel", "dense/bias",
            ])
        #expect(model.trainableWeights.count == 6)
        let before = model.weights.map(\.value)
        let bits = model.bits
        try model.fit(task.x, task.y, verbose: 0)
        #expect(model.bits != bits)
        // A value read earlier keeps its numbers.
        #expect(before.flatMap { $0.scalars.map(\.bitPattern) } == bits)
        let other = SmallTask.model()
        try other.setWeights(model.weights.map(\.value))
        #expect(other.bits == model.bits)
        #expect(try other.predict(task.x).scalars == model.predict(task.x).scalars)
        try model.setWeights(before)
        #expect(model.bits == bits)

        #expect(throws: StrataError("sequential (Sequential) has 8 weights, but got 7 values")) {
            try model.setWeights(before.dropLast())
        }
        var wrong = before
        wrong[6] = .zeros([3, 3])
        let error = errorMessage { try model.setWeights(wrong) }
        #expect(
            error
                == "The weight dense/kernel of sequential (Sequential) has shape (72, 3), "
                + "but got (3, 3)")
        #expect(model.bits == bits)
    }

    @Test func weightsSetBetweenStepsAreUsed() throws {
        let model = try SmallTask.model().compiled(SGD(learningRate: 0))
        let first = try model.evaluate(task.x, task.y, verbose: 0)
        try model.fit(task.x, task.y, verbose: 0)
        try model.setWeights(model.weights.map { .zeros($0.shape) })
        #expect(abs(try model.evaluate(task.x, task.y, verbose: 0)["loss"]! - log(3)) < 1e-6)
        #expect(try model.evaluate(task.x, task.y, verbose: 0) != first)
        #expect(abs(try model.predict(task.x).scalars[0] - 1.0 / 3) < 1e-6)
    }

    @Test func learningRateChangesTakeEffect() throws {
        let optimizer = SGD(learningRate: 0)
        let model = try SmallTask.model().compiled(optimizer)
        let dense = try model.layer(named: "dense")
        let before = dense.weights[0].value.scalars
        try model.fit(task.x, task.y, verbose: 0)
        #expect(dense.weights[0].value.scalars == before)
        optimizer.learningRate = 0.1
        try model.fit(task.x, task.y, verbose: 0)
        #expect(dense.weights[0].value.scalars != before)
    }

    @Test func dropoutDropsOnlyInTraining() throws {
        let model = Sequential(inputShape: [1000]) { Dropout(0.25) }
        try model.compile(optimizer: SGD(), loss: .meanSquaredError, metrics: [])
        let ones = Tensor.ones([4, 1000])
        #expect(try model.predict(ones).scalars == ones.scalars)
        #expect(try model.testOnBatch(ones, ones)["loss"] == 0)
        // (1/0.75 - 1)² where kept, 1 where dropped: 1/3 on average.
        let first = try model.trainOnBatch(ones, ones)["loss"]!
        #expect(abs(first - 1.0 / 3) < 0.05)
        #expect(try model.trainOnBatch(ones, ones)["loss"]! != first)
    }

    @Test func dataOfOtherTypes() throws {
        let bytes = ArrayData(shape: [40, 6, 6, 3], (0..<40 * 108).map { UInt8($0 % 251) })
        let floats = Tensor(
            shape: [40, 6, 6, 3], scalars: (0..<40 * 108).map { Float($0 % 251) / 255 })
        let labels = ArrayData(shape: [40, 1], task.y.scalars.map { Int64($0) })
        let one = try SmallTask.model().compiled(SGD(learningRate: 0.01))
        let two = try SmallTask.model().compiled(SGD(learningRate: 0.01))
        try one.fit(Samples(bytes, scale: 1.0 / 255), labels, batchSize: 16, epochs: 2, verbose: 0)
        try two.fit(floats, task.y, batchSize: 16, epochs: 2, verbose: 0)
        for (a, b) in zip(one.weights, two.weights) {
            #expect(zip(a.value.scalars, b.value.scalars).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test func freezing() throws {
        let model = SmallTask.model()
        model.layers[0].isTrainable = false
        _ = try model.compiled()
        let before = model.layers[0].weights.map { $0.value.scalars }
        let head = model.layers[5].weights[0].value.scalars
        try model.fit(task.x, task.y, verbose: 0)
        #expect(model.layers[0].weights.map { $0.value.scalars } == before)
        #expect(model.layers[5].weights[0].value.scalars != head)
        // What is set later waits for the next compile, also for batches of another size.
        model.layers[0].isTrainable = true
        model.layers[5].isTrainable = false
        let tail = model.layers[5].weights[0].value.scalars
        try model.fit(task.x, task.y, batchSize: 7, verbose: 0)
        #expect(model.layers[0].weights.map { $0.value.scalars } == before)
        #expect(model.layers[5].weights[0].value.scalars != tail)
        // Nothing to train is no error.
        model.isTrainable = false
        _ = try model.compiled()
        let bits = model.bits
        try model.fit(task.x, task.y, verbose: 0)
        #expect(model.bits == bits)
    }
}
