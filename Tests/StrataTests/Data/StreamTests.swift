import Foundation
import Strata
import TestSupport
import Testing

@Suite struct StreamTests {
    private func makeModel(isBuilt: Bool = true) throws -> Model {
        let model = Sequential(inputShape: isBuilt ? [5] : nil) { Dense(2, activation: .softmax) }
        try model.compile(
            optimizer: SGD(learningRate: 0.1), loss: .sparseCategoricalCrossentropy,
            metrics: [.accuracy])
        return model
    }

    /// Batches of 4 rows.
    private func batches(_ count: Int) throws -> [Examples] {
        var random = TestRandom(3)
        return try (0..<count).map { batch in
            try Examples(
                x: ArrayData(shape: [4, 5], floats: random.floats(20)),
                y: ArrayData(shape: [4], (0..<4).map { Int32(($0 + batch) % 2) }))
        }
    }

    private func weights(_ model: Model) -> [[Float]] { model.weights.map(\.value.scalars) }

    private func joined(_ batches: [Examples]) throws -> Examples {
        try Examples(
            x: ArrayData(
                shape: [4 * batches.count, 5], floats: batches.flatMap { $0.x.floats() }),
            y: ArrayData(
                shape: [4 * batches.count], batches.flatMap { $0.y.floats().map { Int32($0) } }))
    }

    /// An epoch of a sequence is one of the same samples in arrays.
    @Test(arguments: [true, false]) func wholeSequence(isBuilt: Bool) throws {
        let batches = try batches(6)
        let (model, other) = (try makeModel(isBuilt: isBuilt), try makeModel(isBuilt: isBuilt))
        let history = try model.fit(
            batches: batches, epochs: 3, verbose: 0, validationBatches: batches,
            validationSteps: 2, classWeight: [1: 3])
        let expected = try other.fit(
            joined(batches), batchSize: 4, epochs: 3, verbose: 0,
            validationData: joined(Array(batches[..<2])), shuffle: false, classWeight: [1: 3],
            validationBatchSize: 4)
        #expect(history == expected && weights(model) == weights(other))
        #expect(
            try model.evaluate(batches: batches, verbose: 0)
                == other.evaluate(joined(batches), batchSize: 4, verbose: 0))
    }

    /// With a number of steps the sequence goes on from epoch to epoch.
    @Test func steps() throws {
        let batches = try batches(6)
        var asked = 0
        let stream = AnyIterator { () -> Examples? in
            asked += 1
            return batches[(asked - 1) % 6]
        }
        let (model, other) = (try makeModel(), try makeModel())
        try model.fit(batches: stream, stepsPerEpoch: 3, epochs: 4, verbose: 0)
        #expect(asked == 12)
        try other.fit(joined(batches), batchSize: 4, epochs: 2, verbose: 0, shuffle: false)
        #expect(weights(model) == weights(other))
    }

    @Test func streamsThatEnd() throws {
        let batches = try batches(5)
        let model = try makeModel()
        #expect(
            errorMessage {
                try model.fit(batches: batches, stepsPerEpoch: 3, epochs: 2, verbose: 0)
            }
                == "The stream of batches ended at batch 2 of a pass of 3.")
        #expect(
            errorMessage { try model.fit(batches: [], verbose: 0) }
                == "The stream of batches is empty.")
        #expect(
            errorMessage { try model.evaluate(batches: batches, steps: 6, verbose: 0) }
                == "The stream of batches ended at batch 5 of a pass of 6.")
        #expect(
            errorMessage { try model.fit(batches: batches, stepsPerEpoch: 0, verbose: 0) }
                == "stepsPerEpoch must be at least 1, but got 0")
        let wrong = try Examples(
            x: ArrayData(shape: [2, 4], floats: [Float](repeating: 0, count: 8)),
            y: ArrayData(shape: [2], [0, 1] as [Int32]))
        #expect(
            errorMessage { try model.fit(batches: batches + [wrong], verbose: 0) }
                == "The model takes samples of shape (None, 5), but got (2, 4)")
    }

    /// As Keras counts steps whose number is not known.
    @Test func progress() throws {
        var text = ""
        let bar = ProgressBar(isBar: false, write: { text += $0 }, clock: { 0 })
        try makeModel().fit(batches: batches(3), verbose: 0, callbacks: [bar])
        #expect(text.hasPrefix("3/Unknown - 0s - "))
    }
}
