import Strata
import StrataModels
import StrataPlots

extension CommandLineTool {
    static let filters = Verb(
        "filters", .required("MODEL"), purpose: "Draws the filters of a convolution.",
        options: [
            Options.weights, Options.layer, Options.drawing, Options.before, Options.seed,
        ],
        remarks: """
            Each filter is a tile, normalized to its own range, eight in a row; those of three channels are
            in colour, those of more have their channels side by side. With --before, the filters of
            another model, of other weights, or of an architecture as it begins with --seed, stand to the
            left; with --seed and --weights, those that the named architecture began with.
            """
    ) { arguments in
        let output = try arguments.required(Options.drawing)
        try Canvas.check(output)
        let named = try arguments.model()
        var parts = [try sheet(of: named.model, arguments)]
        if let before = try modelBefore(arguments) {
            parts.insert(try sheet(of: before, arguments, "before"), at: 0)
        }
        try TileSheet(parts).canvas().write(to: output, title: "Filters of \(named.name)")
        note("Wrote \(output).")
    }

    /// What the filters are drawn beside: another model, the same model with other weights, or, with a
    /// seed and what was trained, an architecture's first weights.
    private static func modelBefore(_ arguments: Arguments) throws -> Model? {
        let name = arguments.operands[0]
        let (before, seed) = (arguments[Options.before], arguments[Options.seed])
        if let before, ModelFileFormat(before)?.keepsModel != true,
            Architecture.named(before) == nil
        {
            let classes = Architecture.named(name)?.classCount(inWeights: before)
            let model = try NamedModel(name, classes: classes).model
            try model.loadWeights(from: before)
            return model
        }
        guard before != nil || seed != nil && arguments[Options.weights] != nil else { return nil }
        let model = try NamedModel(before ?? name).model
        if let seed { model.seed = seed }
        return model
    }

    private static func sheet(
        of model: Model, _ arguments: Arguments, _ time: String? = nil
    ) throws -> TileSheet.Part {
        let layer = try arguments.layer(of: model)
        let heading = layer.name + (time.map { ", " + $0 } ?? "")
        return TileSheet.Part(heading, try Image.filters(of: layer))
    }
}

extension Arguments {
    /// The layer that `--layer` names, or the first that has filters.
    func layer(of model: Model) throws -> any Layer {
        guard let name = self[Options.layer] else {
            guard
                let first = model.layers.first(where: { layer in
                    layer.weights.contains { $0.shape.rank == 4 }
                })
            else { throw StrataError("\(model.description) has no convolution.") }
            return first
        }
        if let layer = model.layers.first(where: { $0.name == name }) { return layer }
        throw UsageError(
            unknown: "layer", name, among: model.layers.map(\.name),
            see: "zoo summary \(operands[0])")
    }
}
