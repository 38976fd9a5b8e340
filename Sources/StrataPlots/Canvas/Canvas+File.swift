import Strata

extension Canvas {
    /// Writes the drawing to a file, as SVG or PNG by the ending of its name.
    /// - Parameter title: what it shows, for those who cannot see it.
    /// - Throws: `StrataError` if the name has another ending or the file cannot be written.
    public func write(to path: String, title: String? = nil) throws {
        try Self.check(path)
        if path.hasSuffix(".png") {
            try image().writePNG(to: path)
        } else {
            try AtomicFile.write(svg(title: title).utf8, to: path)
        }
    }

    /// Throws what ``write(to:title:)`` would throw at once: to be called before long work.
    public static func check(_ path: String) throws {
        guard path.hasSuffix(".png") || path.hasSuffix(".svg") else {
            throw StrataError("A drawing goes to a .svg or .png file. Received: \(path)")
        }
        try AtomicFile.check(path)
    }
}
