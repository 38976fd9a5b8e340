/// A self-contained HTML page about a training run, with the drawings embedded.
public struct Report: Sendable {
    /// A part of a section.
    public enum Content: Sendable {
        /// A table of names and values.
        case facts([(String, String)])
        /// Text in a monospaced font, with its line breaks.
        case preformatted(String)
        /// Drawings that are scaled to fit the page, side by side where there is room. They should be about
        /// 360 points wide, the minimum width of a page.
        case charts([(title: String, canvas: Canvas)])
        /// Drawings in their own size, which scroll on narrow pages.
        case drawings([(title: String, canvas: Canvas)])
        /// Ordinary text.
        case paragraph(String)
    }

    /// The title of the page.
    public let title: String
    /// The sections, in order.
    public private(set) var sections: [(heading: String, content: [Content])] = []

    /// Makes a page without sections.
    /// - Parameter title: the title of the page.
    public init(title: String) { self.title = title }

    /// Appends a section.
    /// - Parameters:
    ///   - heading: the heading.
    ///   - content: the parts of the section.
    public mutating func add(_ heading: String, _ content: Content...) {
        sections.append((heading, content))
    }

    /// The HTML document.
    public var html: String {
        var text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escaped(title))</title>
            <style>
            :root { color-scheme: light dark; --text: #1f2328; --page: #ffffff; --line: #d5dae0; }
            @media (prefers-color-scheme: dark) {
            :root { --text: #e6edf3; --page: #0f1319; --line: #2b323b; }
            }
            body { margin: 2rem auto; max-width: 84rem; padding: 0 1rem; color: var(--text);
            background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
            h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
            th { text-align: left; padding-right: 2rem; font-weight: 600; vertical-align: top; }
            pre { overflow-x: auto; font-size: 13px; line-height: 1.25; }
            td { overflow-wrap: anywhere; }
            svg { display: block; }
            .charts { display: grid; gap: 1rem;
            grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
            .charts svg { width: 100%; height: auto; max-width: 32rem; }
            .drawings { overflow-x: auto; }
            @media (max-width: 30rem) { th { padding-right: 1rem; } }
            </style>
            </head>
            <body>
            <h1>\(escaped(title))</h1>

            """
        for (heading, content) in sections {
            text += "<h2>\(escaped(heading))</h2>\n"
            for part in content { text += html(part) }
        }
        return text + "</body>\n</html>\n"
    }

    private func html(_ content: Content) -> String {
        switch content {
        case .paragraph(let text): return "<p>\(escaped(text))</p>\n"
        case .preformatted(let text): return "<pre>\(escaped(text))</pre>\n"
        case .facts(let facts):
            let rows = facts.map { "<tr><th>\(escaped($0))</th><td>\(escaped($1))</td></tr>\n" }
            return "<table>\n\(rows.joined())</table>\n"
        case .charts(let drawings): return html(drawings, "charts")
        case .drawings(let drawings): return html(drawings, "drawings")
        }
    }

    private func html(_ drawings: [(title: String, canvas: Canvas)], _ kind: String) -> String {
        "<div class=\"\(kind)\">\n" + drawings.map { $0.canvas.svg(title: $0.title) }.joined()
            + "</div>\n"
    }
}
