import Foundation
import Strata
import StrataPlots
import TestSupport
import Testing

@Suite struct DiagramTests {
    private static let models: [@Sendable () -> Model] = [
        { TestModels.residual() }, { TestModels.residual(blocks: [3, 4, 6, 3]) },
        { TestModels.unet() }, { TestModels.nested() }, { TestModels.dense() },
    ]

    @Test(arguments: models.indices)
    func boxesDoNotOverlap(index: Int) throws {
        let model = Self.models[index]()
        let diagram = try ModelDiagram(model)
        let page = Rectangle(
            x: 0, y: 0, width: diagram.canvas.size.width, height: diagram.canvas.size.height)
        #expect(diagram.boxes.count == model.calls.count)
        for (number, box) in diagram.boxes.enumerated() {
            #expect(page.contains(box))
            for other in diagram.boxes[..<number] { #expect(!box.overlaps(other)) }
        }
        // Texts stay in their boxes, and none runs into another.
        let texts = diagram.canvas.elements.compactMap { element -> Rectangle? in
            if case .text(let text) = element { diagram.canvas.frame(of: text) } else { nil }
        }
        #expect(texts.count == 2 * diagram.boxes.count + 1)
        for text in texts.dropFirst() {
            #expect(diagram.boxes.filter { $0.contains(text) }.count == 1)
        }
    }

    @Test(arguments: models.indices)
    func edgesKeepOutOfBoxes(index: Int) throws {
        let model = Self.models[index]()
        let diagram = try ModelDiagram(model)
        var count = 0
        var upward = 0
        for case .line(let points, _) in diagram.canvas.elements {
            count += 1
            // Only an edge to the next column leads up.
            if !zip(points, points.dropFirst()).allSatisfy({ $0.y <= $1.y + 1e-9 }) { upward += 1 }
            for (a, b) in zip(points, points.dropFirst()) {
                for step in 0...10 {
                    let part = Double(step) / 10
                    let x = a.x + (b.x - a.x) * part
                    let y = a.y + (b.y - a.y) * part
                    let dot = Rectangle(x: x, y: y, width: 0, height: 0)
                    let touched = diagram.boxes.filter {
                        $0.x + 1 < dot.x && dot.x < $0.right - 1 && $0.y + 1 < dot.y
                            && dot.y < $0.bottom - 1
                    }
                    #expect(touched.isEmpty)
                }
            }
        }
        // From column to column.
        #expect(index == 1 ? upward > 0 : upward < 6)
        #expect(
            count
                == Set(
                    model.calls.flatMap { call in
                        call.inputs.map { [ObjectIdentifier($0.node), ObjectIdentifier(call)] }
                    }
                ).count)
    }

    /// A deep network is no strip: it goes on in further columns.
    @Test func deepNetworksAreFolded() throws {
        let size = try ModelDiagram(TestModels.residual(blocks: [3, 4, 6, 3])).canvas.size
        #expect((0.8...2.5).contains(size.width / size.height), "\(size)")
        #expect(size.height < 2500)
    }

    /// Boxes one below the other stand on one line, unless something branches off.
    @Test func branchesAreStraight() throws {
        let diagram = try ModelDiagram(TestModels.residual())
        // The first block: convolution, normalization, ReLU, convolution, normalization.
        let centers = diagram.boxes[2...6].map(\.center.x)
        #expect((centers.max()! - centers.min()!) < 1e-6)
        // The shortcut of the first block passes to the right of it.
        let columns = Set(diagram.boxes.map { ($0.center.x * 8).rounded() })
        #expect(columns.count < 24)
    }

    @Test func nestedModels() throws {
        let model = TestModels.nested()
        let closed = try ModelDiagram(model)
        let open = try ModelDiagram(model, expandsNested: true)
        #expect(closed.boxes.count == 7)
        // The input, seven layers and the end; the input and two layers.
        #expect(open.boxes.count == 7 + 9 + 3)
        for (number, box) in open.boxes.enumerated() {
            for other in open.boxes[..<number] where box.overlaps(other) {
                #expect(box.contains(other) || other.contains(box))
            }
        }
        let svg = open.canvas.svg(title: "nested")
        for layer in model.layers + (try model.layer(named: "inception") as! Model).layers {
            #expect(svg.contains(">\(layer.name)</text>"))
        }
        #expect(svg.contains(">Functional 8×8×16</text>"))
    }

    @Test func wrongModels() throws {
        let message = "has not been built"
        let error = errorMessage {
            try ModelDiagram(Sequential([Flatten(), Dense(2)], name: "later"))
        }
        #expect(error.contains(message))
        let input = Input(shape: [4])
        #expect(throws: StrataError.self) {
            try ModelDiagram(Model(inputs: input, outputs: MaxPool2D(2)(input)))
        }
    }
}
