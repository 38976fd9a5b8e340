import Foundation
import Strata
import StrataDatasets
import Testing

@Suite struct TransferTests {
    private let classes = ["arrow", "circle", "star"]

    private func writePictures(_ zoo: Zoo, _ folder: String, count: Int = 24) throws {
        let shapes = Shapes(trainCount: count, testCount: 1).train
        for index in 0..<count {
            let folder = zoo.path("\(folder)/\(classes[index % 3])")
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Image(shapes.x.rows([index]).reshaped(to: [32, 32, 3]))
                .writePNG(to: "\(folder)/\(index).png")
        }
    }

    /// A network of ten classes that scales pixels of 0 to 255 by itself.
    private func writeBase(_ zoo: Zoo) throws {
        let model = Sequential(inputShape: [16, 16, 3]) {
            Normalization(mean: [127], variance: [128 * 128])
            Conv2D(8, kernelSize: 3, name: "conv")
            BatchNormalization(name: "bn")
            GlobalAveragePooling2D(name: "pool")
            Dense(10, activation: .softmax, name: "old")
        }
        try model.save(to: zoo.path("base.keras"))
    }

    private func weights(_ zoo: Zoo, _ file: String) throws -> [String: [Float]] {
        let model = try Model.load(from: zoo.path(file))
        return Dictionary(
            uniqueKeysWithValues: model.namedWeights.map { ($0.path, $0.variable.value.scalars) })
    }

    @Test(arguments: [[], ["--cache-features"]]) func newHead(options: [String]) throws {
        let zoo = try Zoo()
        try writePictures(zoo, "pets")
        try writeBase(zoo)
        let outcome = try zoo.run(
            [
                "train", "base.keras", "--data", "pets", "--new-head", "3", "--freeze", "--epochs",
                "2", "--validation-split", "0.25", "--output", "mine.keras", "--verbose", "2",
            ] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.messages.filter { $0.contains("val_loss: ") }.count == 2)
        let (before, after) = (try weights(zoo, "base.keras"), try weights(zoo, "mine.keras"))
        for (path, numbers) in after where !path.hasPrefix("head") {
            #expect(before[path] == numbers, "\(path)")
        }
        #expect(after["head/kernel"]?.count == 8 * 3)
        let mine = try Model.load(from: zoo.path("mine.keras"))
        #expect(mine.trainingRecord?.epochs == 2)
        #expect(mine.dataDescription?.classNames == classes)
        #expect(mine.dataDescription?.scale == 1)
        // It goes on, with more layers.
        let further = try zoo.run(
            "train", "mine.keras", "--data", "pets", "--unfreeze", "bn", "--epochs", "1",
            "--output", "further.keras")
        #expect(further.status == 0, "\(further.errors)")
        let tuned = try weights(zoo, "further.keras")
        #expect(tuned["conv/kernel"] == before["conv/kernel"])
        #expect(tuned["bn/gamma"] != before["bn/gamma"])
        let unknown = try zoo.run("train", "mine.keras", "--data", "pets", "--unfreeze", "none")
        #expect(unknown.status == 1 && unknown.errors.contains("There is no layer none."))
    }

    @Test func predictionsOfPictures() throws {
        let zoo = try Zoo()
        try writePictures(zoo, "pets", count: 6)
        try writeBase(zoo)
        #expect(
            try zoo.run(
                "train", "base.keras", "--data", "pets", "--new-head", "3", "--freeze",
                "--epochs", "1", "--output", "mine.keras"
            ).status == 0)
        let outcome = try zoo.run(
            "predict", "mine.keras", "--images", "pets", "--output", "predictions.csv")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = try String(contentsOfFile: zoo.path("predictions.csv"), encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(lines.count == 7 && lines[0] == ["file", "class", "score"] + classes)
        for line in lines.dropFirst() {
            let scores = line.suffix(3).compactMap { Double($0) }
            #expect(Double(line[2]) == scores.max() && abs(scores.reduce(0, +) - 1) < 1e-5)
            #expect(line[1] == classes[try #require(scores.firstIndex(of: scores.max()!))])
            let classified = try zoo.run("classify", "mine.keras", "--json", "--image", line[0])
                .object()
            #expect(abs(try #require(classified[line[1]] as? Double) - scores.max()!) < 1e-5)
        }
        #expect(
            try zoo.run("predict", "mine.keras", "--images", ".", "--output", "x.csv").status == 0)
        let none = try zoo.run("predict", "mine.keras", "--images", "none", "--output", "x.csv")
        #expect(none.status == 1 && none.errors.contains("there is no such folder"))
    }

    @Test func namesOfClasses() throws {
        let zoo = try Zoo()
        try zoo.writeDigits(label: { UInt8($0 % 3) })
        try Data("a\nb\nc\n".utf8).write(to: zoo.url("names.txt"))
        let outcome = try zoo.run(
            "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--class-names", "names.txt",
            "--epochs", "1", "--output", "m.keras")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            try Model.load(from: zoo.path("m.keras")).dataDescription?.classNames == [
                "a", "b", "c",
            ])
        try Data("a\nb\n".utf8).write(to: zoo.url("names.txt"))
        let wrong = try zoo.run(
            "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--class-names", "names.txt")
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("a name for each of the 3 classes of lenet5, but got 2"))
        let both = try zoo.run("train", "lenet5", "--cache-features", "--augment", "2")
        #expect(both.status == 2 && both.errors.contains("exclude each other"))
    }
}
