import Strata

/// Small pictures in rows under headings, such as the filters of a layer.
public struct TileSheet: Sendable {
    /// A set of pictures under a heading.
    public struct Part: Sendable {
        /// The heading.
        public let heading: String
        /// The pictures.
        public let tiles: [Image]
        /// A line of text for each picture; none are shown if there are fewer than pictures.
        public let captions: [String]

        /// - Parameters:
        ///   - heading: the heading.
        ///   - tiles: the pictures.
        ///   - captions: a line of text for each picture; none by default.
        public init(_ heading: String, _ tiles: [Image], captions: [String] = []) {
            self.heading = heading
            self.tiles = tiles
            self.captions = captions
        }
    }

    /// The sets of pictures, from left to right.
    public let parts: [Part]
    /// The number of pictures in a row.
    public let columns: Int

    /// - Parameters:
    ///   - parts: the sets of pictures, which are placed side by side.
    ///   - columns: the number of pictures in a row; 8 by default.
    public init(_ parts: [Part], columns: Int = 8) {
        self.parts = parts
        self.columns = columns
    }

    /// Draws the sheet.
    /// - Parameter least: the minimum size of a picture in points; smaller ones are enlarged, each pixel
    ///   to a square.
    public func canvas(least: Double = 44) -> Canvas {
        let margin = 12.0
        let drawings = parts.map { drawing($0, least: least) }
        let widths = drawings.reduce(0) { $0 + $1.size.width }
        var canvas = Canvas(
            width: widths + margin * Double(drawings.count * 2),
            height: (drawings.map(\.size.height).max() ?? 0) + 2 * margin)
        var x = margin
        for drawing in drawings {
            canvas.draw(drawing, at: Point(x, margin))
            x += drawing.size.width + 2 * margin
        }
        return canvas
    }

    private func drawing(_ part: Part, least: Double) -> Canvas {
        let font = Canvas(width: 0, height: 0).font
        let tileWidth = part.tiles.map(\.width).max() ?? 1
        let tileHeight = part.tiles.map(\.height).max() ?? 1
        // A PNG has two pixels per point, so multiples of 0.5 keep all squares equal.
        let pixel = max(0.5, (2 * least / Double(max(tileWidth, tileHeight))).rounded(.up) / 2)
        // The gap between pictures is wider than the lines within them.
        let gap = part.tiles.contains { $0.channels == 2 } ? max(4, 3 * pixel) : 4
        let hasCaptions = part.captions.count >= part.tiles.count
        let captionWidth =
            (part.captions.map { font.width(of: $0, .small) }.max() ?? 0) + font.advance
        let width = max(Double(tileWidth) * pixel, hasCaptions ? captionWidth : 0).rounded(.up)
        let height =
            Double(tileHeight) * pixel + (hasCaptions ? font.lineHeight(.small).rounded(.up) : 0)
        let columns = max(1, min(columns, part.tiles.count))
        let rows = (part.tiles.count + columns - 1) / columns
        let top = 24.0
        let total = Double(columns) * (width + gap) - gap
        var canvas = Canvas(
            width: max(total, font.width(of: part.heading, .bold)).rounded(.up),
            height: top + Double(rows) * (height + gap) - gap)
        canvas.text(part.heading, at: Point(0, font.lineHeight() / 2), style: .bold)
        for (index, tile) in part.tiles.enumerated() {
            let x = Double(index % columns) * (width + gap)
            let y = top + Double(index / columns) * (height + gap)
            let size = Size(Double(tile.width) * pixel, Double(tile.height) * pixel)
            let frame = Rectangle(
                x: x + (width - size.width).rounded() / 2, y: y, width: size.width,
                height: size.height)
            // A tinted frame: pictures may be as white or as black as the page.
            canvas.rectangle(frame.inset(by: -0.5), fill: .series(0).opacity(0.4))
            canvas.image(tile, in: frame)
            if hasCaptions {
                canvas.text(
                    part.captions[index],
                    at: Point(x + width / 2, y + height - font.lineHeight(.small) / 2),
                    anchor: .middle, style: .small, ink: .muted)
            }
        }
        return canvas
    }
}
