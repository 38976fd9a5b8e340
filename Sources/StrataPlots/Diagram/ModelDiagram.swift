import Strata

/// A diagram of a model: a box for each layer call, with name, class and output shape, and an arrow for
/// each tensor passed from one to the next.
///
/// ```swift
/// try ModelDiagram(model).canvas.write(to: "model.svg")
/// ```
public struct ModelDiagram {
    /// The drawing.
    public let canvas: Canvas
    /// The boxes; that of an expanded model comes before those inside it.
    package private(set) var boxes: [Rectangle] = []

    /// - Parameters:
    ///   - model: the model to draw.
    ///   - title: the title; the name of the model by default.
    ///   - expandsNested: whether nested models are drawn with their layers inside, rather than as one
    ///     box; false by default.
    /// - Throws: `StrataError` if the model's definition is wrong, or it has not been built yet.
    public init(_ model: Model, title: String? = nil, expandsNested: Bool = false) throws {
        let graph = try ModelGraph(model, expandsNested: expandsNested)
        let margin = 16.0
        let heading = 34.0
        let title = title ?? model.name
        let width = max(graph.size.width, Self.font.width(of: title, .title))
        var canvas = Canvas(
            width: width + 2 * margin, height: graph.size.height + heading + 2 * margin)
        canvas.text(
            title, at: Point(canvas.size.width / 2, margin + 9), anchor: .middle, style: .title)
        let origin = Point((canvas.size.width - graph.size.width) / 2, margin + heading)
        boxes = graph.draw(on: &canvas, at: origin)
        self.canvas = canvas
    }

    static let font = Canvas(width: 0, height: 0).font
}

/// The layer calls of a model with their positions.
private struct ModelGraph {
    struct Node {
        let title: String
        let detail: String
        let ink: Ink
        /// The layers inside, if expanded.
        let inner: ModelGraph?

        static let padding = 14.0

        /// The size of two lines of text and the layers inside.
        var size: Size {
            let font = ModelDiagram.font
            let text = max(font.width(of: title, .bold), font.width(of: detail, .small))
            let lines = font.lineHeight() + font.lineHeight(.small) + 10
            guard let inner else { return Size(text + 2 * Node.padding, lines) }
            return Size(
                max(text, inner.size.width) + 2 * Node.padding,
                lines + inner.size.height + 1.5 * Node.padding)
        }
    }

    let nodes: [Node]
    let layout: FoldedLayout
    var size: Size { layout.size }

    init(_ model: Model, expandsNested: Bool) throws {
        if let error = model.error { throw error }
        guard !model.calls.isEmpty else {
            throw StrataError(
                "\(model.description) has not been built: give it an input shape, or data")
        }
        var edges: [LayeredLayout.Edge] = []
        var seen = Set<LayeredLayout.Edge>()
        var numbers: [ObjectIdentifier: Int] = [:]
        nodes = try model.calls.enumerated().map { number, call in
            numbers[ObjectIdentifier(call)] = number
            for input in call.inputs {
                guard let from = LayerCall.of(input).flatMap({ numbers[ObjectIdentifier($0)] })
                else { continue }
                let edge = LayeredLayout.Edge(from: from, to: number)
                if seen.insert(edge).inserted { edges.append(edge) }
            }
            let inner = call.layer as? Model
            let shapes = call.outputs.map { output in
                let sizes = output.shape.withoutBatch.dimensions
                return sizes.isEmpty ? "1" : sizes.map(String.init).joined(separator: "×")
            }
            let className = call.layer.className
            return Node(
                title: call.layer.name, detail: className + " " + shapes.joined(separator: ", "),
                ink: ink(of: className),
                inner: expandsNested
                    ? try inner.map { try ModelGraph($0, expandsNested: true) } : nil)
        }
        layout = FoldedLayout(boxes: nodes.map(\.size), edges: edges)
    }

    /// Draws arrows and boxes, and returns the boxes.
    func draw(on canvas: inout Canvas, at origin: Point) -> [Rectangle] {
        for route in layout.routes {
            var points = route.map { $0 + origin }
            let tip = points.removeLast()
            let base = points[points.count - 1]
            canvas.line(points, Stroke(.muted, width: 1.25))
            canvas.area([tip, Point(base.x - 3.5, base.y), Point(base.x + 3.5, base.y)], .muted)
        }
        return zip(nodes, layout.frames).flatMap { node, frame in
            let frame = Rectangle(
                x: frame.x + origin.x, y: frame.y + origin.y, width: frame.width,
                height: frame.height)
            return [frame] + draw(node, in: frame, on: &canvas)
        }
    }

    private func draw(_ node: Node, in frame: Rectangle, on canvas: inout Canvas) -> [Rectangle] {
        canvas.rectangle(
            frame, fill: node.ink.opacity(node.inner == nil ? 0.14 : 0.05),
            stroke: Stroke(node.ink, width: 1.25), radius: 6)
        let (x, y) = (frame.center.x, frame.y + 5)
        let lineHeight = canvas.font.lineHeight()
        canvas.text(
            node.title, at: Point(x, y + lineHeight / 2), anchor: .middle, style: .bold)
        canvas.text(
            node.detail, at: Point(x, y + lineHeight + canvas.font.lineHeight(.small) / 2),
            anchor: .middle, style: .small, ink: .muted)
        guard let inner = node.inner else { return [] }
        return inner.draw(
            on: &canvas,
            at: Point(x - inner.size.width / 2, frame.bottom - Node.padding - inner.size.height))
    }
}

/// The colour of a kind of layer.
private func ink(of className: String) -> Ink {
    let kinds: [(parts: [String], ink: Ink)] = [
        (["Conv"], .series(0)), (["Pooling", "UpSampling"], .series(1)),
        (["Normalization"], .series(5)), (["Dense"], .series(3)),
        (["ReLU", "Activation", "Softmax", "ELU"], .series(2)),
        (
            [
                "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate",
                "Residual",
            ],
            .series(4)
        ),
        (["Functional", "Sequential"], .series(6)),
    ]
    return kinds.first { kind in kind.parts.contains { className.contains($0) } }?.ink ?? .series(7)
}
