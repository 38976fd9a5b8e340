import Foundation
import Strata
import StrataDatasets
import Testing

@Suite struct DataTests {
    /// Files of a small MNIST in a folder.
    private func writeDigits(_ zoo: Zoo, _ folder: String, train: Int = 60, test: Int = 20) throws {
        try FileManager.default.createDirectory(
            atPath: zoo.path(folder), withIntermediateDirectories: true)
        func examples(_ count: Int) throws -> Examples {
            try Examples(
                x: ArrayData(
                    shape: [count, 28, 28, 1],
                    zoo.digits(count).map { UInt8($0 * 255) }),
                y: ArrayData(shape: [count], (0..<count).map { UInt8($0 % 10) }))
        }
        try MNIST(train: examples(train), test: examples(test))
            .writeFiles(to: zoo.path(folder), prefix: "mnist")
    }

    @Test func digits() throws {
        let zoo = try Zoo()
        try writeDigits(zoo, "digits")
        let outcome = try zoo.run(
            "train", "simple_convnet", "--data", "digits", "--epochs", "2", "--batch-size", "10",
            "--evaluate-samples", "15", "--init-std", "0.01", "--history", "h.json",
            "--verbose", "2")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("60 images of MNIST from digits"))
        #expect(outcome.output.contains("test        loss"))
        #expect(outcome.messages.filter { $0.contains("test_sample_accuracy: ") }.count == 2)
        let text = try Data(contentsOf: URL(fileURLWithPath: zoo.path("h.json")))
        let history = try JSONDecoder().decode([String: [Double]].self, from: text)
        for name in ["train_sample_accuracy", "test_sample_accuracy"] {
            let values = try #require(history[name])
            #expect(values.count == 2 && values.allSatisfy { $0 * 15 == ($0 * 15).rounded() })
        }
        let wrong = try zoo.run("evaluate", "cifar_cnn", "--data", "digits")
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("and digits holds MNIST, of (28, 28, 1)."))
    }

    /// A model that scales pixels by itself gets them as they are.
    @Test func nothingIsScaledTwice() throws {
        let zoo = try Zoo()
        try writeDigits(zoo, "digits")
        let model = Sequential(inputShape: [28, 28, 1]) {
            Rescaling(1 / 255)
            Flatten()
            Dense(10, activation: .softmax)
        }
        try model.compile(loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        try model.save(to: zoo.path("a.keras"))
        let standard = try zoo.run("evaluate", "a.keras", "--data", "digits")
        let once = try zoo.run("evaluate", "a.keras", "--data", "digits", "--scale", "1")
        #expect(standard.status == 0 && standard.output == once.output)
        let half = try zoo.run("evaluate", "a.keras", "--data", "digits", "--scale", "0.5")
        #expect(half.status == 0 && half.output != once.output)
    }

    @Test func aHundredClasses() throws {
        let zoo = try Zoo()
        let shapes = Shapes(trainCount: 40, testCount: 20)
        try CIFAR100(train: shapes.train, test: shapes.test)
            .writeFiles(to: zoo.directory, prefix: "cifar100")
        let refused = try zoo.run("train", "cifar_cnn", "--data", ".", "--classes", "10")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("cifar_cnn tells 10 apart: add --classes 100."))
        let outcome = try zoo.run(
            "train", "cifar_cnn", "--data", ".", "--epochs", "1", "--output", "w.npz")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("40 images of"))
        #expect(outcome.errors.contains("cifar_cnn is made for the 100 classes of the data"))
        // Weights say how many classes they are for.
        let evaluated = try zoo.run(
            "evaluate", "cifar_cnn", "--weights", "w.npz", "--data", ".", "--json")
        #expect(evaluated.status == 0, "\(evaluated.errors)")
    }

    /// Pictures in folders, of which the names are the classes'.
    @Test func folders() throws {
        let zoo = try Zoo()
        let shapes = Shapes(trainCount: 30, testCount: 10)
        func write(_ examples: Examples, _ folder: String, classes: [String]) throws {
            for index in 0..<examples.count {
                let folder = zoo.path("\(folder)/\(classes[index % classes.count])")
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
                try Image(examples.x.rows([index]).reshaped(to: [32, 32, 3]))
                    .writePNG(to: "\(folder)/\(index).png")
            }
        }
        let classes = ["arrow", "circle", "star"]
        try write(shapes.train, "all", classes: classes)
        try write(shapes.train, "parts/train", classes: classes)
        try write(shapes.test, "parts/test", classes: classes)
        let all = try zoo.run(
            "train", "cifar_cnn", "--data", "all", "--epochs", "1", "--validation-split", "0.2",
            "--report", "page.html")
        #expect(all.status == 0, "\(all.errors)")
        #expect(all.output.contains("30 images of 3 classes from all"))
        #expect(all.output.contains("validation  loss") && !all.output.contains("test        loss"))
        let page = try String(contentsOfFile: zoo.path("page.html"), encoding: .utf8)
        #expect(classes.allSatisfy { page.contains(">\($0)</text>") })
        // Brought to the size and the greys that another model takes.
        let parts = try zoo.run(
            "train", "lenet5", "--data", "parts", "--epochs", "1", "--batch-size", "8")
        #expect(parts.status == 0 && parts.output.contains("test        loss"))
        // A network of an output for each folder, whose names its file keeps.
        let trained = try zoo.run(
            "train", "cifar_cnn", "--data", "parts", "--epochs", "1", "--output", "m.keras",
            "--json")
        #expect(trained.status == 0 && trained.errors.contains("made for the 3 classes"))
        let report = try trained.object()
        #expect(report["classes"] as? [String] == classes)
        #expect((report["test"] as? [String: Double])?["loss"] != nil)
        #expect((report["files"] as? [String: String])?["output"] == "m.keras")
        for names in [[], ["--class-names", "all"], ["--class-names", "parts"]] {
            let named = try zoo.run(["classify", "m.keras", "--image", "all/star/2.png"] + names)
            #expect(named.status == 0, "\(named.errors)")
            #expect(
                Set(named.output.split(separator: "\n").map { $0.prefix { $0 != " " } })
                    == Set(classes.map { Substring($0) }))
        }
        // The same probabilities, one image at a time, together, and by predict.
        let images = ["all/arrow/0.png", "all/circle/1.png", "all/star/2.png"]
        let together = try zoo.run(["classify", "m.keras", "--json", "--image"] + images).object()
        let alone = try images.map {
            try zoo.run("classify", "m.keras", "--json", "--image", $0).object()
        }
        for (image, single) in zip(images, alone) {
            #expect(
                together[image] as? [String: Double] == single as? [String: Double], "\(image)")
        }
        let predicted = try zoo.run("predict", "m.keras", "--data", "parts", "--json").object()
        #expect(predicted["samples"] as? Int == 10 && predicted["classes"] as? [String] == classes)
        // A folder for validation is used for that.
        try write(shapes.test, "parts/val", classes: classes)
        let validated = try zoo.run(
            "train", "lenet5", "--data", "parts", "--epochs", "1", "--batch-size", "8")
        #expect(validated.output.contains("validation  loss"), "\(validated.errors)")
        try FileManager.default.removeItem(atPath: zoo.path("parts/val"))
        // Nothing in it is a picture, so it is no class: what it is read as is said.
        try FileManager.default.createDirectory(
            atPath: zoo.path("all/notes"), withIntermediateDirectories: true)
        let empty = try zoo.run("train", "lenet5", "--data", "all")
        #expect(
            empty.messages.last?.hasPrefix(
                "zoo: all was read as a folder of pictures for each class, but there are no pictures"
            )
                == true && empty.errors.contains(" in notes."))
        try FileManager.default.removeItem(atPath: zoo.path("all/notes"))
        let few = try zoo.run("train", "cifar_cnn", "--data", "all", "--classes", "2")
        #expect(few.status == 1)
        #expect(few.errors.contains("all has 3 classes, and cifar_cnn tells 2 apart"))
        try write(shapes.test, "parts/test", classes: ["cube"])
        let other = try zoo.run("evaluate", "cifar_cnn", "--data", "parts")
        #expect(other.status == 1)
        #expect(other.errors.contains("are not those in parts/test, arrow, circle, cube, star."))
        try Data([0xff, 0xd8, 0xff]).write(to: URL(fileURLWithPath: zoo.path("all/star/photo.jpg")))
        let photo = try zoo.run("train", "--data", "all")
        #expect(photo.status == 1)
        #expect(photo.errors.contains("all/star/photo.jpg is not a usable image: it is cut short."))
        let skipping = try zoo.run(
            "train", "cifar_cnn", "--data", "all", "--skip-unreadable", "--epochs", "1", "--seed",
            "1")
        #expect(skipping.status == 0)
        #expect(skipping.errors.contains("Skipped 1 of "))
        #expect(
            skipping.errors.contains("all/star/photo.jpg is not a usable image: it is cut short."))
        let check = try zoo.run("data", "check", "all")
        #expect(check.status == 1)
        #expect(check.output.contains("sizes: 32×32 ("))
        #expect(check.output.hasSuffix("photo.jpg is not a usable image: it is cut short.\n"))
        #expect(check.messages == ["zoo: 1 problem in all."])
        try FileManager.default.removeItem(atPath: zoo.path("all/star/photo.jpg"))
        let sound = try zoo.run("data", "check", "all")
        #expect(sound.status == 0 && sound.output.hasSuffix("Nothing is wrong.\n"))
        #expect(try zoo.run("data", "check").status == 2)
        #expect(try zoo.run("data", "check", "none").status == 1)
    }

    /// What a generated data set's classes are called lies beside it.
    @Test func shapesAreNotAirplanes() throws {
        let zoo = try Zoo()
        try zoo.writeImages()
        let outcome = try zoo.run(
            "train", "cifar_cnn", "--data", ".", "--epochs", "1", "--output", "m.keras")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("64 images of 10 classes from ."))
        let picture = Image(
            height: 4, width: 4, channels: 3, pixels: [UInt8](repeating: 9, count: 48))
        try picture.writePNG(to: zoo.path("p.png"))
        let classes = try zoo.run("classify", "m.keras", "--image", "p.png", "--top", "10")
        #expect(classes.output.contains("crescent") && !classes.output.contains("airplane"))
    }

    /// Arrays are scaled as they were in training, if they are of the same kind.
    @Test func theScaleIsKept() throws {
        let zoo = try Zoo()
        let bytes = zoo.digits(48).map { UInt8($0 * 255) }
        try zoo.write(ArrayData(shape: [48, 28, 28, 1], bytes), "bytes.npy")
        try zoo.write(
            ArrayData(shape: [48, 28, 28, 1], floats: bytes.map { Float($0) * (1 / 255) }),
            "floats.npy")
        try zoo.write(ArrayData(shape: [48], (0..<48).map { UInt8($0 % 4) }), "y.npy")
        let trained = try zoo.run(
            "train", "lenet5", "--x", "bytes.npy", "--y", "y.npy", "--scale", "1/255", "--epochs",
            "1", "--output", "m.keras", "--json")
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("lenet5 is made for the 4 classes of the data"))
        func predict(_ file: String, _ more: String...) throws -> [Float] {
            let outcome = try zoo.run(
                ["predict", "m.keras", "--input", file, "--output", "p.npy"] + more)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(
                outcome.errors.contains("is multiplied by") == (file == "bytes.npy" && more == []))
            return try NPY.read(zoo.path("p.npy")).floats()
        }
        let expected = try predict("floats.npy")
        #expect(try predict("bytes.npy") == expected)
        #expect(try predict("bytes.npy", "--scale", "1/255") == expected)
        #expect(try predict("bytes.npy", "--scale", "1") != expected)
        let wrong = try zoo.run("predict", "m.keras", "--input", "x.npy", "--scale", "1/0")
        #expect(
            wrong.messages.last?.hasSuffix("or a fraction such as 1/255, but got 1/0") == true)
    }

    /// Two inputs and two outputs of one layer.
    @Test func severalInputsAndOutputs() throws {
        let zoo = try Zoo()
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [2], name: "b"))
        let shared = Dense(2, name: "shared")
        let model = Model(
            inputs: [a, b],
            outputs: [shared(Dense(4)(a)), shared(Dense(4)(b)), Dense(1, name: "size")(b)])
        try model.compile(
            optimizer: SGD(learningRate: 0.01),
            losses: [.meanSquaredError, .meanAbsoluteError, .meanSquaredError])
        try model.save(to: zoo.path("m.keras"))
        func numbers(_ count: Int, _ seed: UInt64) -> [Float] {
            let key = Random.Key(seed: seed, path: "numbers")
            return (0..<count).map { Float(key.uniform($0)) }
        }
        for (name, width) in [("a", 3), ("b", 2), ("y", 2), ("size", 1)] {
            try zoo.write(
                ArrayData(shape: [10, width], floats: numbers(10 * width, UInt64(width))),
                "\(name).npy")
        }
        let data = ["--x", "a.npy", "b.npy", "--y", "y.npy", "y.npy", "size.npy"]
        let evaluated = try zoo.run(
            ["evaluate", "m.keras", "--batch-size", "4", "--json"] + data)
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        let logs = try evaluated.object()
        #expect(
            Set(logs.keys) == ["loss", "shared_loss", "shared_loss_1", "size_loss", "samples"])
        let trained = try zoo.run(
            ["train", "m.keras", "--epochs", "1", "--output", "n.keras"] + data)
        #expect(trained.status == 0, "\(trained.errors)")
        let predicted = try zoo.run(
            "predict", "m.keras", "--input", "a.npy", "b.npy", "--output", "p.npz")
        #expect(predicted.status == 0, "\(predicted.errors)")
        let arrays = try NPZ.read(zoo.path("p.npz"))
        #expect(arrays.map(\.name) == ["shared", "shared_1", "size"])
        #expect(arrays.map(\.array.shape) == [[10, 2], [10, 2], [10, 1]])
        let single = try zoo.run(
            "predict", "m.keras", "--input", "a.npy", "b.npy", "--output", "p.npy")
        #expect(single.status == 2 && single.errors.contains("an .npz file"))
        let few = try zoo.run("predict", "m.keras", "--input", "a.npy", "--output", "p.npz")
        #expect(few.status == 1 && few.errors.contains("The model has 2 inputs"))
    }

    @Test func initializers() throws {
        let zoo = try Zoo()
        try writeDigits(zoo, "digits", train: 10, test: 10)
        /// The numbers that a kernel begins with, all but unchanged by one tiny step.
        func deviation(_ arguments: String...) throws -> Double {
            let outcome = try zoo.run(
                [
                    "train", "simple_convnet", "--data", "digits", "--epochs", "1",
                    "--learning-rate", "1e-30", "--output", "w.npz",
                ] + arguments)
            #expect(outcome.status == 0)
            let weights = try NPZ.read(zoo.path("w.npz"))
            let kernel = try #require(weights.first { $0.name == "dense/kernel" })
            let numbers = kernel.array.floats().map(Double.init)
            return (numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)).squareRoot()
        }
        // 4,320 inputs and 100 outputs; 432,000 numbers tell a deviation to a quarter of a percent.
        let expected = [
            (["--init-std", "0.01"], 0.01), (["--init", "he_normal"], (2.0 / 4320).squareRoot()),
            (["--init", "glorot_uniform"], (2.0 / 4420).squareRoot()),
        ]
        for (arguments, wanted) in expected {
            let found = try deviation(arguments[0], arguments[1])
            #expect(abs(found / wanted - 1) < 0.006, "\(arguments)")
        }
        let both = try zoo.run("train", "--init", "he_normal", "--init-std", "0.1")
        #expect(both.status == 2 && both.errors.contains("exclude each other"))
        #expect(try zoo.run("train", "--init", "xavier").status == 2)
    }

    /// A small model, smooth, so that differences are nothing but rounding.
    @Test func gradientCheck() throws {
        let zoo = try Zoo()
        let outcome = try zoo.run(
            "gradient-check", "lenet5", "--input-shape", "12x12x1", "--numbers", "20", "--step",
            "0.01")
        #expect(outcome.status == 0 && outcome.errors == "")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("WEIGHT") && lines.count == 11)
        #expect(lines[1].hasPrefix("conv2d/kernel") && lines[1].contains("20 of 150"))
        for line in lines.dropFirst() {
            let words = line.split(separator: " ")
            let difference = try #require(words.last.flatMap { Double($0) })
            // Losses near 3 have rounding errors of 2e-7, their differences 1e-5 at a step of 0.01.
            #expect(difference < 5e-5, "\(line)")
        }
        let small = try zoo.run("gradient-check", "lenet5", "--input-shape", "4x4x1")
        #expect(small.status == 1 && small.messages.count == 1)
    }

    @Test func downloadsThatCannotBe() throws {
        let zoo = try Zoo()
        let unknown = try zoo.run("data", "mnits")
        #expect(unknown.status == 2 && unknown.errors.contains("did you mean mnist?"))
        // A file where the folder should be: nothing is asked of the network.
        try zoo.write(ArrayData(shape: [1], floats: [0]), "file")
        let blocked = try zoo.run("data", "mnist", "--output", "file/inside")
        #expect(blocked.status == 1 && blocked.errors.contains("Cannot make the folder"))
    }

    /// What is there already is not fetched again; it is checked that it can be read.
    @Test func downloadsThatNeedNotBe() throws {
        let zoo = try Zoo()
        for file in MNIST.publication.files {
            try Data("no data".utf8).write(to: URL(fileURLWithPath: zoo.path(file.name)))
        }
        let outcome = try zoo.run("data", "mnist", "--output", ".")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("train-images-idx3-ubyte.gz is not a usable IDX file"))
    }
}
