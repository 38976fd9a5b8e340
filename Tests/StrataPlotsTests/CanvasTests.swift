import Foundation
import Strata
import StrataPlots
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct CanvasTests {
    /// How dark a drawing is in all, in pixels of black.
    private func ink(_ canvas: Canvas, scale: Double = 1) -> Double {
        canvas.image(scale: scale).withPixels { bytes in
            // Text is 0x1f2328 on white.
            stride(from: 0, to: bytes.count, by: 3).reduce(0) {
                $0 + Double(255 - bytes[$1]) / Double(255 - 0x1f)
            }
        }
    }

    @Test func areasAreCoveredExactly() {
        let shapes: [(points: [Point], area: Double)] = [
            ([Point(2, 3), Point(12, 3), Point(12, 8), Point(2, 8)], 50),
            (
                [Point(2.25, 3.5), Point(12.5, 3.5), Point(12.5, 8.25), Point(2.25, 8.25)],
                10.25 * 4.75
            ),
            ([Point(1, 1), Point(17, 3), Point(5, 18)], 0.5 * (16 * 17 - 2 * 4)),
            // The other way round.
            ([Point(5, 18), Point(17, 3), Point(1, 1)], 0.5 * (16 * 17 - 2 * 4)),
            // A part is beyond the edge.
            ([Point(-10, 5), Point(10, 5), Point(10, 15), Point(-10, 15)], 100),
            ([Point(15, -5), Point(25, -5), Point(25, 50), Point(15, 50)], 100),
        ]
        for shape in shapes {
            var canvas = Canvas(width: 20, height: 20)
            canvas.area(shape.points, .text)
            #expect(abs(ink(canvas) - shape.area) < 0.2)
        }
    }

    @Test func strokesAreAsWideAsTold() {
        for (a, b) in [(Point(10, 20), Point(30, 20)), (Point(10, 10), Point(30, 30))] {
            var canvas = Canvas(width: 40, height: 40)
            canvas.line([a, b], Stroke(.text, width: 3))
            let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
            // Where stretch and round end meet, edge pixels may count a little twice.
            #expect(abs(ink(canvas) - (3 * length + .pi * 2.25)) < 1.5)
        }
        // Two dashes and a half of 4 in 20.
        var canvas = Canvas(width: 40, height: 10)
        canvas.line([Point(5, 5), Point(25, 5)], Stroke(.text, width: 1, dash: [4, 4]))
        #expect(abs(ink(canvas) - (12 + 3 * .pi / 4)) < 1.5)
    }

    @Test func everyCharacterIsDrawn() {
        var pictures = Set<[UInt8]>()
        let characters = (33...126).map { Character(Unicode.Scalar($0)) }
        for character in characters {
            var canvas = Canvas(width: 8, height: 16)
            canvas.text(String(character), at: Point(0, 8))
            let image = canvas.image()
            #expect(ink(canvas) > 0.5)
            image.withPixels { _ = pictures.insert(Array($0)) }
        }
        #expect(pictures.count == characters.count)
    }

    @Test func svgIsWellFormed() throws {
        var canvas = Canvas(width: 100, height: 50)
        canvas.text("a < b & \"c\" \u{1}\u{ffff}", at: Point(.nan, .infinity), anchor: .end)
        canvas.rectangle(
            Rectangle(x: 1, y: 2, width: 3, height: 4), fill: .series(1).opacity(0.5),
            stroke: Stroke(.muted, dash: [1, 2]), radius: 2)
        canvas.image(
            Image(height: 1, width: 2, channels: 1, pixels: [0, 255]),
            in: Rectangle(x: 0, y: 0, width: 10, height: 5))
        canvas.area([Point(0, 0), Point(1.005, 1), Point(0, 1)], .series(9))
        let svg = canvas.svg(title: "<title>")
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(svg.contains("&lt;title&gt;"))
        #expect(svg.contains("class=\"f-series1 s-muted\""))
        // And the same as pixels and characters, which nothing may end.
        _ = canvas.image()
        _ = canvas.characters()
    }

    @Test func anythingMayBeDrawnAnywhere() {
        let places = [-1e300, -50, 0, 0.5, 19.999, 20, 1e9, 1e300, .nan, .infinity]
        for a in places {
            for b in places {
                var canvas = Canvas(width: 20, height: 20)
                canvas.line([Point(a, b), Point(b, a), Point(3, 3)], Stroke(.text, width: 2))
                canvas.area([Point(a, b), Point(b, 1), Point(3, a)], .text)
                canvas.rectangle(Rectangle(x: a, y: b, width: b, height: a), fill: .text, radius: 3)
                canvas.text("x", at: Point(a, b))
                canvas.image(
                    Image(height: 1, width: 1, channels: 1, pixels: [9]),
                    in: Rectangle(x: a, y: b, width: b, height: a))
                _ = canvas.image(scale: 1)
                _ = canvas.characters()
                _ = canvas.svg()
            }
        }
    }

    @Test func imagesHaveTheirPixels() {
        var canvas = Canvas(width: 4, height: 2)
        let pixels: [UInt8] = [10, 20, 30, 40, 50, 60]
        canvas.image(
            Image(height: 1, width: 2, channels: 3, pixels: pixels),
            in: Rectangle(x: 0, y: 0, width: 4, height: 2))
        canvas.image(scale: 1).withPixels { bytes in
            let row: [UInt8] = [10, 20, 30, 10, 20, 30, 40, 50, 60, 40, 50, 60]
            #expect(Array(bytes) == row + row)
        }
    }
}
