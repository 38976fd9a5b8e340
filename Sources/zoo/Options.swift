import Strata
import StrataModels

/// All options. Each verb lists the ones it accepts.
enum Options {
    // Data
    static let data = Option<String>(
        "data", "DIR",
        "a directory with MNIST, Fashion-MNIST, CIFAR-10 or CIFAR-100 (see 'zoo help data'), or with "
            + "one folder of pictures for each class")
    static let skipUnreadable = Option<Bool>(
        flag: "skip-unreadable", "goes on without pictures that are damaged, and names them")
    static let cache = Option<String>(
        "cache", "FILE",
        "where decoded pictures are kept for later epochs and runs; made again if the pictures have changed"
    )
    static let interpolation = Option<Image.Interpolation>(
        "interpolation", "NAME", "how pictures are resized; area by default",
        expected: "one of \(Image.Interpolation.allCases.map(\.rawValue).joined(separator: ", "))"
    ) { Image.Interpolation(rawValue: $0) }
    static let aspectRatio = Option<Image.AspectRatio>(
        "aspect-ratio", "NAME",
        "what is done with pictures of another shape than the model takes; stretch by default",
        expected: "one of \(Image.AspectRatio.allCases.map(\.rawValue).joined(separator: ", "))"
    ) { Image.AspectRatio(rawValue: $0) }
    static let stratify = Option<Bool>(
        flag: "stratify", "gives both parts of --validation-split the same share of each class")
    static let x = Option<[String]>(
        files: "x", "FILE", "samples (.npy), a file for each input of the model",
        endings: [".npy"])
    static let y = Option<[String]>(
        files: "y", "FILE", "a target for each sample (.npy), a file for each output",
        endings: [".npy"])
    static let scale = Option<Float>(
        "scale", "S",
        "the factor that samples are multiplied by, such as 1/255; by default that of the model's "
            + "training, or else 1/255 for data sets and pictures and 1 for arrays",
        expected: "a number, or a fraction such as 1/255"
    ) { word in
        let parts = word.split(separator: "/", omittingEmptySubsequences: false).map { Float($0) }
        guard parts.count <= 2, let number = parts[0] else { return nil }
        guard let divisor = parts.count == 2 ? parts[1] : 1 else { return nil }
        let value = number / divisor
        return value.isFinite ? value : nil
    }
    static let dataset = Option<String>(
        "dataset", "NAME", "the data set to read from --data, such as emnist_letters")
    static let input = Option<[String]>(
        files: "input", "FILE", "samples (.npy), a file for each input of the model",
        endings: [".npy"])
    static let folder = Option<String>(
        "output", "DIR", "the directory to write to, created if necessary")

    // Training
    static let epochs = Option<Int>(
        "epochs", "N", "the number of passes over the data", 1...1_000_000_000)
    static let batchSize = Option<Int>(
        "batch-size", "samples per step; by default as in the recipe", atLeast: 1)
    static let optimizer = Option<OptimizerKind>(
        "optimizer", "NAME", "the optimizer, by default as in the recipe: \(optimizerNames)",
        expected: "one of \(optimizerNames)"
    ) { OptimizerKind($0) }
    static let learningRate = Option<Float>(
        positive: "learning-rate", "RATE",
        "the learning rate; by default that of the recipe, or of the chosen optimizer")
    static let loss = Option<Loss>(
        "loss", "NAME", "the loss; by default as in the recipe", expected: "one of \(lossNames)"
    ) { try? Loss.named($0) }
    static let validationSplit = Option<Double>(
        "validation-split", "PART",
        "the fraction of the data, at its end, for validation; 0 by default",
        expected: "a number from 0 up to, but not including, 1"
    ) { word in Double(word).flatMap { (0..<1).contains($0) ? $0 : nil } }
    static let seed = Option<UInt64>(
        "seed", "N", "the seed of weights, dropout and order; 0 by default",
        expected: "a whole number"
    ) { UInt64($0) }
    static let noShuffle = Option<Bool>(
        flag: "no-shuffle", "keeps the order of the data")
    static let schedule = Option<ScheduleChoice>(
        "schedule", "NAME", "the schedule of the learning rate: \(ScheduleChoice.names)",
        expected: "a schedule as 'zoo help train' lists them"
    ) { ScheduleChoice($0) }
    static let augment = Option<Int>(
        "augment", "flips images at random and shifts them by up to N pixels", atLeast: 0)
    static let earlyStopping = Option<Int>(
        "early-stopping", "stops after N epochs without improvement and restores the best weights",
        atLeast: 1)
    static let threads = Option<Int>(
        "threads", "the number of threads; by default as many as the process may use", atLeast: 1)
    static let verbose = Option<Verbosity>(
        "verbose", "0|1|2",
        "nothing, a bar, or one line per epoch; by default a bar on a terminal and lines elsewhere",
        expected: "0, 1 or 2"
    ) { word in ["0", "1", "2"].contains(word) ? Int(word).map { Verbosity($0) } : nil }

