import Foundation
import Strata
import Testing

/// A file where MODEL is expected.
struct ModelFileTests {
    private func model() -> Model {
        Sequential(inputShape: [28, 28, 1]) {
            AveragePooling2D(4)
            Flatten()
            Dense(10, activation: .softmax)
        }
    }

    @Test func trainingGoesOn() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let model = model()
        try model.compile(
            optimizer: Adam(learningRate: 0.01), loss: .sparseCategoricalCrossentropy,
            metrics: [.sparseTopKCategoricalAccuracy(k: 3)])
        try model.save(to: zoo.path("a.keras"))
        let data = ["--x", "x.npy", "--y", "y.npy", "--batch-size", "16"]
        let train = ["--no-shuffle", "--verbose", "0"] + data
        // Two epochs, and one and then one more, are the same.
        #expect(
            try zoo.run(["train", "a.keras", "--epochs", "2", "--output", "b.keras"] + train)
                .status == 0)
        #expect(
            try zoo.run(["train", "a.keras", "--epochs", "1", "--output", "c.keras"] + train)
                .status == 0)
        let last = try zoo.run(
            ["train", "c.keras", "--epochs", "1", "--output", "c.keras"] + train)
        #expect(last.status == 0)
        #expect(last.output.contains("adam at 0.01"))
        let results = try ["b.keras", "c.keras"].map { file in
            try zoo.run(["evaluate", file, "--json"] + data).object()
        }
        let loss = try results.map { try #require($0["loss"] as? Double) }
        #expect(loss[0] == loss[1])
        #expect(results[0]["sparse_top_k_categorical_accuracy"] != nil)
        // Other settings for this once.
        let changed = try zoo.run(
            ["train", "c.keras", "--epochs", "1", "--optimizer", "sgd", "--learning-rate", "0.5"]
                + train)
        #expect(changed.output.contains("sgd at 0.5"))
        #expect(try zoo.run("summary", "b.keras").output.contains("Optimizer params"))
    }

    @Test func conversions() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let model = model()
        try model.save(to: zoo.path("a.keras"))
        for weights in ["w.npz", "w.weights.h5"] {
            #expect(try zoo.run("convert", "a.keras", weights).status == 0)
            let back = try zoo.run("convert", weights, "b.keras", "--architecture", "a.keras")
            #expect(back.status == 0, "\(back.errors)")
            let read = try Model.load(from: zoo.path("b.keras"))
            #expect(
                zip(read.weights, model.weights).allSatisfy {
                    $0.value.scalars == $1.value.scalars
                })
        }
        #expect(try NPZ.read(zoo.path("w.npz")).map(\.name) == ["dense/kernel", "dense/bias"])
        #expect(try zoo.run("convert", "w.npz", "c.keras").status == 2)
        #expect(try zoo.run("convert", "a.keras", "c.txt").status == 2)
        #expect(try zoo.run("convert", "a.keras").status == 2)
        try Data("no model".utf8).write(to: URL(fileURLWithPath: zoo.path("d.keras")))
        let wrong = try zoo.run("summary", "d.keras")
        #expect(wrong.status == 1)
        #expect(wrong.messages.count == 1)
        let prediction = try zoo.run(
            "predict", "a.keras", "--input", "x.npy", "--output", "y2.npy")
        #expect(prediction.status == 0)
        #expect(try NPY.read(zoo.path("y2.npy")).shape == [48, 10])
    }
}
