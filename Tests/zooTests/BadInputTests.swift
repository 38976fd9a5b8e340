import Foundation
import Strata
import Testing

@Suite struct BadInputTests {
    /// One sentence, exit 1, and nothing on the standard output or in the directory.
    private func refused(
        _ zoo: Zoo, _ arguments: String..., saying parts: String...,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let before = zoo.contents
        let outcome = try zoo.run(arguments)
        let messages = outcome.messages.filter { !$0.hasPrefix("Without --weights") }
        #expect(outcome.status == 1, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.output == "", sourceLocation: location)
        #expect(messages.count == 1, "\(outcome.errors)", sourceLocation: location)
        let message = messages.last ?? ""
        #expect(message.hasPrefix("zoo: "), sourceLocation: location)
        for part in parts {
            #expect(message.contains(part), "\(message)", sourceLocation: location)
        }
        #expect(zoo.contents == before, sourceLocation: location)
    }

    @Test func modelsThatCannotBe() throws {
        let zoo = try Zoo()
        try refused(
            zoo, "summary", "vgg16", "--input-shape", "8x8x3",
            saying: "Layer max_pooling2d_3 (MaxPooling2D): ", "2x2", "1x1")
        try refused(
            zoo, "summary", "lenet5", "--layer-range", "conv2d:nothing", saying: "nothing")
        try refused(
            zoo, "summary", "lenet5", "--layer-range", "(:conv2d", saying: "but got (")
    }

    @Test(arguments: ["STRATA_THREADS=0", "STRATA_THREADS=two", "STRATA_ISA=avx3"])
    func settingsThatAreNone(_ setting: String) throws {
        let outcome = try Zoo().run(["list"], shell: "\(setting) exec \"$0\" \"$@\"")
        #expect(outcome.status == 1 && outcome.output == "")
        let value = setting.split(separator: "=")[1]
        #expect(outcome.errors.hasSuffix("but got \(value)\n"), "\(outcome.errors)")
    }

    @Test func modelsWithoutRows() throws {
        let zoo = try Zoo()
        let input = Input(shape: [])
        try Model(inputs: input, outputs: ReLU()(input)).save(to: zoo.path("m.keras"))
        for words in [["gradient-check"], ["bench"], ["bench", "--mode", "infer"]] {
            let outcome = try zoo.run(words + ["m.keras"])
            #expect(outcome.status == 1 && outcome.output == "")
            #expect(outcome.messages.count == 1)
            #expect(outcome.errors.hasPrefix("zoo: m.keras: a model whose inputs and outputs"))
        }
    }

