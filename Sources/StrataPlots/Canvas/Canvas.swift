import Strata

/// A drawing: lines, areas, text and pictures in the order they are drawn, to be looked at as SVG
/// (``svg(title:)``), as an image (``image(scale:theme:)``) or as characters of a terminal
/// (``characters(colored:)``).
///
/// ```swift
/// var canvas = Canvas(width: 200, height: 100)
/// canvas.line([Point(10, 90), Point(190, 10)], Stroke(.series(0), width: 2))
/// canvas.text("up", at: Point(100, 20), anchor: .middle)
/// try canvas.image().writePNG(to: "up.png")
/// ```
public struct Canvas: Sendable {
    /// In points, or in the dots of braille characters.
    public let size: Size
    /// The sizes of characters, which are all of one width.
    public let font: Font
    private(set) public var elements: [Element] = []

    /// What is drawn.
    public enum Element: Sendable {
        case line([Point], Stroke)
        case area([Point], Ink)
        case rectangle(Rectangle, fill: Ink?, stroke: Stroke?, radius: Double)
        case text(Text)
        case image(Image, Rectangle)
    }

    /// A drawing in points, 96 to the inch.
    public init(width: Double, height: Double) {
        size = Size(width, height)
        font = Font(size: 12, advance: 7.2, lineHeight: 16, hasSizes: true)
    }

    /// A drawing in the dots of braille characters, each two dots wide and four high.
    public init(columns: Int, rows: Int) {
        size = Size(Double(columns) * 2, Double(rows) * 4)
        font = Font(size: 4, advance: 2, lineHeight: 4, hasSizes: false)
    }

    /// Joins points by straight lines.
    public mutating func line(_ points: [Point], _ stroke: Stroke) {
        elements.append(.line(points, stroke))
    }

    /// Fills what a line around it encloses.
    public mutating func area(_ points: [Point], _ fill: Ink) {
        elements.append(.area(points, fill))
    }

    /// Draws a rectangle, filled, outlined or both.
    /// - Parameter radius: that of its corners.
    public mutating func rectangle(
        _ rectangle: Rectangle, fill: Ink? = nil, stroke: Stroke? = nil, radius: Double = 0
    ) {
        elements.append(.rectangle(rectangle, fill: fill, stroke: stroke, radius: radius))
    }

    /// Writes a line of text. `place` is its left end, middle or right end, by `anchor`, and half way
    /// up its letters.
    public mutating func text(
        _ string: String, at place: Point, anchor: Text.Anchor = .start,
        style: Text.Style = .normal,
        ink: Ink = .text
    ) {
        elements.append(
            .text(Text(string: string, place: place, anchor: anchor, style: style, ink: ink)))
    }

    /// Shows a picture, its pixels enlarged to squares where there is room for more of them.
    public mutating func image(_ image: Image, in frame: Rectangle) {
        elements.append(.image(image, frame))
    }

    /// Draws all of `other` with its upper left corner at `place`.
    public mutating func draw(_ other: Canvas, at place: Point) {
        elements += other.elements.map { $0.moved(by: place) }
    }

    /// The room that a text takes.
    public func frame(of text: Text) -> Rectangle {
        let width = font.width(of: text.string, text.style)
        let height = font.lineHeight(text.style)
        let part: Double =
            switch text.anchor {
            case .start: 0
            case .middle: 0.5
            case .end: 1
            }
        return Rectangle(
            x: text.place.x - width * part, y: text.place.y - height / 2, width: width,
            height: height)
    }
}

/// How a line is drawn.
public struct Stroke: Hashable, Sendable {
    public var ink: Ink
    /// In the canvas's units, as the lengths of dashes.
    public var width: Double
    /// Lengths of dashes and of the gaps between them; empty for an unbroken line.
    public var dash: [Double]

    public init(_ ink: Ink, width: Double = 1, dash: [Double] = []) {
        self.ink = ink
        self.width = width
        self.dash = dash
    }
}

/// One line of text.
public struct Text: Hashable, Sendable {
    /// Which part of the text stands at its place.
    public enum Anchor: Sendable { case start, middle, end }
    /// How large and heavy its letters are.
    public enum Style: Sendable { case normal, small, bold, title }

    public let string: String
    public var place: Point
    public let anchor: Anchor
    public let style: Style
    public let ink: Ink
}

/// The room that characters take.
public struct Font: Hashable, Sendable {
    let size: Double
    let advance: Double
    let lineHeight: Double
    /// Whether small text is smaller than large.
    let hasSizes: Bool

    func scale(_ style: Text.Style) -> Double {
        guard hasSizes else { return 1 }
        return switch style {
        case .small: 5.0 / 6
        case .normal, .bold: 1
        case .title: 7.0 / 6
        }
    }

    /// The size of the letters, as style sheets have it.
    public func size(_ style: Text.Style) -> Double { size * scale(style) }
    /// From one line to the next.
    public func lineHeight(_ style: Text.Style = .normal) -> Double { lineHeight * scale(style) }
    /// How long a line of text is.
    public func width(of string: String, _ style: Text.Style = .normal) -> Double {
        Double(string.count) * advance * scale(style)
    }
}

extension Canvas.Element {
    func moved(by way: Point) -> Self {
        func moved(_ frame: Rectangle) -> Rectangle {
            Rectangle(
                x: frame.x + way.x, y: frame.y + way.y, width: frame.width, height: frame.height)
        }
        switch self {
        case .line(let points, let stroke): return .line(points.map { $0 + way }, stroke)
        case .area(let points, let ink): return .area(points.map { $0 + way }, ink)
        case .rectangle(let frame, let fill, let stroke, let radius):
            return .rectangle(moved(frame), fill: fill, stroke: stroke, radius: radius)
        case .text(var text):
            text.place = text.place + way
            return .text(text)
        case .image(let image, let frame): return .image(image, moved(frame))
        }
    }
}
