import Strata

/// A drawing: lines, areas, text and pictures, in the order in which they are drawn. It is rendered as
/// SVG (``svg(title:)``), as an image (``image(scale:theme:)``) or as characters on a terminal
/// (``characters(colored:)``).
///
/// ```swift
/// var canvas = Canvas(width: 200, height: 100)
/// canvas.line([Point(10, 90), Point(190, 10)], Stroke(.series(0), width: 2))
/// canvas.text("up", at: Point(100, 20), anchor: .middle)
/// try canvas.image().writePNG(to: "up.png")
/// ```
public struct Canvas: Sendable {
    /// The size, in points or in the dots of braille characters.
    public let size: Size
    /// The metrics of the font, which is monospaced.
    public let font: Font
    /// What has been drawn, from the bottom to the top.
    private(set) public var elements: [Element] = []

    /// A part of a drawing.
    public enum Element: Sendable {
        /// Points joined by straight lines.
        case line([Point], Stroke)
        /// A filled polygon.
        case area([Point], Ink)
        /// A rectangle; `radius` rounds its corners.
        case rectangle(Rectangle, fill: Ink?, stroke: Stroke?, radius: Double)
        /// A line of text.
        case text(Text)
        /// A picture, scaled to a rectangle.
        case image(Image, Rectangle)
    }

    /// Makes an empty drawing measured in points, 96 to the inch.
    /// - Parameters:
    ///   - width: the width in points.
    ///   - height: the height in points.
    public init(width: Double, height: Double) {
        size = Size(width, height)
        font = Font(size: 12, advance: 7.2, lineHeight: 16, hasSizes: true)
    }

    /// Makes an empty drawing for a terminal. It is measured in the dots of braille characters: a
    /// character is two dots wide and four high.
    /// - Parameters:
    ///   - columns: the width in characters.
    ///   - rows: the height in characters.
    public init(columns: Int, rows: Int) {
        size = Size(Double(columns) * 2, Double(rows) * 4)
        font = Font(size: 4, advance: 2, lineHeight: 4, hasSizes: false)
    }

    /// Draws straight lines from point to point.
    public mutating func line(_ points: [Point], _ stroke: Stroke) {
        elements.append(.line(points, stroke))
    }

    /// Fills the polygon with the given corners.
    public mutating func area(_ points: [Point], _ fill: Ink) {
        elements.append(.area(points, fill))
    }

    /// Draws a rectangle.
    /// - Parameters:
    ///   - rectangle: its position and size.
    ///   - fill: the colour inside; by default it is not filled.
    ///   - stroke: the outline; by default there is none.
    ///   - radius: the radius of the corners; 0, square, by default.
    public mutating func rectangle(
        _ rectangle: Rectangle, fill: Ink? = nil, stroke: Stroke? = nil, radius: Double = 0
    ) {
        elements.append(.rectangle(rectangle, fill: fill, stroke: stroke, radius: radius))
    }

    /// Writes a line of text.
    /// - Parameters:
    ///   - string: the text.
    ///   - place: the position of the anchor, vertically in the middle of the letters.
    ///   - anchor: the part of the text that is at `place`; its start by default.
    ///   - style: the size and weight of the letters.
    ///   - ink: the colour.
    public mutating func text(
        _ string: String, at place: Point, anchor: Text.Anchor = .start,
        style: Text.Style = .normal,
        ink: Ink = .text
    ) {
        elements.append(
            .text(Text(string: string, place: place, anchor: anchor, style: style, ink: ink)))
    }

    /// Draws a picture, scaled to `frame`. Enlarged pixels stay sharp squares.
    public mutating func image(_ image: Image, in frame: Rectangle) {
        elements.append(.image(image, frame))
    }

    /// Draws another drawing with its upper left corner at `place`.
    public mutating func draw(_ other: Canvas, at place: Point) {
        elements += other.elements.map { $0.moved(by: place) }
    }

    /// The rectangle that a text occupies.
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
    /// The colour.
    public var ink: Ink
    /// The width, in the units of the canvas.
    public var width: Double
    /// The lengths of dashes and gaps in turn, in the units of the canvas; empty for a solid line.
    public var dash: [Double]

    /// - Parameters:
    ///   - ink: the colour.
    ///   - width: the width, in the units of the canvas; 1 by default.
    ///   - dash: the lengths of dashes and gaps in turn; a solid line by default.
    public init(_ ink: Ink, width: Double = 1, dash: [Double] = []) {
        self.ink = ink
        self.width = width
        self.dash = dash
    }
}

/// One line of text.
public struct Text: Hashable, Sendable {
    /// The part of a text that is at its place.
    public enum Anchor: Sendable {
        /// The left end.
        case start
        /// The middle.
        case middle
        /// The right end.
        case end
    }

    /// The size and weight of letters.
    public enum Style: Sendable {
        /// Ordinary text.
        case normal
        /// Labels and captions.
        case small
        /// Headings.
        case bold
        /// The title of a drawing: larger, and bold.
        case title
    }

    /// The text.
    public let string: String
    /// The position of the anchor, vertically in the middle of the letters.
    public var place: Point
    /// The part of the text that is at ``place``.
    public let anchor: Anchor
    /// The size and weight of the letters.
    public let style: Style
    /// The colour.
    public let ink: Ink
}

/// The metrics of a monospaced font.
public struct Font: Hashable, Sendable {
    let size: Double
    let advance: Double
    let lineHeight: Double
    /// Whether styles differ in size; on a terminal they do not.
    let hasSizes: Bool

    func scale(_ style: Text.Style) -> Double {
        guard hasSizes else { return 1 }
        return switch style {
        case .small: 5.0 / 6
        case .normal, .bold: 1
        case .title: 7.0 / 6
        }
    }

    /// The font size, as in CSS.
    public func size(_ style: Text.Style) -> Double { size * scale(style) }
    /// The distance from one line to the next.
    public func lineHeight(_ style: Text.Style = .normal) -> Double { lineHeight * scale(style) }
    /// The width of a line of text.
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
