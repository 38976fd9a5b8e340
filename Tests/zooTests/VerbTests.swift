import Foundation
import Strata
import Testing

@Suite struct VerbTests {
    @Test func list() throws {
        let outcome = try Zoo().run("list")
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        let lines = outcome.output.split(separator: "\n")
        let resnet = try #require(lines.first { $0.hasPrefix("resnet50 ") })
        let facts = ["resnet50", "224×224×3", "25,610,152", "4.09", "G", "50", "2015", "He"]
        #expect(resnet.split(separator: " ").prefix(8).map(String.init) == facts)
        let recipes = try Zoo().run("list", "--recipes").output.split(separator: "\n")
        #expect(recipes.count == lines.count)
        let recipe = try #require(recipes.first { $0.hasPrefix("cifar_cnn ") })
        #expect(recipe.split(separator: " ") == ["cifar_cnn", "adam", "0.001", "64"])
    }

    @Test func summary() throws {
        let zoo = try Zoo()
        let wide = try zoo.run("summary", "lenet5", "--width", "100")
        #expect(wide.status == 0)
        #expect(wide.output.contains(" Total params: 61,706 (241.04 KB)\n"))
        // Nobody's terminal is taken to have 100 columns.
        #expect(try zoo.run("summary", "lenet5").output == wide.output)
        let narrow = try zoo.run("summary", "lenet5", "--width", "64").output
        #expect(narrow.split(separator: "\n")[1].count == 60)
    }

    @Test func summaryOptions() throws {
        let zoo = try Zoo()
        func lines(_ options: String...) throws -> [Substring] {
            let outcome = try zoo.run(["summary"] + options)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.output.split(separator: "\n")
        }
        let small = try lines("resnet50", "--input-shape", "64x48x1", "--classes", "10")
        #expect(small.contains { $0.contains("(None, 64, 48, 1)") })
        #expect(small.contains { $0.contains("(None, 10)") })
        #expect(try lines("lenet5", "--line-length", "120")[1].count == 120)
        let part = try lines("vgg16", "--layer-range", "conv2d_1:conv2d_3")
        #expect(part.filter { $0.hasPrefix("│") }.count == 4)
        #expect(part.contains(" Total params: 138,357,544 (527.79 MB)"))
        let trainable = try lines("lenet5", "--show-trainable", "--width", "200")
        #expect(trainable[2].hasSuffix("┃ Traina… ┃"))
        let costs = try lines("lenet5", "--flops", "--width", "200")
        #expect(costs.contains { $0.contains(" 117.60 K │ ") && $0.hasSuffix(" 18.38 KB │") })
        #expect(costs.suffix(2).first == " Multiply-adds: 416.52 K a sample")
    }

    @Test func trainingEvaluatingAndPredicting() throws {
        let zoo = try Zoo()
        try zoo.writeImages()
        let training = try zoo.run(
            "train", "--data", ".", "--epochs", "2", "--batch-size", "16", "--output", "w.npz",
            "--history", "h.json", "--validation-split", "0.25", "--verbose", "2")
        #expect(training.status == 0)
        #expect(training.messages.filter { $0.hasPrefix("3/3 - ") }.count == 2)
        for line in [
            "model       cifar_cnn, 94,698 parameters", "data        64 images of 10 classes",
        ] {
            #expect(training.output.contains(line))
        }
        let rows = training.output.split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(rows == ["model", "data", "time", "training", "validation", "test", "written"])
        #expect(zoo.contents.filter { !$0.hasPrefix("cifar10") } == ["h.json", "w.npz"])

        let text = try String(contentsOfFile: zoo.path("h.json"), encoding: .utf8)
        #expect(text.hasPrefix("{\"loss\": ["))
        let history = try JSONDecoder().decode([String: [Double]].self, from: Data(text.utf8))
        #expect(Set(history.keys) == ["loss", "accuracy", "val_loss", "val_accuracy"])
        #expect(history.values.allSatisfy { $0.count == 2 })

        let names = try NPZ.read(zoo.path("w.npz")).map(\.name)
        let layers = ["conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "dense", "dense_1"]
        #expect(names == layers.flatMap { ["\($0)/kernel", "\($0)/bias"] })

        let evaluation = try zoo.run(
            "evaluate", "cifar_cnn", "--weights", "w.npz", "--data", ".", "--json")
        #expect(evaluation.status == 0)
        #expect(evaluation.output.filter { $0 == "\n" }.count == 1)
        let numbers = try evaluation.object()
        #expect(Set(numbers.keys) == ["loss", "accuracy", "samples"])
        #expect(numbers["samples"] as? Int == 32)
        // What training said of the test split at its end.
        let accuracy = try #require(numbers["accuracy"] as? Double)
        let loss = try #require(numbers["loss"] as? Double)
        let sentence = String(format: "test        loss %.4f, accuracy %.4f", loss, accuracy)
        #expect(training.output.contains(sentence))

        let prediction = try zoo.run(
            "predict", "cifar_cnn", "--weights", "w.npz", "--input", "cifar10_test_X.npy",
            "--scale",
            "\(Float(1) / 255)", "--output", "p.npy", "--batch-size", "5")
        #expect(prediction.status == 0)
        #expect(prediction.output == "")
        let probabilities = try NPY.read(zoo.path("p.npy"))
        #expect(probabilities.shape == [32, 10])
        let p = probabilities.floats()
        let right = (0..<32).filter { row in
            let own = p[row * 10..<row * 10 + 10]
            return own.firstIndex(of: own.max()!)! - row * 10 == row % 10
        }
        #expect(Double(right.count) / 32 == accuracy)
    }

    @Test func arraysAreCastAndScaledOnlyOnRequest() throws {
        let zoo = try Zoo()
        let bytes = (0..<48 * 784).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try zoo.writeDigits()
        try zoo.write(ArrayData(shape: [48, 28, 28, 1], bytes), "bytes.npy")
        try zoo.write(ArrayData(shape: [48, 28, 28, 1], floats: bytes.map(Float.init)), "cast.npy")
        try zoo.write(
            ArrayData(shape: [48, 28, 28, 1], floats: bytes.map { Float($0) * 0.25 }), "scaled.npy")
        func history(_ arguments: String...) throws -> String {
            let outcome = try zoo.run(
                ["train", "lenet5", "--y", "y.npy", "--epochs", "2", "--history", "h.json"]
                    + arguments)
            #expect(outcome.status == 0)
            #expect(!outcome.output.contains("test  "))
            return try String(contentsOfFile: zoo.path("h.json"), encoding: .utf8)
        }
        let cast = try history("--x", "cast.npy")
        #expect(try history("--x", "bytes.npy") == cast)
        let scaled = try history("--x", "scaled.npy")
        #expect(scaled != cast)
        #expect(try history("--x", "bytes.npy", "--scale", "0.25") == scaled)
    }

    @Test func oneSeedGivesOneResultAtAnyThreadCount() throws {
        let zoo = try Zoo()
        try zoo.writeImages()
        func weights(_ arguments: String...) throws -> Data {
            let outcome = try zoo.run(
                ["train", "--data", ".", "--epochs", "2", "--output", "w.npz"] + arguments)
            #expect(outcome.status == 0)
            return try Data(contentsOf: URL(fileURLWithPath: zoo.path("w.npz")))
        }
        let one = try weights("--threads", "1", "--seed", "7")
        #expect(try weights("--threads", "2", "--seed", "7") == one)
        #expect(try weights("--threads", "2", "--seed", "8") != one)
    }

    @Test func trainingGoesOnFromWeights() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let common = [
            "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--no-shuffle", "--optimizer", "sgd",
        ]
        func run(_ arguments: String...) throws {
            #expect(try zoo.run(common + arguments).status == 0)
        }
        // Plain gradient descent has no state but the weights.
        try run("--epochs", "2", "--output", "whole.npz")
        try run("--epochs", "1", "--output", "half.npz")
        try run("--epochs", "1", "--weights", "half.npz", "--output", "rest.npz")
        let whole = try NPZ.read(zoo.path("whole.npz")).map { $0.array.floats() }
        #expect(try NPZ.read(zoo.path("rest.npz")).map { $0.array.floats() } == whole)
    }

