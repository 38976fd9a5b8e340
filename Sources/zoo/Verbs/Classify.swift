import Foundation
import Strata
import StrataPlots

extension CommandLineTool {
    static let classify = Verb(
        "classify", .required("MODEL"), purpose: "Prints the most probable classes of images.",
        options: [
            Options.weights, Options.images, Options.top, Options.classNames, Options.scale,
            Options.interpolation, Options.aspectRatio,
            Options.json,
        ],
        remarks: """
            Images (JPEG, PNG, GIF, BMP, PPM or PGM) are resized to what the model takes. The names of the classes and the scale are those that the model was trained with, if its file has them.
            With several images, --json prints an object of classes for each.
            """
    ) { arguments in
        let paths = try arguments.required(Options.images)
        let images = try paths.map { try Image(contentsOf: $0) }
        let named = try arguments.model()
        named.warnIfUntrained(arguments)
        let classifier = try Classifier(named, arguments)
        let results = try images.map(classifier.classes)
        if arguments.has(Options.json) {
            let objects = results.map { best in
                JSON.object(best.map { JSON.Member($0.name, JSON($0.score)) })
            }
            let all = JSON.object(zip(paths, objects).map { JSON.Member($0, $1) })
            print(paths.count == 1 ? objects[0] : all)
            return
        }
        let width = results.joined().map(\.name.count).max() ?? 0
        for (path, best) in zip(paths, results) {
            if paths.count > 1 { print(path) }
            let indent = paths.count > 1 ? "  " : ""
            for (name, score) in best {
                let space = String(repeating: " ", count: width - name.count)
                print(indent + name + space + String(format: "  %6.2f %%", score * 100))
            }
        }
    }
}

/// A model that tells the classes of images.
private struct Classifier {
    private let named: NamedModel
    private let shape: Shape
    private let names: [String]
    private let scale: Float
    private let interpolation: Image.Interpolation
    private let aspectRatio: Image.AspectRatio
    /// How many classes are wanted.
    private let count: Int

    init(_ named: NamedModel, _ arguments: Arguments) throws {
        self.named = named
        shape = try named.model.imageShape
        let known = named.model.dataDescription
        names =
            try arguments[Options.classNames].map(ClassNames.init)?.names ?? known?.classNames ?? []
        scale = named.pixelScale(arguments)
        interpolation = arguments[Options.interpolation] ?? .area
        aspectRatio = arguments[Options.aspectRatio] ?? .stretch
        count = arguments[Options.top] ?? 3
        if arguments[Options.classNames] != nil { try LoadedData.check(names, for: named) }
    }

    /// The most probable classes of an image.
    func classes(of image: Image) throws -> [(name: String, score: Float)] {
        let input = try image.resized(
            height: shape[0], width: shape[1], interpolation: interpolation,
            aspectRatio: aspectRatio
        ).samples(for: named.model, scale: scale)
        let output = try named.model.predict(input)
        guard let scores = try ClassScores(output)?[0] else {
            throw StrataError(
                "\(named.name) is not a classifier: its output is of shape \(output.shape).")
        }
        guard scores.allSatisfy(\.isFinite) else {
            throw StrataError(
                "The output of \(named.name) is not finite: its weights, or the values it computes from "
                    + "the image, are too large or not numbers.")
        }
        let best = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(count)
        return best.map { (names.indices.contains($0) ? names[$0] : "class \($0)", scores[$0]) }
    }
}
