import Foundation
import Strata
import TestSupport
import Testing

/// Samples of 6×6 bytes in three classes, of which any column may be written when it is needed.
private struct Pictures: SampleSource {
    let examples: Examples
    var writesInputs = true
    var writesTargets = false
    /// Waits up to so many microseconds before a sample, some more than others.
    var delay: UInt32 = 0
    /// Called for each sample that is written.
    var log: (@Sendable (_ index: Int, _ epoch: Int) throws -> Void)?

    init(count: Int = 50) throws {
        let places: Range<Int> = 0..<count * 36
        let pixels: [UInt8] = places.map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 36 * 11) }
        let labels: [Int32] = (0..<count).map { Int32($0 % 3) }
        examples = try Examples(
            x: ArrayData(shape: [count, 6, 6, 1], pixels), y: ArrayData(shape: [count], labels))
    }

    var count: Int { examples.count }
    var inputs: [SampleColumn] { columns(examples.inputs, writesInputs) }
    var targets: [SampleColumn] { columns(examples.targets, writesTargets) }

    private func columns(_ columns: [SampleColumn], _ isWritten: Bool) -> [SampleColumn] {
        isWritten ? columns.map { .written($0.type) } : columns
    }

    func write(_ index: Int, epoch: Int, to place: SamplePlace) throws {
        if delay > 0 { usleep(UInt32(index * 7 % 10) * delay / 10) }
        try log?(index, epoch)
        let one = examples.rows([index])
        if writesInputs { one.x.withUnsafeBytes { place.inputs[0].copyMemory(from: $0) } }
        if writesTargets { one.y.withUnsafeBytes { place.targets[0].copyMemory(from: $0) } }
    }
}

/// What threads note.
private final class Notes: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [[Int]] = []
    var seen: [[Int]] { lock.withLock { all } }
    func add(_ numbers: Int...) { lock.withLock { all.append(numbers) } }
}

@Suite struct SampleSourceTests {
    private func makeModel() throws -> Model {
        let model = Sequential(inputShape: [6, 6, 1]) {
            Conv2D(4, kernelSize: 3, activation: .relu)
            Flatten()
            Dropout(0.2)
            Dense(3, activation: .softmax)
        }
        model.seed = 7
        try model.compile(
            optimizer: Adam(learningRate: 0.01), loss: .sparseCategoricalCrossentropy,
            metrics: [.accuracy])
        return model
    }

    /// Weights and numbers after training.
    private func trained(
        on source: any SampleSource, workers: Int? = nil,
        _ fit: (Model, any SampleSource) throws -> History
    ) throws -> (weights: [[Float]], history: History) {
        let model = try makeModel()
        model.workerCount = workers
        let history = try fit(model, source)
        return (model.weights.map(\.value.scalars), history)
    }

    /// However samples are made, and by however many threads, the weights are the same to the bit.
    @Test func sameBitsAsArrays() throws {
        var pictures = try Pictures()
        pictures.delay = 300
        let weights = (0..<50).map { Float($0 % 4) }
        let ways: [(Model, any SampleSource) throws -> History] = [
            { try $0.fit($1, batchSize: 8, epochs: 2, verbose: 0) },
            { try $0.fit($1, batchSize: 7, verbose: 0, validationSplit: 0.3, shuffle: false) },
            { try $0.fit($1, batchSize: 50, verbose: 0, classWeight: [0: 2, 1: 0.5]) },
            {
                try $0.fit(
                    $1, batchSize: 16, verbose: 0, validationData: $1, sampleWeight: weights,
                    validationBatchSize: 9)
            },
        ]
        for fit in ways {
            let expected = try trained(on: pictures.examples, fit)
            for (writesInputs, writesTargets, workers) in [
                (true, false, 1), (true, false, 3), (true, true, 2), (false, true, 4),
            ] {
                pictures.writesInputs = writesInputs
                pictures.writesTargets = writesTargets
                let result = try trained(on: pictures, workers: workers, fit)
                #expect(result.weights == expected.weights)
                #expect(result.history == expected.history)
            }
        }
    }