    // Files
    static let weights = Option<String>(
        "weights", "FILE", "the weights of the model (.npz, .safetensors, .weights.h5, .h5)")
    static let outputModel = Option<String>(
        "output", "FILE",
        "writes the model (.keras) or its weights (.npz, .safetensors, .weights.h5)")
    static let architecture = Option<String>(
        "architecture", "MODEL", "the model that the weights belong to: a name or a .keras file")
    static let outputArray = Option<String>(
        "output", "FILE",
        "where the predictions go: .csv, .npy, or .npz with an array for each output of the model")
    static let history = Option<String>(
        "history", "FILE", "writes the losses and metrics of each epoch (.json)")
    static let checkpoint = Option<String>(
        "checkpoint", "FILE",
        "writes the best model so far, in the formats of --output; with {epoch}, one for each epoch"
    )
    static let csv = Option<String>("csv", "FILE", "writes a row for each epoch (.csv)")
    static let drawing = Option<String>(
        "output", "FILE", "writes the drawing (.svg or .png); -o for short")
    static let json = Option<Bool>(flag: "json", "prints the result as JSON")

    // Models
    static let inputShape = Option<Shape>(
        "input-shape", "HxWxC",
        "other images than the architecture's, or the sizes a file leaves open",
        expected: "height, width and channels, such as 32x32x3, each from 1 to 65536"
    ) { word in
        let sizes = word.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        let shape = sizes.compactMap { $0 }.filter { (1...65_536).contains($0) }
        return sizes.count == 3 && shape.count == 3 ? Shape(shape) : nil
    }
    static let imageSize = Option<(height: Int, width: Int)>(
        "image-size", "N|HxW", "the height and width of images, if not the architecture's",
        expected: "a number of pixels, or height and width such as 224x320, each from 1 to 65536"
    ) { word in
        let sizes = word.split(separator: "x", omittingEmptySubsequences: false)
        let numbers = sizes.compactMap { Int($0) }.filter { (1...65_536).contains($0) }
        guard numbers.count == sizes.count, let first = numbers.first, numbers.count <= 2 else {
            return nil
        }
        return (first, numbers.last ?? first)
    }
    static let channels = Option<Int>(
        "channels", "1|3|4", "grey, colours, or colours and opacity; 3 by default",
        expected: "1, 3 or 4"
    ) { word in Int(word).flatMap { [1, 3, 4].contains($0) ? $0 : nil } }
    static let classes = Option<Int>(
        "classes", "N", "the number of classes; by default that of the architecture", 1...1_000_000)

