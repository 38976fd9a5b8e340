import Strata

extension Canvas {
    /// Writes the drawing to a file: SVG or PNG, by the extension of its name.
    /// - Parameters:
    ///   - path: the file. It is replaced atomically.
    ///   - title: a description for screen readers; none by default.
    /// - Throws: `StrataError` if the name has another extension or the file cannot be written.
    public func write(to path: String, title: String? = nil) throws {
        try Self.check(path)
        if path.hasSuffix(".png") {
            try image().writePNG(to: path)
        } else {
            try AtomicFile.write(svg(title: title).utf8, to: path)
        }
    }

    /// Checks that a file can be written. Call it before long work whose result will be drawn.
    /// - Throws: what ``write(to:title:)`` would throw for this path.
    public static func check(_ path: String) throws {
        guard path.hasSuffix(".png") || path.hasSuffix(".svg") else {
            throw StrataError(
                "The name of a drawing's file must end in .svg or .png, but got \(path)")
        }
        try AtomicFile.check(path)
    }
}
