import Foundation
import Strata
import TestSupport
import Testing

/// What callbacks decide and say, driven with scripted numbers as the real ones were.
@Suite struct CallbackDecisionTests {
    private static func make(
        _ name: String, _ folder: TemporaryFolder, _ say: @escaping (String) -> Void
    ) throws -> any Callback {
        func stop(_ callback: EarlyStopping) -> EarlyStopping {
            callback.announce = say
            return callback
        }
        func plateau(_ callback: ReduceLROnPlateau) -> ReduceLROnPlateau {
            callback.announce = say
            return callback
        }
        func checkpoint(
            _ file: String, monitor: String = "val_loss", best: Bool = false,
            frequency: ModelCheckpoint.SaveFrequency = .epoch, threshold: Double? = nil
        ) throws -> ModelCheckpoint {
            let callback = ModelCheckpoint(
                folder.file(file), monitor: monitor, verbose: true, saveBestOnly: best,
                saveFrequency: frequency, initialThreshold: threshold)
            callback.announce = say
            return callback
        }
        switch name {
        case "stop": return stop(EarlyStopping(verbose: true))
        case "stop patience": return stop(EarlyStopping(patience: 3, verbose: true))
        case "stop delta":
            return stop(EarlyStopping(minDelta: 0.05, patience: 3, verbose: true))
        case "stop restore":
            return stop(EarlyStopping(patience: 3, verbose: true, restoreBestWeights: true))
        case "stop restore late":
            return stop(EarlyStopping(patience: 30, verbose: true, restoreBestWeights: true))
        case "stop baseline":
            return stop(EarlyStopping(patience: 3, verbose: true, baseline: 0.8))
        case "stop start": return stop(EarlyStopping(verbose: true, startFromEpoch: 4))
        case "stop start restore":
            return stop(
                EarlyStopping(
                    patience: 2, verbose: true, restoreBestWeights: true, startFromEpoch: 4))
        case "stop rising", "stop tiny":
            return stop(EarlyStopping(patience: name == "stop tiny" ? 1 : 0, verbose: true))
        case "stop accuracy":
            return stop(EarlyStopping(monitor: "val_accuracy", patience: 2, verbose: true))
        case "stop minimum":
            return stop(
                EarlyStopping(monitor: "val_accuracy", patience: 2, verbose: true, mode: .minimum))
        case "plateau": return plateau(ReduceLROnPlateau(patience: 2, verbose: true))
        case "plateau flat":
            return plateau(
                ReduceLROnPlateau(
                    factor: 0.3, patience: 3, verbose: true, cooldown: 2, minLR: 0.01))
        case "plateau delta":
            return plateau(
                ReduceLROnPlateau(factor: 0.5, patience: 1, verbose: true, minDelta: 0.06))
        case "plateau accuracy":
            return plateau(
                ReduceLROnPlateau(monitor: "val_accuracy", patience: 1, verbose: true))
        case "scheduler":
            let callback = LearningRateScheduler(verbose: true) { $0 == 0 ? $1 : $1 * 0.7 }
            callback.announce = say
            return callback
        case "checkpoint": return try checkpoint("w-{epoch:02d}-{val_loss:.3f}.npz")
        case "checkpoint best": return try checkpoint("best.npz", best: true)
        case "checkpoint threshold":
            return try checkpoint("best.npz", best: true, threshold: 0.9)
        case "checkpoint accuracy":
            return try checkpoint("a-{val_accuracy:6.2e}.npz", monitor: "val_accuracy", best: true)
        case "checkpoint batches":
            return try checkpoint("b-{epoch}-{batch:03d}-{loss:.1f}.npz", frequency: .batches(4))
        default:
            throw StrataError("There is no case \(name).")
        }
    }

    private struct Outcome {
        var epochs = 0
        var rates: [Double] = []
        var model: Model
    }