    // First weights and gradients
    static let preprocessing = Option<ImagePreprocessing>(
        "preprocessing", "NAME",
        "what the network expects of pixels, as keras.applications names it; becomes layers of the model",
        expected: "one of \(ImagePreprocessing.allCases.map(\.rawValue).joined(separator: ", "))"
    ) { ImagePreprocessing(rawValue: $0) }
    static let newHead = Option<Int>(
        "new-head", "N", "replaces the classifier by a new one of N classes", 1...1_000_000)
    static let freeze = Option<Bool>(
        flag: "freeze",
        "trains the last layer with weights only, or with --unfreeze those from there on")
    static let unfreeze = Option<String>(
        "unfreeze", "LAYER", "trains this layer and all after it")
    static let cacheFeatures = Option<Bool>(
        flag: "cache-features",
        "computes what the frozen layers give once, and trains the others on that")
    static let initializer = Option<Initializer>(
        "init", "NAME", "the initializer of kernels; by default that of each layer",
        expected: "one of \(initializerNames)"
    ) { try? Initializer.named($0) }
    static let initialDeviation = Option<Float>(
        positive: "init-std", "S",
        "initializes kernels from a normal distribution with this standard deviation")
    static let evaluateSamples = Option<Int>(
        "evaluate-samples",
        "reports the accuracy on the first N training and test samples after each epoch", atLeast: 1
    )
    static let checkedImages = Option<Int>(
        "batch-size", "N", "the number of images in the loss; 2 by default", 1...1024)
    static let checkedNumbers = Option<Int>(
        "numbers", "how many randomly chosen numbers of each weight to check; 100 by default",
        atLeast: 1)
    static let step = Option<Float>(
        positive: "step", "H", "the step of the differences; 0.001 by default")

    // Summaries
    static let lineLength = Option<Int>("line-length", "N", "the width of the table", 40...1000)
    static let expandNested = Option<Bool>(
        flag: "expand-nested", "shows the layers of nested models, too")
    static let showTrainable = Option<Bool>(
        flag: "show-trainable", "shows which layers are trainable")
    static let layerRange = Option<LayerRange>(
        "layer-range", "FIRST:LAST", "lists only the layers from FIRST to LAST; names or patterns",
        expected: "two names of layers with a colon between them"
    ) { word in
        let names = word.split(separator: ":", maxSplits: 1).map(String.init)
        return names.count == 2 ? (names[0], names[1]) : nil
    }
    typealias LayerRange = (first: String, last: String)
    static let flops = Option<Bool>(
        flag: "flops", "shows the multiply-adds and the output size of each layer, for one image")
    static let check = Option<Bool>(
        flag: "check", "trains the networks whose accuracy is stated, and compares")
    static let recipes = Option<Bool>(
        flag: "recipes", "lists the settings for training instead")

    // Drawing
    static let plot = Option<String>(
        "plot", "DIR",
        "writes charts of loss and metrics (.svg, .png) to this directory, created if necessary")
    static let report = Option<String>(
        "report", "FILE", "writes a report about the run (.html)")
    static let layer = Option<String>(
        "layer", "NAME", "the layer; the first convolution by default")
    static let before = Option<String>(
        "before", "MODEL", "a model, or a weights file, whose filters to draw beside")
    static let image = Option<String>(
        "image", "FILE", "a picture (\(ImageFormat.supportedEndings))")
    static let images = Option<[String]>(
        files: "image", "FILE", "pictures (\(ImageFormat.supportedEndings))",
        endings: ImageFormat.endings)
    static let pictureFolder = Option<String>(
        "images", "DIR", "pictures in a folder and the folders below it")
    static let maps = Option<Int>(
        "maps", "how many maps to draw, from the first; 16 by default", atLeast: 1)
    static let linear = Option<Bool>(
        flag: "linear", "shows the convolution alone, without its activation")
    static let top = Option<Int>("top", "how many classes to print; 3 by default", atLeast: 1)
    static let classNames = Option<String>(
        "class-names", "NAME",
        "a data set such as mnist, a directory of class folders, or a text file with one name per line"
    )

    // Others
    static let width = Option<Int>(
        "width", "the width in characters; that of the terminal by default", atLeast: 40)
    static let mode = Option<String>(
        "mode", oneOf: ["train", "infer"], "what to time; train by default")
    static let seconds = Option<Double>(
        "seconds", "S", "how long to measure each model; 6 by default",
        expected: "a positive number of at most 86400"
    ) { word in Double(word).flatMap { $0 > 0 && $0 <= 86_400 ? $0 : nil } }

    static let initializerNames = Initializer.names.sorted().joined(separator: ", ")
    static let lossNames = Loss.names.joined(separator: ", ")
    private static let optimizerNames = OptimizerKind.names.joined(separator: ", ")
}
