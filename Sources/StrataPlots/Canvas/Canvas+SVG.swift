import Foundation
import Strata

extension Canvas {
    /// Renders the drawing as an SVG document. Browsers follow the user's light or dark theme; programs
    /// without support for style sheets show the light one.
    /// - Parameter title: a description for screen readers; none by default.
    public func svg(title: String? = nil) -> String {
        let (width, height) = (number(size.width), number(size.height))
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" font-size="\(number(font.size))" \
            font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace">

            """
        if let title { text += "<title>\(escaped(title))</title>\n" }
        text += "<style>\n@media (prefers-color-scheme: dark) {\n"
        let roles = Set(elements.flatMap(\.inks).map(\.role)).union([.background])
        for role in roles.sorted(by: { $0.name < $1.name }) {
            let color = hexadecimal(Theme.dark.color(role))
            text += ".f-\(role.name) { fill: \(color) } .s-\(role.name) { stroke: \(color) }\n"
        }
        text +=
            "}\n</style>\n<rect width=\"\(width)\" height=\"\(height)\"\(paint(.background))/>\n"
        for element in elements { text += svg(element) + "\n" }
        return text + "</svg>\n"
    }

    private func svg(_ element: Element) -> String {
        switch element {
        case .line(let points, let stroke):
            return "<path d=\"\(path(points))\"\(paint(nil, stroke))/>"
        case .area(let points, let ink):
            return "<path d=\"\(path(points))Z\"\(paint(ink))/>"
        case .rectangle(let frame, let fill, let stroke, let radius):
            let corner = radius > 0 ? " rx=\"\(number(radius))\"" : ""
            return "<rect\(place(frame))\(corner)\(paint(fill, stroke))/>"
        case .text(let text):
            return svg(text)
        case .image(let image, let frame):
            let data = Data(PNG.encode(image)).base64EncodedString()
            return "<image\(place(frame)) preserveAspectRatio=\"none\" "
                + "style=\"image-rendering: pixelated\" href=\"data:image/png;base64,\(data)\"/>"
        }
    }

    private func svg(_ text: Text) -> String {
        // A capital is 0.7 of the size high.
        let baseline = text.place.y + font.size(text.style) * 0.35
        var attributes = " x=\"\(number(text.place.x))\" y=\"\(number(baseline))\""
        switch text.anchor {
        case .start: break
        case .middle: attributes += " text-anchor=\"middle\""
        case .end: attributes += " text-anchor=\"end\""
        }
        let size = font.size(text.style)
        if size != font.size { attributes += " font-size=\"\(number(size))\"" }
        if text.style == .bold || text.style == .title { attributes += " font-weight=\"bold\"" }
        return "<text\(attributes)\(paint(text.ink))>\(escaped(text.string))</text>"
    }

    private func path(_ points: [Point]) -> String {
        points.enumerated().map { index, point in
            "\(index == 0 ? "M" : "L")\(number(point.x)) \(number(point.y))"
        }.joined()
    }

    private func place(_ frame: Rectangle) -> String {
        " x=\"\(number(frame.x))\" y=\"\(number(frame.y))\""
            + " width=\"\(number(frame.width))\" height=\"\(number(frame.height))\""
    }

    /// Attributes for the light colours, and classes through which the style sheet sets the dark ones.
    private func paint(_ fill: Ink?, _ stroke: Stroke? = nil) -> String {
        let classes = [fill.map { "f-" + $0.role.name }, stroke.map { "s-" + $0.ink.role.name }]
        var text = " class=\"\(classes.compactMap { $0 }.joined(separator: " "))\""
        func add(_ name: String, _ ink: Ink) {
            text += " \(name)=\"\(hexadecimal(Theme.light.color(ink.role)))\""
            if ink.opacity < 1 { text += " \(name)-opacity=\"\(number(ink.opacity))\"" }
        }
        if let fill { add("fill", fill) } else { text += " fill=\"none\"" }
        if let stroke {
            add("stroke", stroke.ink)
            if stroke.width != 1 { text += " stroke-width=\"\(number(stroke.width))\"" }
            let dash = stroke.dash.map(number).joined(separator: " ")
            text += dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
            text += " stroke-linecap=\"round\" stroke-linejoin=\"round\""
        }
        return text
    }
}

extension Canvas.Element {
    fileprivate var inks: [Ink] {
        switch self {
        case .line(_, let stroke): [stroke.ink]
        case .area(_, let ink): [ink]
        case .rectangle(_, let fill, let stroke, _): [fill, stroke?.ink].compactMap { $0 }
        case .text(let text): [text.ink]
        case .image: []
        }
    }
}

extension Ink.Role {
    /// The name used in style sheets.
    fileprivate var name: String {
        switch self {
        case .series(let index): "series\(index)"
        default: "\(self)"
        }
    }
}

/// A number with at most two decimals.
private func number(_ value: Double) -> String {
    guard abs(value) < 1e12 else { return "0" }  // NaN and infinities too
    let hundredths = (value * 100).rounded()
    return hundredths.remainder(dividingBy: 100) == 0
        ? String(Int(hundredths / 100)) : String(hundredths / 100)
}

private func hexadecimal(_ color: UInt32) -> String {
    let digits = String(color, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
}

/// Escapes text for XML and HTML. Characters that these do not allow are left out.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": break
        case "\u{fffe}", "\u{ffff}": break
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