    /// Runs a callback through epochs of three batches that report given numbers.
    private func drive(
        _ callback: any Callback, _ sequence: [Double?], _ name: String,
        _ extra: [Int: Logs] = [:]
    ) throws -> Outcome {
        let model = Sequential(inputShape: [1]) { Dense(1, useBias: false) }
        try model.compile(
            optimizer: SGD(learningRate: 0.5), loss: .meanSquaredError, metrics: [.accuracy])
        let run = RunDescription(epochs: 99, steps: 3, samples: 3, isValidation: false)
        var outcome = Outcome(model: model)
        try callback.onTrainBegin(run, model: model)
        for (epoch, value) in sequence.enumerated() {
            try callback.onEpochBegin(epoch, model: model)
            outcome.rates.append(Double(model.compilation!.optimizer.learningRate))
            for batch in 0..<3 {
                try callback.onTrainBatchBegin(batch, model: model)
                try callback.onTrainBatchEnd(
                    batch, logs: ["loss": 1 + Double(epoch)], model: model)
            }
            model.weights[0].value = Tensor(shape: [1, 1], scalars: [Float(epoch + 1)])
            var logs: Logs = ["accuracy": 0.25, "loss": 1 + Double(epoch)]
            if let value { logs[name] = value }
            for (name, value) in extra[epoch]?.sorted ?? [] { logs[name] = value }
            try callback.onEpochEnd(epoch, logs: &logs, model: model)
            outcome.epochs += 1
            if model.stopTraining { break }
        }
        try callback.onTrainEnd([:], model: model)
        return outcome
    }

    @Test(arguments: try TrainingFixture.read.get().callbacks.keys.sorted())
    func decidesAndSaysWhatKerasDoes(_ name: String) throws {
        let expected = try TrainingFixture.read.get().callbacks[name]!
        let folder = try TemporaryFolder()
        var text = ""
        let callback = try Self.make(name, folder) { text += $0 + "\n" }
        let outcome = try drive(callback, expected.sequence, expected.name)
        #expect(outcome.epochs == expected.epochs)
        expectClose(outcome.rates, expected.rates, relative: 1e-7, absolute: 0, "rates")
        #expect(outcome.model.weights[0].value.scalars == [Float(expected.weight)])
        #expect(text.replacingOccurrences(of: folder.path + "/", with: "") == expected.text)
        for file in expected.saved {
            #expect(FileManager.default.fileExists(atPath: folder.file(file)))
        }
    }

    @Test(arguments: ["plain", "validated late", "append", "overwrite", "semicolon"])
    func writesTheTableThatKerasWrites(_ name: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("log.csv")
        for _ in 0..<(["append", "overwrite"].contains(name) ? 2 : 1) {
            let logger = CSVLogger(
                path, separator: name == "semicolon" ? ";" : ",", append: name == "append")
            let isLate = name == "validated late"
            _ = try drive(
                logger, [0.5, 1e-5, 1e20], isLate ? "loss" : "val_loss",
                isLate ? [1: ["val_loss": 0.125]] : [:])
        }
        let written = try String(contentsOfFile: path, encoding: .utf8)
        let expected = try TrainingFixture.read.get().tables[name]
        #expect(written == expected)
    }