    @Test func damagedArrays() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let whole = try Data(contentsOf: URL(fileURLWithPath: zoo.path("x.npy")))
        func header(_ text: String) -> Data {
            let padded = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
            return Data([0x93] + "NUMPY".utf8 + [1, 0, 118, 0] + padded.utf8)
        }
        func described(_ type: String, _ shape: String) -> Data {
            header("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }")
        }
        let damaged: [(Data, String)] = [
            (Data(), "it is empty"),
            (Data("hello, world".utf8), "does not start with"),
            (whole.prefix(5), "does not start with"),
            (whole.prefix(9), "ends before the header"),
            (whole.prefix(6) + [9, 0] + whole.dropFirst(8), "format version is 9"),
            (whole.prefix(8) + [255, 255] + whole.dropFirst(10), "bytes long"),
            (whole.dropLast(1), "only"),
            (described("|O", "(2,)"), "Python objects"),
            (described("<c8", "(2,)"), "complex numbers"),
            (described("<f4", "(-1, 28, 28, 1)"), "negative"),
            (described("<f4", "(4611686018427387904, 4)"), "too large"),
            (described("<f4", "(99999999999999999999999,)"), "shape"),
            (header("{'descr': '<f4', 'shape': (2,), }"), "fortran_order"),
            (header("not a dictionary"), "x.npy"),
        ]
        for (bytes, part) in damaged {
            try bytes.write(to: URL(fileURLWithPath: zoo.path("x.npy")))
            try refused(
                zoo, "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--output", "w.npz",
                saying: "x.npy", part)
        }
        // Bytes after the last element do no harm, as in NumPy.
        try (whole + [1, 2, 3]).write(to: URL(fileURLWithPath: zoo.path("x.npy")))
        let outcome = try zoo.run(
            "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--epochs", "1")
        #expect(outcome.status == 0)
    }

    @Test func dataThatDoNotFit() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        try zoo.write(ArrayData(shape: [47], [UInt8](repeating: 0, count: 47)), "short.npy")
        try zoo.write(ArrayData(shape: [48], [UInt8](repeating: 10, count: 48)), "ten.npy")
        try zoo.write(ArrayData(shape: [48], [Int64](repeating: -1, count: 48)), "below.npy")
        try zoo.write(ArrayData(shape: [48], floats: digits(48)), "fractions.npy")
        try zoo.write(ArrayData(shape: [0, 28, 28, 1], floats: []), "none.npy")
        for verb in ["train", "evaluate"] {
            func refusedLabels(_ name: String, saying part: String) throws {
                try refused(zoo, verb, "lenet5", "--x", "x.npy", "--y", name, saying: part)
            }
            try refusedLabels("short.npy", saying: "48 samples and 47 targets")
            try refusedLabels("ten.npy", saying: "from 0 to 9")
            try refusedLabels("below.npy", saying: "from 0 to 9")
            try refusedLabels("fractions.npy", saying: "from 0 to 9")
            try refusedLabels("missing.npy", saying: "missing.npy")
            try refused(
                zoo, verb, "cifar_cnn", "--x", "x.npy", "--y", "y.npy",
                saying: "(None, 32, 32, 3)", "(48, 28, 28, 1)")
            try refused(
                zoo, verb, "lenet5", "--x", "none.npy", "--y", "y.npy", saying: "at least one row")
            try refused(
                zoo, verb, "cifar_cnn", "--data", ".", saying: "cifar10_{train,test}_{X,y}.npy")
            try refused(zoo, verb, "lenet5", saying: "--x and --y")
        }
        try refused(
            zoo, "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--validation-split", "0.99",
            saying: "validation", "0.99")
        try refused(
            zoo, "predict", "lenet5", "--input", "y.npy", "--output", "p.npy",
            saying: "(None, 28, 28, 1)", "(48,)")
    }

    private func digits(_ count: Int) -> [Float] { (0..<count).map { Float($0) + 0.5 } }

    @Test func pixelsThatAreNotNumbers() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        var floats = zoo.digits(48)
        floats[37 * 784] = .nan
        try zoo.write(ArrayData(shape: [48, 28, 28, 1], floats: floats), "x.npy")
        let outcome = try zoo.run(
            "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--batch-size", "16", "--no-shuffle",
            "--verbose", "0", "--output", "w.npz", "--history", "h.json")
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.messages.count == 1)
        #expect(outcome.errors.hasPrefix("zoo: The loss became nan in epoch 1 at batch 3 of 3"))
        #expect(zoo.contents == ["x.npy", "y.npy"])

        // Evaluation has a result, which JSON has no number for.
        let evaluation = try zoo.run(
            "evaluate", "lenet5", "--x", "x.npy", "--y", "y.npy", "--json")
        #expect(evaluation.status == 0)
        #expect(evaluation.output.hasPrefix("{\"loss\": null, \"accuracy\": 0."))
    }

    @Test func weightsOfAnotherModel() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let training = try zoo.run(
            "train", "tf_convnet", "--x", "x.npy", "--y", "y.npy", "--epochs", "1", "--output",
            "w.npz")
        #expect(training.status == 0)
        for verb in ["train", "evaluate"] {
            try refused(
                zoo, verb, "lenet5", "--x", "x.npy", "--y", "y.npy", "--weights", "w.npz",
                saying: "w.npz does not fit the model", "missing: conv2d_1/kernel",
                "conv2d/kernel is [3, 3, 1, 10], not [5, 5, 1, 6]")
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: zoo.path("w.npz")))
        try whole.prefix(1000).write(to: URL(fileURLWithPath: zoo.path("w.npz")))
        try refused(
            zoo, "predict", "tf_convnet", "--weights", "w.npz", "--input", "x.npy", "--output",
            "p.npy", saying: "w.npz")
    }

    @Test func whatCannotBeWrittenIsSaidBeforeTheWork() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        for option in ["--output", "--history"] {
            let file = "missing/file.npz"
            // Nothing has been shown of an epoch.
            try refused(
                zoo, "train", "lenet5", "--x", "x.npy", "--y", "y.npy", option, file,
                saying: "Cannot write missing/file.npz", "there is no directory missing")
        }
        try refused(
            zoo, "predict", "lenet5", "--input", "x.npy", "--output", ".", saying: "a directory")
        try refused(zoo, "data", "shapes", "--output", "x.npy", saying: "x.npy")
    }
}
