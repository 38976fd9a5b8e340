import Foundation
import Strata
import Testing

/// Writes down every hook, as Fixtures/make_keras.py does in Keras.
private final class Recorder: Callback {
    var log: [String] = []

    private func write(_ name: String, _ number: Int? = nil, _ logs: Logs? = nil) {
        var words = [name]
        if let number { words.append("\(number)") }
        if let logs { words.append(logs.names.sorted().joined(separator: ",")) }
        log.append(words.joined(separator: " "))
    }

    func onTrainBegin(_ run: RunDescription, model: Model) { write("on_train_begin") }
    func onTrainEnd(_ logs: Logs, model: Model) { write("on_train_end", nil, logs) }
    func onEpochBegin(_ epoch: Int, model: Model) { write("on_epoch_begin", epoch) }
    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) {
        write("on_epoch_end", epoch, logs)
    }
    func onTrainBatchBegin(_ batch: Int, model: Model) { write("on_train_batch_begin", batch) }
    func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) {
        write("on_train_batch_end", batch, logs)
    }
    func onTestBegin(_ run: RunDescription, model: Model) { write("on_test_begin") }
    func onTestEnd(_ logs: Logs, model: Model) { write("on_test_end", nil, logs) }
    func onTestBatchBegin(_ batch: Int, model: Model) { write("on_test_batch_begin", batch) }
    func onTestBatchEnd(_ batch: Int, logs: Logs, model: Model) {
        write("on_test_batch_end", batch, logs)
    }
    func onPredictBegin(_ run: RunDescription, model: Model) { write("on_predict_begin") }
    func onPredictEnd(model: Model) { write("on_predict_end") }
    func onPredictBatchBegin(_ batch: Int, model: Model) { write("on_predict_batch_begin", batch) }
    func onPredictBatchEnd(_ batch: Int, model: Model) { write("on_predict_batch_end", batch) }
}

/// Runs a closure at the ends of batches and epochs.
final class AtEnds: Callback {
    var batch: (Int, Logs, Model) throws -> Void = { _, _, _ in }
    var epoch: (Int, inout Logs, Model) throws -> Void = { _, _, _ in }

    func onTrainBatchEnd(_ number: Int, logs: Logs, model: Model) throws {
        try batch(number, logs, model)
    }
    func onEpochEnd(_ number: Int, logs: inout Logs, model: Model) throws {
        try epoch(number, &logs, model)
    }
}

@Suite struct CallbackTests {
    private func compiled() throws -> Model {
        let model = Sequential(inputShape: [6]) {
            Dense(5, activation: .tanh)
            Dense(3, activation: .softmax)
        }
        try model.compile(
            optimizer: SGD(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return model
    }

    let x: ArrayData
    let y: ArrayData

    init() throws {
        x = try KerasFixture.data("vectors")
        y = try KerasFixture.data("labels")
    }

    private func hooks(_ name: String) throws -> [String] {
        try #require(try KerasFixture.facts.get().hooks[name])
    }

    @Test func fitCallsHooksAsKerasDoes() throws {
        let recorder = Recorder()
        try compiled().fit(
            x, y, batchSize: 8, epochs: 2, verbose: 0, callbacks: [recorder], validationSplit: 0.3)
        #expect(try recorder.log == hooks("fit"))
    }

    @Test func initialEpochCountsOn() throws {
        let recorder = Recorder()
        let history = try compiled().fit(
            x, y, epochs: 5, verbose: 0, callbacks: [recorder], initialEpoch: 3)
        #expect(try recorder.log == hooks("initial"))
        #expect(history.epochs == [3, 4])
        let nothing = try compiled().fit(x, y, epochs: 2, verbose: 0, initialEpoch: 3)
        #expect(nothing.epochs == [] && nothing.names == [])
    }

    @Test func stoppingAtTheEndOfAnEpoch() throws {
        let recorder = Recorder()
        let stop = AtEnds()
        stop.epoch = { epoch, _, model in if epoch == 2 { model.stopTraining = true } }
        let history = try compiled().fit(
            x, y, epochs: 9, verbose: 0, callbacks: [stop, recorder])
        #expect(try recorder.log == hooks("stop_epoch"))
        #expect(history.epochs == [0, 1, 2])
    }

    /// The epoch is validated all the same.
    @Test func stoppingAtABatch() throws {
        let recorder = Recorder()
        let stop = AtEnds()
        stop.batch = { _, _, model in model.stopTraining = true }
        let model = try compiled()
        let history = try model.fit(
            x, y, batchSize: 8, epochs: 9, verbose: 0, callbacks: [stop, recorder],
            validationSplit: 0.3)
        #expect(try recorder.log == hooks("stop_batch"))
        #expect(history.names == ["accuracy", "loss", "val_accuracy", "val_loss"])
        // The flag is of one fit only.
        #expect(try model.fit(x, y, epochs: 2, verbose: 0).epochs == [0, 1])
    }

    @Test func evaluateAndPredictCallHooksAsKerasDoes() throws {
        let model = try compiled()
        let recorder = Recorder()
        try model.evaluate(x, y, batchSize: 8, verbose: 0, callbacks: [recorder])
        #expect(try recorder.log == hooks("evaluate"))
        recorder.log = []
        _ = try model.predict(x, batchSize: 8, callbacks: [recorder])
        #expect(try recorder.log == hooks("predict"))
    }

    @Test func logsAreRunningMeansAndWhatCallbacksAdd() throws {
        let model = try compiled()
        let ends = AtEnds()
        var losses: [Double] = []
        ends.batch = { _, logs, _ in losses.append(logs["loss"]!) }
        ends.epoch = { epoch, logs, _ in
            #expect(logs["loss"] == losses.last)
            logs["extra"] = Double(epoch)
        }
        let history = try model.fit(x, y, batchSize: 5, epochs: 2, verbose: 0, callbacks: [ends])
        #expect(losses.count == 10)
        #expect(history["extra"] == [0, 1])
        #expect(history["loss"] == [losses[4], losses[9]])
        #expect(history["nonsense"] == nil)
    }

    @Test func whatACallbackThrowsEndsFit() throws {
        let ends = AtEnds()
        ends.batch = { batch, _, _ in if batch == 1 { throw StrataError("enough") } }
        let model = try compiled()
        #expect(throws: StrataError("enough")) {
            try model.fit(x, y, batchSize: 5, verbose: 0, callbacks: [ends])
        }
    }

    @Test func runDescriptions() throws {
        final class Runs: Callback {
            var seen: [[Int]] = []
            func onTrainBegin(_ run: RunDescription, model: Model) {
                seen.append([
                    run.epochs, run.steps ?? 0, run.samples ?? 0, run.isValidation ? 1 : 0,
                ])
            }
            func onTestBegin(_ run: RunDescription, model: Model) {
                seen.append([
                    run.epochs, run.steps ?? 0, run.samples ?? 0, run.isValidation ? 1 : 0,
                ])
            }
        }
        let runs = Runs()
        try compiled().fit(
            x, y, batchSize: 4, epochs: 1, verbose: 0, callbacks: [runs], validationSplit: 0.3,
            validationBatchSize: 3)
        // floor(22 · 0.7) = 15 samples are trained on.
        #expect(runs.seen == [[1, 4, 15, 0], [1, 3, 7, 1]])
    }
}
