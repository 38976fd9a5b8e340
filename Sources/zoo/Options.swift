import Strata
import StrataModels

/// The options that there are; each verb lists its own.
enum Options {
    // Data
    static let data = Option<String>(
        "data", "DIR",
        "the folder of MNIST, Fashion-MNIST, CIFAR-10 or CIFAR-100; see 'zoo help data'")
    static let x = Option<String>("x", "FILE", "samples (.npy); cast, not scaled")
    static let y = Option<String>("y", "FILE", "a target for each of them (.npy)")
    static let scale = Option<Float>(
        "scale", "S", "what samples are multiplied by, such as 0.00392157",
        expected: "a number"
    ) { word in Float(word).flatMap { $0.isFinite ? $0 : nil } }
    static let input = Option<String>("input", "FILE", "samples (.npy); cast, not scaled")
    static let out = Option<String>("out", "DIR", "the folder to write to, made if need be")

    // Training
    static let epochs = Option<Int>("epochs", "passes over the data", atLeast: 1)
    static let batchSize = Option<Int>(
        "batch-size", "samples a step; the recipe's by default", atLeast: 1)
    static let optimizer = Option<OptimizerKind>(
        "optimizer", "NAME", "the recipe's by default; \(optimizerNames)",
        expected: "one of \(optimizerNames)"
    ) { OptimizerKind(rawValue: $0) }
    static let learningRate = Option<Float>(
        "learning-rate", "RATE", "the recipe's, or the chosen optimizer's, by default",
        expected: "a positive number"
    ) { word in Float(word).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }
    static let loss = Option<Loss>(
        "loss", "NAME", "the recipe's by default", expected: "one of \(lossNames)"
    ) { name in losses.first { $0.name == name } }
    static let validationSplit = Option<Double>(
        "validation-split", "PART", "the part of the data, at its end, to validate with; 0",
        expected: "a number from 0 up to, but not including, 1"
    ) { word in Double(word).flatMap { (0..<1).contains($0) ? $0 : nil } }
    static let seed = Option<UInt64>(
        "seed", "N", "decides weights, dropout and order; 0", expected: "a whole number"
    ) { UInt64($0) }
    static let noShuffle = Option<Bool>(
        flag: "no-shuffle", "goes through the data in order")
    static let schedule = Option<ScheduleChoice>(
        "schedule", "NAME", "how the learning rate changes: \(ScheduleChoice.names)",
        expected: "a schedule as 'zoo help train' lists them"
    ) { ScheduleChoice($0) }
    static let augment = Option<Int>(
        "augment", "flips images at random and moves them by up to N pixels", atLeast: 0)
    static let earlyStopping = Option<Int>(
        "early-stopping", "ends when N epochs brought nothing better; keeps the best weights",
        atLeast: 1)
    static let threads = Option<Int>("threads", "as many as there are by default", atLeast: 1)
    static let verbose = Option<Verbosity>(
        "verbose", "0|1|2", "nothing, a bar, a line an epoch; what suits by default",
        expected: "0, 1 or 2"
    ) { word in ["0", "1", "2"].contains(word) ? Int(word).flatMap(Verbosity.init) : nil }

    // Files
    static let weights = Option<String>(
        "weights", "FILE", "the weights to begin with (.npz, .safetensors, .weights.h5, .h5)")
    static let outputModel = Option<String>(
        "output", "FILE",
        "where the model goes (.keras), or its weights (.npz, .safetensors, .weights.h5)")
    static let architecture = Option<String>(
        "architecture", "MODEL", "what the weights belong to: a name or a .keras file")
    static let outputArray = Option<String>("output", "FILE", "where the predictions go (.npy)")
    static let history = Option<String>(
        "history", "FILE", "where the numbers of each epoch go (.json)")
    static let checkpoint = Option<String>(
        "checkpoint", "FILE",
        "where the best model so far goes, as --output; with {epoch}, each epoch's")
    static let csv = Option<String>("csv", "FILE", "a row of numbers for each epoch (.csv)")
    static let json = Option<Bool>(flag: "json", "prints the result as JSON")

    // Others
    static let width = Option<Int>(
        "width", "columns of the terminal, if not this one's", atLeast: 40)
    static let mode = Option<String>("mode", oneOf: ["train", "infer"], "train by default")
    static let seconds = Option<Double>(
        "seconds", "S", "how long each row is measured; 6", expected: "a positive number"
    ) { word in Double(word).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }

    private static let losses: [Loss] = [
        .sparseCategoricalCrossentropy, .categoricalCrossentropy, .binaryCrossentropy,
        .meanSquaredError, .meanAbsoluteError,
    ]
    static let lossNames = losses.map(\.name).joined(separator: ", ")
    private static let optimizerNames = OptimizerKind.allCases.map(\.rawValue)
        .joined(separator: ", ")
}
