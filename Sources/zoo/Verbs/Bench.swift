import Foundation
import Strata
import StrataModels

extension CommandLineTool {
    static let bench = Verb(
        "bench", .any("MODEL"),
        purpose: "Times training or inference; by default of eleven workloads.",
        options: [Options.mode, Options.seconds, Options.json],
        remarks: """
            Images/s are the median over steps and the best step. Data are random and in memory; loss
            and accuracy, or the predictions, are read at each step. Each model has a process of its
            own, so that the peak memory is its own.
            """
    ) { arguments in
        let operands = arguments.operands
        let names =
            try operands.isEmpty
            ? workloads
            : operands.map {
                ModelFileFormat($0)?.keepsModel ?? false ? $0 : try Architecture.find($0).name
            }
        let isTraining = arguments[Options.mode] != "infer"
        let seconds = arguments[Options.seconds] ?? 6
        guard names.count == 1 else {
            for name in names {
                var words = ["bench", name, "--mode", isTraining ? "train" : "infer"]
                words += ["--seconds", "\(seconds)"]
                if arguments.has(Options.json) { words.append("--json") }
                try runZoo(words)
            }
            return
        }
        let model = try NamedModel(names[0], compiled: isTraining)
        try model.checkRows()
        for batchSize in isTraining ? [model.recipe.batchSize] : model.inferBatches {
            let timing = try Timing(
                model, batchSize: batchSize, isTraining: isTraining, seconds: seconds)
            print(arguments.has(Options.json) ? timing.json.description : timing.line)
            fflush(nil)
        }
    }

    /// What the benchmark consists of, in its order.
    private static let workloads = [
        "simple_convnet", "tf_convnet", "lenet5", "cifar_cnn", "mini_resnet", "alexnet_lite",
        "resnet20", "vgg16_cifar", "resnet18", "resnet50", "vgg16",
    ]

    /// Runs this program in a process of its own, in this one's group, so that Ctrl-C ends both.
    private static func runZoo(_ words: [String]) throws {
        let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
        var arguments: [UnsafeMutablePointer<CChar>?] = ([path] + words).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var process: pid_t = 0
        let failure = posix_spawn(&process, path, nil, nil, arguments, environ)
        guard failure == 0 else {
            throw StrataError("Cannot start \(path): \(systemMessage(failure)).")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw StrataError("'zoo \(words.joined(separator: " "))' failed.")
        }
    }
}

extension NamedModel {
    /// One image, as in an application, and a batch, as in a service.
    fileprivate var inferBatches: [Int] { inputShape[0] < 64 ? [1, 64] : [1, 16] }
}

/// How long the steps of a model take.
private struct Timing {
    let name: String
    let batchSize: Int
    let isTraining: Bool
    /// Seconds of each step, sorted.
    let steps: [Double]

    init(
        _ named: NamedModel, batchSize: Int, isTraining: Bool, seconds: Double
    ) throws {
        name = named.name
        self.batchSize = batchSize
        self.isTraining = isTraining
        let model = named.model
        if isTraining { try named.compileIfNeeded() }
        let key = Random.Key(seed: 0, path: "bench")
        let shape = named.inputShape.batched(batchSize)
        let x = ArrayData(
            shape: shape.dimensions, floats: (0..<shape.count).map { Float(key.uniform($0)) })
        let targets = zip(model.targetShapes, model.outputs).map { shape, output in
            let shape = shape.batched(batchSize)
            let classes = output.shape[-1]
            return ArrayData(
                shape: shape.dimensions,
                floats: (0..<shape.count).map { Float($0 * 7 % classes) })
        }
        func step() throws {
            if isTraining {
                _ = try model.trainOnBatch([x], targets)
            } else {
                _ = try model.predict([x], batchSize: batchSize)
            }
        }

        for _ in 0..<3 { try step() }
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var times: [Duration] = []
        while clock.now < end || times.count < 5 {
            times.append(try clock.measure { try step() })
        }
        steps = times.map { $0 / .seconds(1) }.sorted()
    }

    private func imagesPerSecond(_ seconds: Double) -> Double {
        (Double(batchSize) / seconds * 10).rounded() / 10
    }

    private var median: Double {
        imagesPerSecond((steps[(steps.count - 1) / 2] + steps[steps.count / 2]) / 2)
    }

    private var best: Double { imagesPerSecond(steps[0]) }
    private var mode: String { isTraining ? "train" : "infer" }
    private var peakMemory: Int { Runtime.peakMemory >> 20 }

    var json: JSON {
        .object([
            ("engine", .string("strata")), ("mode", .string(mode)), ("workload", .string(name)),
            ("batch", .integer(batchSize)), ("images_per_s", .finite(median)),
            ("best", .finite(best)), ("steps", .integer(steps.count)),
            ("peak_rss_mib", .integer(peakMemory)),
        ])
    }

    var line: String {
        let title = "\(name), \(mode), batch \(batchSize):"
        return title + String(repeating: " ", count: max(1, 36 - title.count))
            + "\(grouped(Int(median.rounded()))) images/s (best \(grouped(Int(best.rounded())))) "
            + "in \(grouped(steps.count)) steps, peak memory \(peakMemory) MiB"
    }
}
