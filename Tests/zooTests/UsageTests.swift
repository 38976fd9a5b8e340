import Strata
import Testing

@Suite struct UsageTests {
    @Test(arguments: [
        (["trian"], "there is no verb trian; did you mean train?"),
        (["frobnicate"], "there is no verb frobnicate; see 'zoo help'."),
        (["train", "--epcohs", "3"], "there is no option --epcohs; did you mean --epochs?"),
        (["list", "--json"], "there is no option --json; see 'zoo help list'."),
        (["train", "-x", "f"], "there is no option -x; did you mean --x?"),
        (["train", "--epochs"], "--epochs is followed by its value, N."),
        (["train", "--output", "--seed", "1"], "--output is followed by its value, FILE."),
        (
            ["train", "--epochs", "-1"],
            "--epochs takes a whole number from 1 to 1000000000, but got -1"
        ),
        (
            ["train", "--epochs=9223372036854775807"],
            "--epochs takes a whole number from 1 to 1000000000, but got 9223372036854775807"
        ),
        (
            ["train", "--early-stopping=x"],
            "--early-stopping takes a whole number of at least 1, but got x"
        ),
        (
            ["train", "--learning-rate", "nan"],
            "--learning-rate takes a positive number, but got nan"
        ),
        (
            ["bench", "lenet5", "--seconds", "1e300"],
            "--seconds takes a positive number of at most 86400, but got 1e300"
        ),
        (
            ["gradient-check", "lenet5", "--batch-size", "9999999999999"],
            "--batch-size takes a whole number from 1 to 1024, but got 9999999999999"
        ),
        (
            ["train", "--learning-rate", "-1"],
            "--learning-rate takes a positive number, but got -1"
        ),
        (
            ["train", "--validation-split", "1"],
            "--validation-split takes a number from 0 up to, but not including, 1, but got 1"
        ),
        (["train", "--verbose", "3"], "--verbose takes 0, 1 or 2, but got 3"),
        (
            ["train", "--optimizer", "adma"],
            "--optimizer takes one of adadelta, adagrad, adam, adamw, adamax, ftrl, lion, nadam, rmsprop, sgd, momentum, but got adma"
        ),
        (["train", "--seed", "1", "--seed", "2"], "--seed is given twice."),
        (
            ["train", "--output", "m.npz", "--checkpoint", "./m.npz"],
            "Two options name the same file to write, ./m.npz"
        ),
        (["train", "--no-shuffle=yes"], "--no-shuffle takes no value, but got --no-shuffle=yes"),
        (["train", "cifar_cn"], "there is no model cifar_cn; did you mean cifar_cnn?"),
        (["train", "a", "b"], "'zoo train' takes one name, not 2; usage: zoo train [MODEL]"),
        (["train", "--x", "x.npy"], "--x and --y come together."),
        (
            ["train", "--data", ".", "--x", "x.npy"],
            "--data stands alone, without --x and --y."
        ),
        (
            ["train", "--output", "w.txt"],
            "--output takes the name of a .keras, .npz, .safetensors or .weights.h5 file, but got w.txt"
        ),
        (["summary"], "'zoo summary' needs a MODEL; usage: zoo summary MODEL"),
        (
            ["summary", "lenet5", "--width", "2"],
            "--width takes a whole number of at least 40, but got 2"
        ),
        (
            ["summary", "vgg16", "--input-shape", "0x8x3"],
            "--input-shape takes height, width and channels, such as 32x32x3, each from 1 to 65536, "
                + "but got 0x8x3"
        ),
        (
            ["summary", "vgg16", "--classes", "0"],
            "--classes takes a whole number from 1 to 1000000, but got 0"
        ),
        (
            ["summary", "vgg16", "--layer-range", "conv2d"],
            "--layer-range takes two names of layers with a colon between them, but got conv2d"
        ),
        (["bench", "vgg99"], "there is no model vgg99; did you mean vgg19?"),
        (
            ["predict", "lenet5", "--output", "y.npy"],
            "'zoo predict' needs --input FILE, --data DIR or --images DIR."
        ),
        (
            ["convert", "a.keras", "b.txt"],
            "OUT takes the name of a .keras, .npz, .safetensors, .weights.h5 or .onnx file, but got b.txt"
        ),
        (
            ["train", "--scale", "1/x"],
            "--scale takes a number, or a fraction such as 1/255, but got 1/x"
        ),
        (["data", "shapes"], "'zoo data' needs --output DIR."),
        (["data", "shape", "--output", "."], "there is no data set shape; did you mean shapes?"),
        (["list", "all"], "'zoo list' takes no names, but got all"),
        (["bench", "--mode", "both"], "--mode takes one of train, infer, but got both"),
    ])
    func mistakesAreExplained(arguments: [String], message: String) throws {
        let outcome = try Zoo().run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.errors == "zoo: \(message)\n")
    }

    @Test func helpComesFromTheDeclarations() throws {
        let zoo = try Zoo()
        let overview = try zoo.run("help")
        #expect(overview.status == 0)
        #expect(try zoo.run("--help").output == overview.output)
        let verbs = ["list", "summary", "train", "evaluate", "predict", "bench", "data", "help"]
        for verb in verbs {
            #expect(overview.output.contains("\n  \(verb)"))
            let help = try zoo.run("help", verb)
            #expect(help.status == 0)
            #expect(help.output.hasPrefix("usage: zoo \(verb)"))
            #expect(try zoo.run(verb, "--help").output == help.output)
        }
        let options = [
            "data DIR", "x FILE", "y FILE", "scale S", "epochs N", "batch-size N", "optimizer NAME",
            "learning-rate RATE", "loss NAME", "validation-split PART", "seed N", "no-shuffle",
            "weights FILE", "output FILE", "history FILE", "threads N", "verbose 0|1|2",
        ]
        let train = try zoo.run("help", "train").output
        for option in options { #expect(train.contains("\n  --\(option)  ")) }
        let version = try zoo.run("--version")
        #expect(version.status == 0 && version.output == "zoo \(Runtime.version) (Strata)\n")
        let nothing = try zoo.run()
        #expect(nothing.status == 2)
        #expect(nothing.output == "")
        #expect(nothing.errors == overview.output)
    }
}
