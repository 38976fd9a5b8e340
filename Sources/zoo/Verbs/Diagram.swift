import StrataPlots

extension CommandLineTool {
    static let diagram = Verb(
        "diagram", .required("MODEL"), purpose: "Draws a model's layers and what leads where.",
        options: [Options.drawing, Options.expandNested]
    ) { arguments in
        let output = try arguments.required(Options.drawing)
        try Canvas.check(output)
        let architecture = try arguments.architecture()
        let diagram = try ModelDiagram(
            architecture.makeModel(), title: architecture.name,
            expandsNested: arguments.has(Options.expandNested))
        try diagram.canvas.write(to: output, title: architecture.name)
        note("Wrote \(output).")
    }
}
