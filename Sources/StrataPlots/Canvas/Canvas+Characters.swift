import Strata

extension Canvas {
    /// Renders a canvas made by ``init(columns:rows:)`` as lines of characters. Horizontal and vertical
    /// lines become box-drawing characters, other lines dots of braille characters, pictures shades.
    /// Filled areas and faint lines are left out: they would hide the rest.
    /// - Parameter colored: whether to use colours, as ANSI escape codes; false by default.
    public func characters(colored: Bool = false) -> String {
        var grid = CharacterGrid(columns: Int(size.width / 2), rows: Int(size.height / 4))
        for element in elements { grid.draw(element, self) }
        return grid.lines(colored: colored).joined(separator: "\n")
    }
}

private struct CharacterGrid {
    struct Cell {
        var dots: UInt8 = 0
        /// The sides that a straight line reaches, as bits: 1 up, 2 down, 4 left, 8 right.
        var sides = 0
        var character: Character?
        var ink = Ink.text
    }

    let columns: Int
    let rows: Int
    private var cells: [Cell]

    init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        cells = [Cell](repeating: Cell(), count: self.columns * self.rows)
    }

    mutating func draw(_ element: Canvas.Element, _ canvas: Canvas) {
        switch element {
        case .line(let points, let stroke): draw(points, stroke)
        case .rectangle(let frame, _, let stroke?, _):
            let outline = frame.outline()
            for (a, b) in zip(outline, outline.dropFirst() + outline.prefix(1)) {
                draw([a, b], stroke)
            }
        case .area, .rectangle: break
        case .text(let text):
            let frame = canvas.frame(of: text)
            let column = cell(frame.x / 2)
            for (index, character) in text.string.enumerated() {
                change(column + index, cell(text.place.y / 4), text.ink) {
                    $0.character = character
                }
            }
        case .image(let image, let frame): draw(image, frame)
        }
    }

    /// The cell of a coordinate; -1 for one far outside.
    private func cell(_ place: Double) -> Int {
        abs(place) < 1e6 ? Int((place + 1e-6).rounded(.down)) : -1
    }

    private mutating func change(
        _ column: Int, _ row: Int, _ ink: Ink, _ body: (inout Cell) -> Void
    ) {
        guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
        cells[row * columns + column].ink = ink
        body(&cells[row * columns + column])
    }

    private mutating func draw(_ points: [Point], _ stroke: Stroke) {
        guard stroke.ink.role != .faint else { return }
        if points.count == 2, stroke.dash.isEmpty,
            points[0].x == points[1].x || points[0].y == points[1].y
        {
            return drawStraight(points[0], points[1], stroke.ink)
        }
        for part in dashes(of: points, pattern: stroke.dash) {
            for (a, b) in zip(part, part.dropFirst()) { drawDots(a, b, stroke.ink) }
            if part.count == 1 { drawDots(part[0], part[0], stroke.ink) }
        }
    }

    private mutating func drawStraight(_ a: Point, _ b: Point, _ ink: Ink) {
        let isVertical = a.x == b.x
        let (from, to) =
            isVertical
            ? (min(a.y, b.y) / 4, max(a.y, b.y) / 4) : (min(a.x, b.x) / 2, max(a.x, b.x) / 2)
        let fixed = isVertical ? cell(a.x / 2) : cell(a.y / 4)
        let (first, last) = (cell(from), cell(to))
        guard first <= last else { return }
        for place in first...last {
            var sides = 0
            if place > first { sides |= isVertical ? 1 : 4 }
            if place < last { sides |= isVertical ? 2 : 8 }
            let (column, row) = isVertical ? (fixed, place) : (place, fixed)
            change(column, row, ink) { $0.sides |= sides }
        }
    }

    private mutating func drawDots(_ a: Point, _ b: Point, _ ink: Ink) {
        let length = max(abs(b.x - a.x), abs(b.y - a.y)).rounded(.up)
        guard length < 1e6 else { return }
        for step in 0...max(1, Int(length)) {
            let point = a + (b - a) * (Double(step) / max(1, length))
            let (x, y) = (cell(point.x), cell(point.y))
            guard x >= 0, y >= 0 else { continue }
            // Unicode numbers a braille cell's dots by columns, with the fourth row added last.
            let dot = [[0, 3], [1, 4], [2, 5], [6, 7]][y % 4][x % 2]
            change(x / 2, y / 4, ink) { $0.dots |= 1 << dot }
        }
    }

    private mutating func draw(_ image: Image, _ frame: Rectangle) {
        let (left, right) = (cell(frame.x / 2), cell(frame.right / 2))
        let (top, bottom) = (cell(frame.y / 4), cell(frame.bottom / 4))
        guard left < right, top < bottom, right - left < 10_000, bottom - top < 10_000 else {
            return
        }
        let shades = Array(" ░▒▓█")
        let small = image.converted(channels: 1).resized(height: bottom - top, width: right - left)
        small.withPixels { pixels in
            for row in top..<bottom {
                for column in left..<right {
                    let value = Int(pixels[(row - top) * (right - left) + column - left])
                    change(column, row, .text) { $0.character = shades[value * 5 / 256] }
                }
            }
        }
    }

    func lines(colored: Bool) -> [String] {
        (0..<rows).map { row in
            var line = ""
            var color: Int?
            let end =
                (0..<columns).last { character(cells[row * columns + $0]) != " " }.map { $0 + 1 }
                ?? 0
            for cell in cells[row * columns..<row * columns + end] {
                let character = character(cell)
                if colored, character != " ", cell.ink.terminalColor != color {
                    color = cell.ink.terminalColor
                    line += "\u{1b}[\(color!)m"
                }
                line.append(character)
            }
            return color == nil || color == 39 ? line : line + "\u{1b}[0m"
        }
    }

    private func character(_ cell: Cell) -> Character {
        if let character = cell.character { return character }
        if cell.dots != 0 { return Character(Unicode.Scalar(0x2800 + UInt32(cell.dots))!) }
        return Array(" ╵╷│╴┘┐┤╶└┌├─┴┬┼")[cell.sides]
    }
}

extension Ink {
    /// The ANSI code of the nearest colour.
    fileprivate var terminalColor: Int {
        switch role {
        case .series(let index): [34, 33, 32, 35, 31, 36, 93, 90][index]
        case .muted, .faint: 90
        case .text, .background: 39
        }
    }
}
