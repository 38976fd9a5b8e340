import Foundation
import Strata
import StrataPlots

extension CommandLineTool {
    static let classify = Verb(
        "classify", .required("MODEL"), purpose: "Prints the most probable classes of an image.",
        options: [
            Options.weights, Options.image, Options.top, Options.classNames, Options.scale,
            Options.json,
        ],
        remarks:
            "The image (PNG, PPM or PGM) is resized to what the model takes, by means over areas."
    ) { arguments in
        let image = try Image(contentsOf: try arguments.required(Options.image))
        let named = try arguments.model()
        named.warnIfUntrained(arguments)
        let model = named.model
        let shape = try model.imageShape
        let input = try image.resized(height: shape[0], width: shape[1])
            .samples(for: model, scale: arguments[Options.scale] ?? 1 / 255)
        let output = try model.predict(input)
        guard let scores = try ClassScores(output)?[0] else {
            throw StrataError(
                "\(named.name) tells no classes: its output is of shape \(output.shape).")
        }
        guard scores.allSatisfy(\.isFinite) else {
            throw StrataError(
                "\(named.name) gives numbers that are not finite: its weights, or what it makes of the "
                    + "image, are too large or no numbers.")
        }
        let names = try arguments[Options.classNames].map(ClassNames.init)?.names ?? []
        guard names.isEmpty || names.count == scores.count else {
            throw StrataError(
                "\(named.name) knows \(scores.count) classes. Received: \(names.count) names")
        }
        let best = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
            .prefix(arguments[Options.top] ?? 3)
        func name(_ index: Int) -> String { names.isEmpty ? "class \(index)" : names[index] }
        if arguments.has(Options.json) {
            print(JSON.object(best.map { JSON.Member(name($0), JSON(scores[$0])) }))
        } else {
            let width = best.map { name($0).count }.max() ?? 0
            for index in best {
                let space = String(repeating: " ", count: width - name(index).count)
                print(name(index) + space + String(format: "  %6.2f %%", scores[index] * 100))
            }
        }
    }
}
