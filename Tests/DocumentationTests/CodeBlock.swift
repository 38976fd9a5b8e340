import Foundation

/// A block of Swift code in the documentation.
struct CodeBlock {
    /// The path of its file in the package.
    let file: String
    /// The number of its first line.
    let line: Int
    let lines: [String]

    /// The first line of a block that goes on from the block before it in the same file.
    static let continuation = "// …"

    var isContinued: Bool { lines.first == Self.continuation }

    /// The blocks that ```` ```swift ```` opens, of a Markdown file or of the doc comments of a
    /// source file.
    static func blocks(of text: String, file: String) -> [CodeBlock] {
        let isSource = file.hasSuffix(".swift")
        var blocks: [CodeBlock] = []
        var open: (line: Int, indent: Int, lines: [String])?
        for (index, whole) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            var line = whole
            if isSource {
                line = line.drop { $0 == " " }
                guard line.hasPrefix("///") else { continue }
                line = line.dropFirst(line.hasPrefix("/// ") ? 4 : 3)
            }
            let text = line.drop { $0 == " " }
            if let block = open {
                if text == "```" {
                    blocks.append(CodeBlock(file: file, line: block.line, lines: block.lines))
                    open = nil
                } else {
                    open?.lines.append(String(line.dropFirst(min(block.indent, line.count))))
                }
            } else if text == "```swift" {
                open = (index + 2, line.count - text.count, [])
            }
        }
        return blocks
    }

    /// The blocks of a file as programs: each with the blocks it goes on from.
    static func programs(of blocks: [CodeBlock]) -> [[CodeBlock]] {
        var programs: [[CodeBlock]] = []
        for block in blocks {
            programs.append((block.isContinued ? programs.last ?? [] : []) + [block])
        }
        return programs
    }
}

extension [CodeBlock] {
    /// A source file with the blocks in a function of a name. Imports and extensions, which cannot be
    /// in a function, come before it; positions in errors are those in the documentation.
    func source(function: String, parameters: String, imports: [String]) -> String {
        var header = imports.map { "import \($0)\n" }.joined()
        var body = ""
        for block in self {
            func place(_ index: Int) -> String {
                "#sourceLocation(file: \"\(block.file)\", line: \(block.line + index))\n"
            }
            body += place(0)
            var isExtension = false
            for (index, line) in block.lines.enumerated() {
                let isImport = line.hasPrefix("import ")
                if line.hasPrefix("extension ") {
                    isExtension = true
                    header += place(index)
                }
                if isImport || isExtension { header += line + "\n" }
                if line == "}", isExtension {
                    isExtension = false
                    header += "#sourceLocation()\n"
                    body += "\n"
                } else if isImport || isExtension {
                    body += "\n"
                } else {
                    // Types in functions have no access level.
                    body += line.hasPrefix("public ") ? line.dropFirst(7) + "\n" : line + "\n"
                }
            }
            body += "#sourceLocation()\n"
        }
        return "\(header)func \(function)(\(parameters)) async throws {\n\(body)}\n"
    }
}
