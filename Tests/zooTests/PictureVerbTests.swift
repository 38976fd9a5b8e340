import Foundation
import Strata
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The verbs that draw, and what `zoo train` draws.
@Suite struct PictureVerbTests {
    @Test func diagram() throws {
        let zoo = try Zoo()
        #expect(try zoo.run("diagram", "lenet5", "-o", "a.svg").status == 0)
        let svg = try String(contentsOfFile: zoo.path("a.svg"), encoding: .utf8)
        for text in ["lenet5", "conv2d_1", "Conv2D 10×10×16", "dense_2", "Dense 10"] {
            #expect(svg.contains(">\(text)</text>"))
        }
        #expect(try zoo.run("diagram", "lenet5", "--output", "a.png").status == 0)
        #expect(try Image(contentsOf: zoo.path("a.png")).channels == 3)
        for (words, message) in [
            (["diagram", "lenet5"], "zoo: 'zoo diagram' needs --output FILE."),
            (
                ["diagram", "lenet5", "-o", "a.jpg"],
                "zoo: The name of a drawing's file must end in .svg or .png, but got a.jpg"
            ),
            (
                ["diagram", "lenet5", "-o", "no/a.svg"],
                "zoo: Cannot write no/a.svg: there is no directory no."
            ),
        ] {
            let outcome = try zoo.run(words)
            #expect(outcome.status != 0)
            #expect(outcome.messages == [message])
        }
    }

    /// Well-formed, and no box over another.
    @Test(arguments: ["resnet20", "resnet50", "unet", "mobilenetv2", "densenet121", "vgg16_cifar"])
    func diagramsOfArchitectures(name: String) throws {
        let zoo = try Zoo()
        #expect(try zoo.run("diagram", name, "-o", "a.svg").status == 0)
        let boxes = Boxes()
        let parser = XMLParser(
            data: try Data(contentsOf: URL(fileURLWithPath: zoo.path("a.svg"))))
        parser.delegate = boxes
        #expect(parser.parse(), "\(parser.parserError?.localizedDescription ?? "")")
        // The first is the background.
        let page = boxes.found[0]
        #expect(boxes.found.count > 20)
        for (index, box) in boxes.found.enumerated().dropFirst() {
            #expect(page.contains(box))
            #expect(!boxes.found[1..<index].contains { $0.intersects(box) })
        }
    }

