import Foundation
import Strata
import Testing

/// The options of `zoo train` that are callbacks, schedules and augmentation.
@Suite struct TrainOptionsTests {
    private let common = ["train", "lenet5", "--x", "x.npy", "--y", "y.npy"]

    @Test func writesEpochsAndCheckpoints() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let outcome = try zoo.run(
            common + [
                "--epochs", "3", "--csv", "epochs.csv", "--checkpoint", "best.npz",
                "--output", "last.npz", "--optimizer", "adam", "--validation-split", "0.25",
            ])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("the checkpoint is in best.npz"))
        let rows = try String(contentsOfFile: zoo.path("epochs.csv"), encoding: .utf8)
            .split(whereSeparator: \.isNewline)
        try #require(rows.count == 4)
        #expect(rows[0] == "epoch,accuracy,loss,val_accuracy,val_loss")
        #expect(rows[3].hasPrefix("2,"))
        #expect(try NPZ.read(zoo.path("best.npz")).count == 10)

        let numbered = try zoo.run(common + ["--epochs", "2", "--checkpoint", "w{epoch:02d}.npz"])
        #expect(numbered.status == 0)
        #expect(zoo.contents.filter { $0.hasPrefix("w") } == ["w01.npz", "w02.npz"])
    }

    @Test func stopsEarlyWithTheBestWeights() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        // A rate this high makes the loss worse.
        let outcome = try zoo.run(
            common + [
                "--epochs", "50", "--early-stopping", "1", "--learning-rate", "5",
                "--history", "h.json", "--checkpoint", "best.npz", "--output", "restored.npz",
            ])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("early stopping"))
        #expect(outcome.errors.contains("Restoring model weights"))
        let history = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: zoo.path("h.json"))))
        let losses = try #require((history as? [String: [Double]])?["loss"])
        #expect(losses.count < 50)
        #expect(outcome.output.contains("for \(losses.count) epoch"))
        let best = try NPZ.read(zoo.path("best.npz")).map { $0.array.floats() }
        #expect(try NPZ.read(zoo.path("restored.npz")).map { $0.array.floats() } == best)
    }

    @Test(arguments: [
        "cosine", "cosine,warmup=3,alpha=0.1", "restarts,first=2", "exponential,decay=0.5,steps=2",
        "inverse-time", "polynomial,power=2", "piecewise,0.5=0.1,0.75=0.01",
    ])
    func followsSchedules(schedule: String) throws {
        let zoo = try Zoo()
        try zoo.writeDigits(count: 8)
        func weights(_ arguments: [String]) throws -> [[Float]] {
            let outcome = try zoo.run(
                common + ["--epochs", "4", "--batch-size", "4", "--output", "w.npz"] + arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try NPZ.read(zoo.path("w.npz")).map { $0.array.floats() }
        }
        let scheduled = try weights(["--schedule", schedule])
        #expect(scheduled.allSatisfy { $0.allSatisfy(\.isFinite) })
        #expect(try weights([]) != scheduled)
    }

    @Test func lowersTheRateOnPlateaus() throws {
        let zoo = try Zoo()
        try zoo.writeDigits(count: 8)
        let outcome = try zoo.run(
            common + [
                "--epochs", "6", "--learning-rate", "5", "--schedule",
                "plateau,factor=0.5,patience=1", "--csv", "epochs.csv",
            ])
        #expect(outcome.status == 0)
        let rates = try String(contentsOfFile: zoo.path("epochs.csv"), encoding: .utf8)
            .split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",")[2] }
        #expect(rates.first == "5.0")
        #expect(Set(rates).count > 1)
    }

    @Test(arguments: [
        "cosin", "cosine,warm=1", "cosine,warmup=-1", "cosine,warmup", "piecewise",
        "piecewise,0.5=0.1,0.4=1", "plateau,factor=2", "restarts,t-mul=0.5", "cosine,warmup=nan",
        "",
    ])
    func refusesOtherSchedules(schedule: String) throws {
        let outcome = try Zoo().run("train", "--schedule", schedule)
        #expect(outcome.status == 2)
        #expect(outcome.messages.count == 1)
        #expect(outcome.errors.contains("--schedule"))
    }

    @Test func augmentsOnlyTraining() throws {
        let zoo = try Zoo()
        try zoo.writeImages()
        let train = ["train", "cifar_cnn", "--data", ".", "--epochs", "1", "--output", "w.npz"]
        let plain = try zoo.run(train)
        let augmented = try zoo.run(train + ["--augment", "4"])
        #expect(augmented.status == 0)
        func line(_ title: String, _ outcome: Outcome) -> Substring? {
            outcome.output.split(separator: "\n").first { $0.hasPrefix(title) }
        }
        #expect(line("training", augmented) != line("training", plain))
        // The weights are the model's own, under its names, and evaluate as training said.
        let evaluation = try zoo.run(
            "evaluate", "cifar_cnn", "--weights", "w.npz", "--data", ".", "--json")
        let loss = try #require(evaluation.object()["loss"] as? Double)
        #expect(line("test", augmented)?.contains(String(format: "%.4f", loss)) == true)
    }
}
