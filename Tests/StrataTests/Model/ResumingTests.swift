import Foundation
import Strata
import Testing

/// Training that goes on from a file is the training that was never broken off.
@Suite struct ResumingTests {
    private func model() throws -> Model {
        let model = Sequential(inputShape: [6]) {
            Dense(8, activation: .relu)
            BatchNormalization()
            Dropout(0.3)
            Dense(3, activation: .softmax)
        }
        try model.compile(
            optimizer: Adam(learningRate: 0.01), loss: .sparseCategoricalCrossentropy,
            metrics: [.accuracy])
        return model
    }

    private let x = Tensor(randomNormal: [40, 6], seed: 2)
    private let y = Tensor((0..<40).map { Float($0 % 3) })

    private func reloaded(_ model: Model) throws -> Model {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("resumed-\(UUID().uuidString).keras").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(to: path)
        return try Model.load(from: path)
    }

    @Test func epochsBatchSizeAndHistoryAreKept() throws {
        let whole = try model()
        let history = try whole.fit(x, y, batchSize: 7, epochs: 5, verbose: 0)
        let first = try model()
        try first.fit(x, y, batchSize: 7, epochs: 2, verbose: 0)
        let second = try reloaded(first)
        let record = try #require(second.trainingRecord)
        #expect(record.batchSize == 7 && record.epochs == 2)
        try second.fit(
            x, y, batchSize: record.batchSize, epochs: 5, verbose: 0, initialEpoch: record.epochs)
        for (one, other) in zip(whole.namedWeights, second.namedWeights) {
            #expect(one.variable.value.scalars == other.variable.value.scalars, "\(one.path)")
        }
        #expect(second.trainingRecord?.history == history)
        #expect(second.trainingRecord?.epochs == 5)
        // A fit from the beginning begins a new record.
        try second.fit(x, y, epochs: 1, verbose: 0)
        #expect(second.trainingRecord?.epochs == 1)
        #expect(second.trainingRecord?.history["loss"]?.count == 1)
    }

    /// An epoch that is broken off does not count.
    @Test func brokenEpochs() throws {
        let model = try model()
        let stop = LambdaCallback(onTrainBatchEnd: { batch, _, model in
            if batch == 2 { model.stopTraining = true }
        })
        try model.fit(x, y, batchSize: 8, epochs: 5, verbose: 0, callbacks: [stop])
        #expect(model.trainingRecord?.epochs == 0)
    }

    /// Each schedule, begun after steps have been made, runs as from the first step; in a file, too.
    @Test func schedulesThatBeginLater() throws {
        let schedules: [any LearningRateSchedule] = [
            CosineDecay(initialLearningRate: 0.1, decaySteps: 10),
            CosineDecay(
                initialLearningRate: 0, decaySteps: 6, warmupTarget: 0.1, warmupSteps: 4),
            CosineDecayRestarts(initialLearningRate: 0.1, firstDecaySteps: 4),
            ExponentialDecay(initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.5),
            InverseTimeDecay(initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.5),
            PolynomialDecay(initialLearningRate: 0.1, decaySteps: 10),
            PiecewiseConstantDecay(boundaries: [3, 6], values: [0.1, 0.01, 0.001]),
        ]
        for schedule in schedules {
            let model = try model()
            try model.fit(x, y, batchSize: 8, epochs: 2, verbose: 0)
            let optimizer = try #require(model.compilation?.optimizer)
            optimizer.begin(schedule)
            func expectRates(_ optimizer: Optimizer, from start: Int) {
                for step in start..<12 {
                    #expect(optimizer.learningRate(after: step - start) == schedule(step: step))
                }
            }
            expectRates(optimizer, from: 0)
            try model.fit(x, y, batchSize: 8, epochs: 1, verbose: 0)
            expectRates(optimizer, from: 5)
            let again = try #require(reloaded(model).compilation?.optimizer)
            expectRates(again, from: 5)
            // As in Keras, one that is set counts all steps.
            optimizer.schedule = schedule
            #expect(optimizer.learningRate == schedule(step: 15))
        }
    }
}
