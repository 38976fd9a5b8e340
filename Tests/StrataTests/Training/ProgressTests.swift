import Foundation
import Strata
import Testing

/// What the progress callback writes, by a clock that stands still between batches.
private final class Scene {
    var text = ""
    var now = 1000.0

    func play(_ progress: KerasFacts.Progress) throws -> String {
        let bar = ProgressBar(
            isBar: progress.verbose == 1, write: { self.text += $0 }, clock: { self.now })
        let model = Sequential()
        let logs = Logs(progress.names, progress.values.map { Double($0)! })
        let run = RunDescription(
            epochs: progress.epochs, steps: progress.steps, samples: 0, isValidation: false)
        bar.onTrainBegin(run, model: model)
        for epoch in 0..<progress.epochs {
            bar.onEpochBegin(epoch, model: model)
            for step in 0..<progress.steps {
                now += step == 0 ? 2 * progress.seconds : progress.seconds
                bar.onTrainBatchEnd(step, logs: logs, model: model)
            }
            var all = logs
            for (name, value) in zip(logs.names, logs.values) { all["val_" + name] = value }
            bar.onEpochEnd(epoch, logs: &all, model: model)
        }
        bar.onTrainEnd(logs, model: model)
        return text
    }
}

/// The lines that are seen at a terminal: what stands after the last return, without colours.
private func seen(_ text: String) -> [[String]] {
    var plain = text.replacingOccurrences(of: "\u{8}", with: "")
    while let escape = plain.range(of: "\u{1B}\\[[0-9]*m", options: .regularExpression) {
        plain.removeSubrange(escape)
    }
    return plain.components(separatedBy: "\n").map { line in
        line.components(separatedBy: "\r").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }
}

@Suite struct ProgressTests {
    @Test func linesAreKerass() throws {
        for progress in try KerasFixture.facts.get().progress where progress.verbose == 2 {
            #expect(try Scene().play(progress) == progress.text)
        }
    }

    /// What is seen is the same after every batch; how it is drawn (colours, backspaces) may differ.
    @Test func barsAreKerass() throws {
        for progress in try KerasFixture.facts.get().progress where progress.verbose == 1 {
            #expect(try seen(Scene().play(progress)) == seen(progress.text))
        }
    }

    @Test func aShorterLineWipesTheLonger() {
        var text = ""
        var now = 0.0
        let bar = ProgressBar(isBar: true, write: { text += $0 }, clock: { now })
        let model = Sequential()
        bar.onTrainBegin(
            RunDescription(epochs: 1, steps: 3, samples: 3, isValidation: false), model: model)
        bar.onEpochBegin(0, model: model)
        now = 1
        bar.onTrainBatchEnd(0, logs: ["loss": 12345.6789], model: model)
        now = 2
        bar.onTrainBatchEnd(1, logs: ["loss": 0.5], model: model)
        let lines = text.components(separatedBy: "\r").filter { !$0.isEmpty }
        #expect(lines.count == 2)
        #expect(lines[0].count == lines[1].count)
    }

    @Test func redrawsAtMostEveryTwentiethOfASecond() {
        var writes = 0
        var now = 0.0
        let bar = ProgressBar(isBar: true, write: { _ in writes += 1 }, clock: { now })
        let model = Sequential()
        bar.onTrainBegin(
            RunDescription(epochs: 1, steps: 1000, samples: 1000, isValidation: false),
            model: model)
        bar.onEpochBegin(0, model: model)
        for batch in 0..<999 {
            now += 0.001
            bar.onTrainBatchEnd(batch, logs: ["loss": 1], model: model)
        }
        #expect((19...21).contains(writes))
    }

    @Test func evaluationHasALineOfItsOwnAndValidationNone() throws {
        var text = ""
        let bar = ProgressBar(isBar: false, write: { text += $0 }, clock: { 0 })
        let model = Sequential(inputShape: [6]) { Dense(3, activation: .softmax) }
        try model.compile(optimizer: SGD(), loss: .sparseCategoricalCrossentropy)
        let (x, y) = (try KerasFixture.data("vectors"), try KerasFixture.data("labels"))
        try model.evaluate(x, y, batchSize: 5, verbose: 0, callbacks: [bar])
        #expect(text.hasPrefix("5/5 - 0s - 0s/step - loss: ") && text.hasSuffix("\n"))
        #expect(text.filter { $0 == "\n" }.count == 1)
        text = ""
        try model.fit(
            x, y, batchSize: 5, epochs: 2, verbose: 0, callbacks: [bar], validationSplit: 0.5)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines[0] == "Epoch 1/2" && lines[2] == "Epoch 2/2")
        #expect(lines[1].hasPrefix("3/3 - 0s - 0s/step - loss: "))
        #expect(lines[1].contains(" - val_loss: "))
    }

    @Test(arguments: [
        (0.0, "0s"), (0.9, "0s"), (59.9, "59s"), (61, "1:01"), (3599, "59:59"),
        (3601, "1:00:01"), (90_061, "25:01:01"),
    ])
    func durations(_ seconds: Double, _ text: String) {
        #expect(ProgressBar.duration(seconds) == text)
    }
}
