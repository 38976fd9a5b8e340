import Strata
import StrataPlots

extension CommandLineTool {
    static let features = Verb(
        "features", .required("MODEL"), purpose: "Draws the feature maps of a layer for an image.",
        options: [
            Options.weights, Options.layer, Options.image, Options.drawing, Options.maps,
            Options.linear, Options.scale, Options.seed,
        ],
        remarks: """
            The image keeps its size, which may be larger than that of the images the model was trained
            on, as long as no dense layer stands before the layer. Each map is a tile, normalized to its
            own range, which is written beneath.
            """
    ) { arguments in
        let path = try arguments.required(Options.image)
        let output = try arguments.required(Options.drawing)
        try Canvas.check(output)
        let image = try Image(contentsOf: path)
        let named = try arguments.model()
        named.warnIfUntrained(arguments)
        let model = named.model
        let layer = try arguments.layer(of: model)
        let maps = try model.featureMaps(
            after: layer.name, of: image, scale: named.pixelScale(arguments),
            activated: !arguments.has(Options.linear))
        let count = min(arguments[Options.maps] ?? 16, maps.shape[3])
        let heading =
            "\(layer.name), \(count) of \(maps.shape[3]) maps of \(maps.shape[1])×\(maps.shape[2])"
        let part = TileSheet.Part(heading, featureMaps: maps, count: count)
        try TileSheet([part], columns: 4).canvas(least: 100).write(to: output, title: heading)
        note("Wrote \(output).")
    }
}