    @Test func otherLossesTakeOtherTargets() throws {
        let zoo = try Zoo()
        try zoo.writeDigits(count: 8)
        let rows = (0..<80).map { Float($0 % 10 == $0 / 10 ? 1 : 0) }
        try zoo.write(ArrayData(shape: [8, 10], floats: rows), "rows.npy")
        for loss in ["categorical_crossentropy", "mean_squared_error", "binary_crossentropy"] {
            let outcome = try zoo.run(
                "train", "lenet5", "--x", "x.npy", "--y", "rows.npy", "--loss", loss, "--optimizer",
                "rmsprop", "--epochs", "1")
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("rmsprop at 0.001"))
        }
    }

    @Test(arguments: ["train", "infer"])
    func bench(mode: String) throws {
        let outcome = try Zoo().run(
            "bench", "lenet5", "tf_convnet", "--mode", mode, "--seconds", "0.05", "--json")
        #expect(outcome.status == 0)
        let rows = try outcome.output.split(separator: "\n").map { line in
            try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let keys = [
            "engine", "mode", "workload", "batch", "images_per_s", "best", "steps", "peak_rss_mib",
        ]
        for row in rows {
            #expect(Set(row.keys) == Set(keys))
            #expect(row["mode"] as? String == mode)
            #expect(try #require(row["steps"] as? Int) >= 5)
            let (median, best) = (row["images_per_s"] as? Double, row["best"] as? Double)
            #expect(try #require(median) > 0)
            #expect(try #require(best) >= #require(median))
        }
        let names = rows.map { $0["workload"] as? String }
        let batches = rows.map { $0["batch"] as? Int }
        if mode == "train" {
            #expect(names == ["lenet5", "tf_convnet"])
            #expect(batches == [128, 128])
        } else {
            #expect(names == ["lenet5", "lenet5", "tf_convnet", "tf_convnet"])
            #expect(batches == [1, 64, 1, 64])
        }
    }

    /// Draws all twelve thousand images, which takes long in debug.
    @Test(.enabled(if: isOptimized)) func generatedData() throws {
        let zoo = try Zoo()
        let outcome = try zoo.run("data", "shapes", "--output", "made/here")
        #expect(outcome.status == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: zoo.path("made/here"))
        let expected =
            ["cifar10_class_names.txt"]
            + ["test_X", "test_y", "train_X", "train_y"].map { "cifar10_\($0).npy" }
        #expect(files.sorted() == expected)
        // The same images as when no data are given.
        func evaluation(_ arguments: String...) throws -> String {
            try zoo.run(["evaluate", "cifar_cnn", "--json"] + arguments).output
        }
        #expect(try evaluation("--data", "made/here") == evaluation())
        let summary = try zoo.run("evaluate", "cifar_cnn")
        #expect(summary.errors.contains("No data given: using 10,000 generated images"))
    }
}

private let isOptimized: Bool = {
    #if DEBUG
        false
    #else
        true
    #endif
}()
