import Foundation
import Testing

/// Every ```` ```swift ```` block of the README, the articles and the doc comments is type-checked
/// against the built modules, as the body of a function of its own.
///
/// - All modules and Foundation are imported.
/// - A block that begins with the line `// …` goes on from the block before it in the same file.
/// - The names in ``parameters`` can be used without being declared.
@Suite(.enabled(if: Toolchain.found != nil, "there is no swiftc in PATH to check them with"))
struct CodeBlockTests {
    /// What a block can use without declaring it: a compiled model and a data set for it.
    static let parameters = "model: Model, data: any Dataset, x: Tensor, y: Tensor"

    /// The blocks of the documentation, file by file.
    private func blocks() throws -> [[CodeBlock]] {
        let folders = Toolchain.modules.map(\.folder)
        let names = try folders.flatMap { folder in
            try FileManager.default
                .subpathsOfDirectory(atPath: Toolchain.package.appendingPathComponent(folder).path)
                .filter { $0.hasSuffix(".swift") || $0.hasSuffix(".md") }
                .sorted().map { "\(folder)/\($0)" }
        }
        return try (["README.md"] + names).map { name in
            let url = Toolchain.package.appendingPathComponent(name)
            return CodeBlock.blocks(of: try String(contentsOf: url, encoding: .utf8), file: name)
        }
    }

    @Test func everyBlockCompiles() throws {
        let toolchain = try #require(Toolchain.found)
        let programs = try blocks().flatMap(CodeBlock.programs)
        #expect(programs.count > 30)
        try toolchain.withFolder { folder in
            let files = try programs.enumerated().map { number, program in
                let file = folder.appendingPathComponent("Block\(number).swift")
                let source = program.source(
                    function: "block\(number)", parameters: Self.parameters,
                    imports: Toolchain.modules.map(\.name) + ["Foundation"])
                try source.write(to: file, atomically: true, encoding: .utf8)
                return file.path
            }
            let (isSuccess, errors) = try toolchain.run(
                "swiftc",
                [
                    "-typecheck", "-swift-version", "6", "-package-description-version", "6.0",
                    "-suppress-warnings", "-module-name", "Blocks",
                ] + files)
            #expect(isSuccess, "\n\(errors)")
        }
    }

    @Test func blocksAreFound() {
        let text = """
            # Title
            ```swift
            let a = 1
            ```
            - A list:
              ```swift
              // …
              let b = a
              ```
            ```
            no Swift
            ```
            """
        let blocks = CodeBlock.blocks(of: text, file: "a.md")
        #expect(blocks.map(\.line) == [3, 7])
        #expect(blocks.map(\.lines) == [["let a = 1"], ["// …", "let b = a"]])
        #expect(CodeBlock.programs(of: blocks).map(\.count) == [1, 2])
        let comment = "struct A {\n    /// ```swift\n    /// if x {\n    ///     y()\n    /// ```\n"
        let inSource = CodeBlock.blocks(of: comment, file: "a.swift")
        #expect(inSource.map(\.line) == [3])
        #expect(inSource.map(\.lines) == [["if x {", "    y()"]])
    }
}
