import Foundation
import Strata
import Testing

/// Training a model's file further.
@Suite struct ResumingTests {
    private let data = ["--x", "x.npy", "--y", "y.npy"]

    private func weights(_ zoo: Zoo, _ name: String) throws -> [[Float]] {
        try Model.load(from: zoo.path(name)).weights.map(\.value.scalars)
    }

    /// Also of files whose own schedule has ended: of the first run's, here.
    @Test(arguments: [
        "cosine", "cosine,warmup=2", "restarts", "exponential", "inverse-time", "polynomial",
        "piecewise,0.5=0.1", "plateau",
    ])
    func aScheduleSpansItsRun(schedule: String) throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let first = try zoo.run(
            ["train", "lenet5_modern"] + data + [
                "--epochs", "2", "--schedule", "cosine", "--learning-rate", "0.01", "--output",
                "first.keras",
            ])
        #expect(first.status == 0, "\(first.errors)")
        let second = try zoo.run(
            ["train", "first.keras"] + data + [
                "--epochs", "2", "--schedule", schedule, "--output", "second.keras",
            ])
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.output.contains("at 0.01 (\(schedule))"), "\(second.output)")
        let (before, after) = (try weights(zoo, "first.keras"), try weights(zoo, "second.keras"))
        #expect(zip(before, after).allSatisfy { $0 != $1 })
    }

    @Test func anEndedScheduleIsSaid() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let train = ["--epochs", "1", "--batch-size", "8", "--output", "m.keras"]
        _ = try zoo.run(["train", "lenet5"] + data + train + ["--schedule", "cosine"])
        let ended = try weights(zoo, "m.keras")
        let silent = try zoo.run(["train", "m.keras"] + data + train)
        #expect(silent.status == 0)
        #expect(silent.messages.first?.contains("has ended: the learning rate is 0") == true)
        #expect(silent.messages.first?.contains("--schedule") == true)
        #expect(try weights(zoo, "m.keras") == ended)
        // With a rate of its own there is nothing to say.
        let told = try zoo.run(["train", "m.keras"] + data + train + ["--learning-rate", "0.01"])
        #expect(!told.errors.contains("has ended"))
        #expect(try weights(zoo, "m.keras") != ended)
    }

    @Test func batchSizeEpochsAndHistoryGoOn() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        func train(_ model: String, _ epochs: Int, _ output: String, _ more: [String]) throws
            -> Outcome
        {
            try zoo.run(
                ["train", model] + data + [
                    "--epochs", "\(epochs)", "--output", output, "--history", output + ".json",
                    "--verbose", "2",
                ] + more)
        }
        _ = try train("lenet5_modern", 5, "whole.keras", ["--batch-size", "20"])
        _ = try train("lenet5_modern", 2, "part.keras", ["--batch-size", "20"])
        let rest = try train("part.keras", 3, "rest.keras", [])
        #expect(rest.status == 0)
        #expect(rest.output.contains("batches of 20"))
        #expect(rest.output.contains("for 3 epochs"))
        #expect(rest.errors.contains("Epoch 3/5"))
        #expect(try weights(zoo, "rest.keras") == weights(zoo, "whole.keras"))
        func history(_ name: String) throws -> [String: [Double]] {
            try JSONDecoder().decode(
                [String: [Double]].self,
                from: Data(contentsOf: URL(fileURLWithPath: zoo.path(name))))
        }
        #expect(try history("rest.keras.json") == history("whole.keras.json"))
    }

    @Test func aCheckpointIsReplacedByABetterModelOnly() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let common = data + ["--checkpoint", "best.keras", "--validation-split", "0.25"]
        let good = try zoo.run(["train", "lenet5_modern"] + common + ["--epochs", "2"])
        #expect(good.status == 0)
        let before = FileManager.default.contents(atPath: zoo.path("best.keras"))
        // At this rate everything gets worse.
        let worse = try zoo.run(
            ["train", "lenet5_modern"] + common + ["--epochs", "2", "--learning-rate", "3"])
        #expect(worse.errors.contains("only a better model replaces it"))
        #expect(FileManager.default.contents(atPath: zoo.path("best.keras")) == before)
        // What holds another model is not replaced at all.
        let other = try zoo.run(["train", "simple_convnet"] + common + ["--epochs", "1"])
        #expect(other.status == 1)
        #expect(other.errors.contains("best.keras exists and is not a checkpoint of this model"))
        #expect(FileManager.default.contents(atPath: zoo.path("best.keras")) == before)
    }

    /// The epochs before are kept, the model is not.
    @Test func aLossThatIsNoNumberKeepsTheEpochsBefore() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let outcome = try zoo.run(
            ["train", "lenet5_modern"] + data + [
                "--epochs", "50", "--optimizer", "sgd", "--learning-rate", "1e8", "--batch-size",
                "48", "--output", "m.keras", "--history", "h.json", "--csv", "e.csv", "--plot",
                "plots", "--report", "r.html",
            ])
        #expect(outcome.status == 1)
        #expect(outcome.messages.last?.contains("m.keras was not written") == true)
        #expect(outcome.output.isEmpty)
        #expect(zoo.contents.contains("h.json") && zoo.contents.contains("e.csv"))
        #expect(zoo.contents.contains("plots") && zoo.contents.contains("r.html"))
        #expect(!zoo.contents.contains("m.keras"))
        let page = try String(contentsOfFile: zoo.path("r.html"), encoding: .utf8)
        #expect(page.contains("The loss became"))
    }
}
