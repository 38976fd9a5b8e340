import Strata

extension Canvas {
    /// Renders the drawing as an RGB image with antialiased edges.
    /// - Parameters:
    ///   - scale: pixels per point; 2 by default.
    ///   - theme: the colours; dark on white by default.
    public func image(scale: Double = 2, theme: Theme = .light) -> Image {
        var raster = Raster(
            width: max(1, Int((size.width * scale).rounded(.up))),
            height: max(1, Int((size.height * scale).rounded(.up))), scale: scale, theme: theme)
        for element in elements { raster.draw(element, font) }
        return Image(
            height: raster.height, width: raster.width, channels: 3, pixels: raster.pixels)
    }
}

/// The pixels that a canvas is drawn on.
private struct Raster {
    let width: Int
    let height: Int
    let scale: Double
    let theme: Theme
    var pixels: [UInt8]

    init(width: Int, height: Int, scale: Double, theme: Theme) {
        self.width = width
        self.height = height
        self.scale = scale
        self.theme = theme
        let color = theme.color(.background)
        let row = [[UInt8]](
            repeating: [16, 8, 0].map { UInt8(truncatingIfNeeded: color >> $0) }, count: width)
        pixels = Array([[UInt8]](repeating: row.flatMap { $0 }, count: height).joined())
    }

    mutating func draw(_ element: Canvas.Element, _ font: Font) {
        switch element {
        case .line(let points, let stroke): draw([points], stroke)
        case .area(let points, let ink): fill([points], ink)
        case .rectangle(let frame, let ink, let stroke, let radius):
            let outline = frame.outline(radius: radius)
            if let ink { fill([outline], ink) }
            if let stroke { draw([outline + outline.prefix(1)], stroke) }
        case .text(let text):
            let size = font.size(text.style)
            let isBold = text.style == .bold || text.style == .title
            let lines = Lettering.lines(
                text, size: size, advance: font.width(of: " ", text.style))
            draw(lines, Stroke(text.ink, width: size * (isBold ? 0.13 : 0.085)))
        case .image(let image, let frame): draw(image, frame)
        }
    }

    private mutating func draw(_ lines: [[Point]], _ stroke: Stroke) {
        let parts = lines.flatMap { dashes(of: $0, pattern: stroke.dash) }
        let radius = stroke.width / 2
        let figures = parts.flatMap { outlines(of: $0, radius: radius) }
        fill(figures, stroke.ink)
    }

    private mutating func fill(_ figures: [[Point]], _ ink: Ink) {
        let figures = figures.map { $0.map { $0 * scale } }
        let points = figures.joined()
        // Coordinates that are far outside or not finite draw nothing visible.
        guard points.allSatisfy({ abs($0.x) < 1e9 && abs($0.y) < 1e9 }) else { return }
        guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
            let top = points.map(\.y).min(), let bottom = points.map(\.y).max()
        else { return }
        let frame = Rectangle(x: left, y: top, width: right - left, height: bottom - top)
        guard var coverage = Coverage(frame, width: width, height: height) else { return }
        for figure in figures { coverage.add(figure) }
        let color = theme.color(ink.role)
        let opacity = Float(ink.opacity)
        coverage.visit { x, y, part in
            let place = (y * width + x) * 3
            blend(Float(color >> 16 & 255), at: place, part * opacity)
            blend(Float(color >> 8 & 255), at: place + 1, part * opacity)
            blend(Float(color & 255), at: place + 2, part * opacity)
        }
    }

    private mutating func blend(_ value: Float, at index: Int, _ part: Float) {
        let old = Float(pixels[index])
        pixels[index] = UInt8((old + (value - old) * part).rounded())
    }

    private mutating func draw(_ image: Image, _ frame: Rectangle) {
        let rgb = image.converted(channels: 4)
        let (left, right) = (frame.x * scale, frame.right * scale)
        let (top, bottom) = (frame.y * scale, frame.bottom * scale)
        guard max(abs(left), abs(right), abs(top), abs(bottom)) < 1e9, left < right, top < bottom
        else { return }
        let columns = (Int(left.rounded())..<Int(right.rounded())).clamped(to: 0..<width)
        let rows = (Int(top.rounded())..<Int(bottom.rounded())).clamped(to: 0..<height)
        rgb.withPixels { source in
            for y in rows {
                let row = Int((Double(y) + 0.5 - top) / (bottom - top) * Double(image.height))
                for x in columns {
                    let column = Int(
                        (Double(x) + 0.5 - left) / (right - left) * Double(image.width))
                    let place =
                        (min(max(row, 0), image.height - 1) * image.width
                            + min(max(column, 0), image.width - 1)) * 4
                    for channel in 0..<3 {
                        blend(
                            Float(source[place + channel]), at: (y * width + x) * 3 + channel,
                            Float(source[place + 3]) / 255)
                    }
                }
            }
        }
    }
}