    @Test func evaluationAndPrediction() throws {
        let pictures = try Pictures()
        let model = try makeModel()
        let (x, y) = (pictures.examples.inputSamples[0], pictures.examples.y)
        let logs = try model.evaluate(pictures, batchSize: 7, verbose: 0)
        let direct = try model.evaluate(x, y, batchSize: 7, verbose: 0)
        #expect(logs == direct)
        let expected = try model.predict(x, batchSize: 7).scalars
        #expect(try model.predict(pictures, batchSize: 7).scalars == expected)
        #expect(try model.predict(pictures.samples(10..<20)).scalars == Array(expected[30..<60]))
        #expect(
            try model.trainOnBatch(pictures) == makeModel().trainOnBatch(pictures.examples))
        let read = try Examples(reading: pictures)
        #expect(read.x.floats() == pictures.examples.x.floats() && read.scale == 1 / 255)
        #expect(read.y.floats() == pictures.examples.y.floats())
    }

    /// Each sample is written once an epoch, and is told which.
    @Test func epochs() throws {
        let notes = Notes()
        var pictures = try Pictures()
        pictures.log = { notes.add($1, $0) }
        let model = try makeModel()
        try model.fit(
            pictures, batchSize: 8, epochs: 4, verbose: 0, validationSplit: 0, initialEpoch: 2)
        let expected = (2..<4).flatMap { epoch in (0..<50).map { [epoch, $0] } }
        #expect(notes.seen.sorted { $0.lexicographicallyPrecedes($1) } == expected)
    }

    /// The error of the batch's first bad sample reaches the caller, when its batch is wanted.
    @Test func errors() throws {
        var pictures = try Pictures()
        pictures.delay = 300
        pictures.log = { index, epoch in
            if epoch == 1, [38, 33, 34].contains(index) {
                throw StrataError("Cannot read picture \(index).")
            }
        }
        for workers in [1, 4] {
            let model = try makeModel()
            model.workerCount = workers
            var steps = 0
            let counting = LambdaCallback(onTrainBatchEnd: { _, _, _ in steps += 1 })
            let message = errorMessage {
                try model.fit(
                    pictures, batchSize: 8, epochs: 3, verbose: 0, callbacks: [counting],
                    shuffle: false)
            }
            #expect(message == "Cannot read picture 33." && steps == 7 + 4)
            // The model is as it was, and free.
            try model.fit(pictures.examples, verbose: 0)
        }
    }

    /// Wherever training ends, no thread goes on writing, and nothing is kept.
    @Test func stopping() throws {
        struct Stop: Error {}
        final class Token: Sendable {}
        struct Watch {
            weak var token: Token?
        }
        var random = TestRandom(1)
        let model = try makeModel()
        for turn in 0..<150 {
            let notes = Notes()
            var token: Token? = Token()
            let watch = Watch(token: token)
            var pictures = try Pictures(count: 40)
            pictures.delay = UInt32(random.int(0..<400))
            pictures.log = { [token] index, _ in
                _ = token
                notes.add(index)
            }
            token = nil
            model.workerCount = 1 + turn % 4
            let last = random.int(0..<12)
            var batch = 0
            let stopping = LambdaCallback(onTrainBatchEnd: { _, _, model in
                batch += 1
                guard batch > last else { return }
                if turn % 2 == 0 { throw Stop() }
                model.stopTraining = true
            })
            do {
                try model.fit(
                    pictures, batchSize: 3, epochs: 2, verbose: 0, callbacks: [stopping])
            } catch is Stop {}
            let count = notes.seen.count
            pictures.log = nil
            #expect(watch.token == nil)
            #expect(notes.seen.count == count)
        }
    }

    @Test func targetsThatAreWrittenAreChecked() throws {
        var pictures = try Pictures()
        pictures.writesTargets = true
        let model = Sequential(inputShape: [6, 6, 1]) {
            Flatten()
            Dense(2, activation: .softmax)
        }
        try model.compile(loss: .sparseCategoricalCrossentropy)
        let message = errorMessage { try model.evaluate(pictures, batchSize: 4, verbose: 0) }
        #expect(
            message
                == "Labels must be class numbers from 0 to 1, since the model has 2 outputs, but got "
                + "2 in row 2")
    }

    @Test func sourcesThatDoNotFit() throws {
        let model = try makeModel()
        func refusal(_ inputs: [SampleType], _ targets: [SampleType] = [], count: Int = 4) -> String
        {
            errorMessage {
                try model.fit(
                    SampleGenerator(count: count, inputs: inputs, targets: targets) { _, _, _ in },
                    verbose: 0)
            }
        }
        let (image, label) = (SampleType(shape: [6, 6, 1]), SampleType(shape: [1]))
        #expect(
            refusal([SampleType(shape: [5, 6, 1])], [label])
                == "The model takes samples of shape (None, 6, 6, 1), but got (4, 5, 6, 1)")
        #expect(refusal([image]) == "There must be targets for 1 outputs, but got 0")
        #expect(refusal([image, image], [label]).hasSuffix("arrays of samples, but got 2"))
        #expect(refusal([image], [label], count: 0).hasPrefix("Data must have at least one row"))
        #expect(
            refusal([SampleType(shape: [0, 6, 1])], [label]).hasPrefix("Data must have at least"))
    }

    /// A closure that draws other numbers in each epoch.
    @Test func generator() throws {
        let noise = SampleGenerator(
            count: 64, inputs: [SampleType(shape: [4])], targets: [SampleType(shape: [1])]
        ) { index, epoch, place in
            let key = Random.Key(seed: 1, path: "\(epoch)/\(index)")
            let numbers = (0..<4).map { Float(key.uniform($0)) }
            place.inputs[0].store(numbers)
            place.targets[0].store([numbers.reduce(0, +)])
        }
        let model = Sequential(inputShape: [4]) { Dense(1) }
        try model.compile(optimizer: Adam(learningRate: 0.05), loss: .meanSquaredError)
        let history = try model.fit(noise, batchSize: 8, epochs: 100, verbose: 0)
        #expect(try #require(history["loss"]?.last) < 1e-3)
        #expect(model.weights[0].value.scalars.allSatisfy { abs($0 - 1) < 0.1 })
    }
}