    /// The rectangles of a drawing.
    private final class Boxes: NSObject, XMLParserDelegate {
        var found: [CGRect] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String] = [:]
        ) {
            guard name == "rect" else { return }
            let sides = ["x", "y", "width", "height"].map { Double(attributes[$0] ?? "0")! }
            found.append(CGRect(x: sides[0], y: sides[1], width: sides[2], height: sides[3]))
        }
    }

    /// What filters began as stands beside what they became.
    @Test func filtersBefore() throws {
        let zoo = try Zoo()
        try zoo.writeDigits(count: 8)
        let words = ["train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--epochs", "1"]
        #expect(
            try zoo.run(words + ["--seed", "7", "--learning-rate", "1", "--output", "m.keras"])
                .status == 0)
        func tiles(_ words: String...) throws -> [String] {
            #expect(try zoo.run(["filters"] + words + ["-o", "f.svg"]).status == 0)
            return try String(contentsOfFile: zoo.path("f.svg"), encoding: .utf8)
                .components(separatedBy: "base64,").dropFirst()
                .map { String($0.prefix { $0 != "\"" }) }
        }
        let (first, trained) = (try tiles("lenet5", "--seed", "7"), try tiles("m.keras"))
        #expect(first.count == 6 && trained.count == 6 && first != trained)
        #expect(try tiles("m.keras", "--before", "lenet5", "--seed", "7") == first + trained)
        #expect(try tiles("m.keras", "--before", "m.keras") == trained + trained)
        #expect(try tiles("lenet5", "--seed", "7", "--before", "lenet5") == first + first)
    }

    @Test func filtersFeaturesAndClasses() throws {
        let zoo = try Zoo()
        #expect(try zoo.run("filters", "lenet5", "--layer", "conv2d_1", "-o", "f.png").status == 0)
        #expect(zoo.contents == ["f.png"])
        let key = Random.Key(seed: 1, path: "picture")
        let picture = Image(
            height: 50, width: 70, channels: 3,
            pixels: (0..<50 * 70 * 3).map { UInt8(key.uniform($0) * 256) })
        try picture.writePNG(to: zoo.path("p.png"))

        let features = try zoo.run("features", "lenet5", "--image", "p.png", "-o", "m.svg")
        #expect(features.status == 0)
        let svg = try String(contentsOfFile: zoo.path("m.svg"), encoding: .utf8)
        #expect(svg.contains(">conv2d, 6 of 6 maps of 50×70</text>"))
        #expect(svg.components(separatedBy: "<image ").count == 7)
        let linear = try zoo.run(
            "features", "lenet5", "--image", "p.png", "--linear", "-o", "linear.svg")
        #expect(linear.status == 0)
        // Sigmoids are above 0, sums are not.
        #expect(!svg.contains(">-0") && zoo.contents.contains("linear.svg"))
        #expect(
            try String(contentsOfFile: zoo.path("linear.svg"), encoding: .utf8).contains(">-0."))
        let dense = try zoo.run(
            "features", "lenet5", "--image", "p.png", "--layer", "dense", "-o", "n.svg")
        #expect(dense.status == 1)
        #expect(!zoo.contents.contains("n.svg"))

        let classes = try zoo.run(
            "classify", "lenet5", "--image", "p.png", "--top", "2", "--class-names", "mnist")
        #expect(classes.status == 0)
        #expect(classes.output.split(separator: "\n").count == 2)
        #expect(classes.output.hasSuffix(" %\n"))
        let all = try zoo.run("classify", "lenet5", "--image", "p.png", "--top", "99", "--json")
        let probabilities = try all.object().values.compactMap { $0 as? Double }
        #expect(probabilities.count == 10)
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)

        try "no image".write(toFile: zoo.path("bad.png"), atomically: true, encoding: .utf8)
        let bad = try zoo.run("classify", "lenet5", "--image", "bad.png")
        #expect(
            bad.messages == [
                "zoo: bad.png is not a usable image: it is not a picture of a supported kind (JPEG, "
                    + "PNG, GIF, BMP, PPM)."
            ])
        let names = try zoo.run(
            "classify", "lenet5", "--image", "p.png", "--class-names", "cifar100")
        #expect(
            names.messages.last
                == "zoo: There must be a name for each of the 10 classes of lenet5, but got 100")
        let layer = try zoo.run("filters", "lenet5", "--layer", "conv2", "-o", "f.png")
        #expect(layer.messages == ["zoo: there is no layer conv2; did you mean conv2d?"])
        let flat = try zoo.run("filters", "lenet5", "--layer", "dense", "-o", "f.png")
        #expect(flat.messages == ["zoo: dense (Dense) has no filters: it must be a convolution"])
    }

    /// One output is the probability of the second of two classes; others may not tell any.
    @Test func modelsOfOtherOutputs() throws {
        let zoo = try Zoo()
        try Image(height: 8, width: 8, channels: 3, pixels: [UInt8](repeating: 99, count: 192))
            .writePNG(to: zoo.path("p.png"))
        func classified(_ outputs: (Tensor) -> Tensor) throws -> Outcome {
            let input = Input(shape: [8, 8, 3])
            try Model(inputs: input, outputs: outputs(input)).save(to: zoo.path("m.keras"))
            return try zoo.run("classify", "m.keras", "--image", "p.png", "--json")
        }
        func sigmoid(_ x: Tensor) -> Tensor { Dense(1, activation: .sigmoid)(Flatten()(x)) }
        let two = try classified(sigmoid).object()
        #expect(two.count == 2)
        let sum = two.values.compactMap { $0 as? Double }.reduce(0, +)
        #expect(abs(sum - 1) < 1e-6)
        let maps = try classified { Conv2D(2, kernelSize: 1)($0) }
        #expect(
            maps.messages == [
                "zoo: m.keras is not a classifier: its output is of shape (1, 8, 8, 2)."
            ])
        let infinite = try classified { sigmoid(Rescaling(.infinity)($0)) }
        #expect(infinite.status == 1 && infinite.output == "")
        #expect(infinite.errors.hasPrefix("zoo: The output of m.keras is not finite"))
    }

    @Test func manyClasses() throws {
        let zoo = try Zoo()
        try zoo.writeDigits(count: 8)
        let words = ["train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--epochs", "1"]
        #expect(
            try zoo.run(words + ["--classes", "100000", "--report", "r.html"]).status == 0)
        let page = try String(contentsOfFile: zoo.path("r.html"), encoding: .utf8)
        #expect(!page.contains("Confusion matrix") && page.contains("Worst mistakes"))
    }

    @Test func chartsAndReport() throws {
        let zoo = try Zoo()
        try zoo.writeImages()
        let training = try zoo.run(
            "train", "--data", ".", "--epochs", "2", "--batch-size", "16", "--validation-split",
            "0.25", "--history", "h.json", "--plot", "charts", "--report", "r.html")
        #expect(training.status == 0, "\(training.errors)")
        #expect(training.output.hasSuffix("\nreport      r.html\n"))
        let charts = try FileManager.default.contentsOfDirectory(atPath: zoo.path("charts"))
        #expect(charts.sorted() == ["accuracy.png", "accuracy.svg", "loss.png", "loss.svg"])

        let page = try String(contentsOfFile: zoo.path("r.html"), encoding: .utf8)
        let headings = [
            "Result", "Curves", "Confusion matrix", "Worst mistakes", "First filters", "Layers",
        ]
        for heading in headings { #expect(page.contains("<h2>\(heading)</h2>")) }
        // Two charts, the matrix, the mistakes, the filters; nothing from elsewhere.
        #expect(page.components(separatedBy: "<svg ").count == 6)
        #expect(!page.contains("src="))
        #expect(page.contains("of 32 test examples are classified correctly"))
        #expect(page.contains("crescent") && !page.contains("airplane"))

        let curves = try zoo.run("curves", "h.json", "--width", "60")
        #expect(curves.status == 0)
        #expect(curves.output.contains("validation"))
        #expect(curves.output.split(separator: "\n").allSatisfy { $0.count <= 60 })
        let wrong = try zoo.run("curves", "r.html")
        #expect(wrong.status == 1)
        #expect(wrong.messages[0].hasPrefix("zoo: Cannot read r.html as a history: "))
    }
}
