import StrataPlots

extension CommandLineTool {
    static let diagram = Verb(
        "diagram", .required("MODEL"), purpose: "Draws the graph of a model.",
        options: [Options.drawing, Options.expandNested]
    ) { arguments in
        let output = try arguments.required(Options.drawing)
        try Canvas.check(output)
        let named = try NamedModel(arguments.operands[0])
        let diagram = try ModelDiagram(
            named.model, title: named.name, expandsNested: arguments.has(Options.expandNested))
        try diagram.canvas.write(to: output, title: named.name)
        note("Wrote \(output).")
    }
}