    @Test func missingNumbersAreSaid() throws {
        var text: [String] = []
        let stop = EarlyStopping()
        stop.announce = { text.append($0) }
        _ = try drive(stop, [nil], "val_loss")
        let plateau = ReduceLROnPlateau()
        plateau.announce = { text.append($0) }
        _ = try drive(plateau, [nil], "val_loss")
        #expect(
            text == [
                "Early stopping conditioned on metric `val_loss` which is not available. Available "
                    + "metrics are: accuracy,loss",
                "Learning rate reduction is conditioned on metric `val_loss` which is not available. "
                    + "Available metrics are: accuracy,learning_rate,loss.",
            ])
    }

    @Test func anUnknownDirectionIsRefused() {
        #expect(throws: StrataError.self) {
            _ = try drive(EarlyStopping(monitor: "speed"), [1, 2], "speed")
        }
    }

    @Test func aScheduleIsNotOverruled() throws {
        let model = Sequential(inputShape: [1]) { Dense(1) }
        let schedule = CosineDecay(initialLearningRate: 0.1, decaySteps: 10)
        try model.compile(optimizer: SGD(learningRate: schedule), loss: .meanSquaredError)
        let (x, y) = (Tensor.ones([2, 1]), Tensor.ones([2, 1]))
        for callback in [LearningRateScheduler { $1 }, ReduceLROnPlateau()] as [any Callback] {
            #expect(throws: StrataError.self) {
                try model.fit(x, y, verbose: 0, callbacks: [callback])
            }
        }
    }

    @Test func rates() throws {
        let model = Sequential(inputShape: [1]) { Dense(1) }
        try model.compile(optimizer: SGD(learningRate: 0.5), loss: .meanSquaredError)
        let history = try model.fit(
            Tensor.ones([2, 1]), Tensor.ones([2, 1]), epochs: 3, verbose: 0,
            callbacks: [LearningRateScheduler { epoch, _ in 1 / Double(1 << epoch) }])
        #expect(history["learning_rate"] == [1, 0.5, 0.25])
    }

    @Test func restoresTheBestWeightsOfAFit() throws {
        // The rate rises until training diverges; the best epoch is one before.
        let model = Sequential(inputShape: [1]) { Dense(1, useBias: false) }
        try model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
        let stop = EarlyStopping(monitor: "loss", patience: 2, restoreBestWeights: true)
        var weights: [[Float]] = []
        let history = try model.fit(
            Tensor([1, 2, 3]).reshaped(to: [3, 1]), Tensor([2, 4, 6]).reshaped(to: [3, 1]),
            epochs: 30, verbose: 0,
            callbacks: [
                LearningRateScheduler { epoch, _ in 0.01 * Double(1 << epoch) }, stop,
                LambdaCallback(onEpochEnd: { weights.append($2.weights[0].value.scalars) }),
            ])
        #expect(history.epochs.count < 30)
        #expect(stop.bestEpoch < stop.stoppedEpoch)
        #expect(model.weights[0].value.scalars == weights[stop.bestEpoch])
    }

    @Test func endsAtNaN() throws {
        let model = Sequential(inputShape: [1]) { Dense(1) }
        try model.compile(loss: .meanSquaredError)
        let x = Tensor(shape: [4, 1], scalars: [1, .nan, 1, 1])
        let callback = TerminateOnNaN()
        var text: [String] = []
        callback.announce = { text.append($0) }
        let history = try model.fit(
            x, Tensor.ones([4, 1]), batchSize: 1, epochs: 3, verbose: 0, callbacks: [callback],
            shuffle: false)
        #expect(text == ["Batch 1: Invalid loss, terminating training"])
        #expect(history.epochs == [0])
        #expect(throws: StrataError.self) {
            try model.fit(
                x, Tensor.ones([4, 1]), verbose: 0, callbacks: [TerminateOnNaN(throwsError: true)])
        }
    }

    @Test func closuresAreCalled() throws {
        let model = Sequential(inputShape: [1]) { Dense(1) }
        try model.compile(loss: .meanSquaredError)
        var calls: [String] = []
        let callback = LambdaCallback(
            onEpochBegin: { epoch, _ in calls.append("epoch \(epoch)") },
            onEpochEnd: { epoch, logs, _ in
                calls.append("end \(epoch)")
                logs["mine"] = 7
            },
            onTrainBegin: { _ in calls.append("train") },
            onTrainEnd: { _, _ in calls.append("done") },
            onTrainBatchBegin: { batch, _ in calls.append("batch \(batch)") },
            onTrainBatchEnd: { batch, logs, _ in calls.append("\(batch) \(logs.names)") })
        let history = try model.fit(
            Tensor.ones([2, 1]), Tensor.ones([2, 1]), verbose: 0, callbacks: [callback])
        #expect(
            calls == ["train", "epoch 0", "batch 0", "0 [\"loss\"]", "end 0", "done"])
        #expect(history["mine"] == [7])
    }

    @Test func fileNames() throws {
        func path(_ text: String, _ logs: Logs = ["loss": 0.125, "val_loss": 12.5]) -> String {
            do {
                return try PathTemplate(text).path(epoch: 7, batch: 42, logs)
            } catch {
                return "\(error)"
            }
        }
        #expect(path("a-{epoch}-{batch:04d}.npz") == "a-7-0042.npz")
        #expect(
            path("{loss:.2f}-{val_loss:07.3f}-{loss:.1e}-{val_loss}") == "0.12-012.500-1.2e-01-12.5"
        )
        #expect(path("{{{epoch:3d}}}") == "{  7}")
        #expect(path("{epoch:.1f}") == "7.0")
        #expect(path("100%-{epoch}") == "100%-7")
        #expect(
            path("{acc}.npz")
                == "The file name \"{acc}.npz\" cannot be filled in: there is no acc, only "
                + "epoch,loss,val_loss.")
        for wrong in ["{epoch", "epoch}", "{loss:d}", "{loss:s}", "{loss:%n}", "{epoch:.2d}"] {
            #expect(path(wrong).contains("cannot be filled in"), "\(wrong)")
        }
        let model = Sequential(inputShape: [1]) { Dense(1) }
        let run = RunDescription(epochs: 1, steps: 1, samples: 1, isValidation: false)
        for name in ["a.h5", "a.txt", "a"] {
            #expect(throws: StrataError.self) {
                try ModelCheckpoint(name).onTrainBegin(run, model: model)
            }
        }
        let error = errorMessage {
            try ReduceLROnPlateau(factor: 1).onTrainBegin(run, model: model)
        }
        #expect(error == "ReduceLROnPlateau: factor must be below 1, but got 1.0")
    }
}
