import Foundation
import Testing

/// Every public symbol has a doc comment, and every parameter of a public initializer is described.
@Suite(.enabled(if: Toolchain.found != nil, "there is no toolchain in PATH to read symbols with"))
struct SymbolTests {
    /// What the compiler tells of the public symbols of a module.
    private struct Graph: Decodable {
        let symbols: [Symbol]
    }

    private struct Symbol: Decodable {
        let kind: Kind
        let pathComponents: [String]
        let docComment: Comment?
        let functionSignature: Signature?

        struct Kind: Decodable {
            let identifier: String
        }
        struct Comment: Decodable {
            let lines: [Line]
        }
        struct Line: Decodable {
            let text: String
        }
        struct Signature: Decodable {
            let parameters: [Parameter]?
        }
        struct Parameter: Decodable {
            let name: String
            /// The name inside the function, where it differs: comments use it.
            let internalName: String?
        }

        var name: String { pathComponents.joined(separator: ".") }
        var comment: String { docComment?.lines.map(\.text).joined(separator: "\n") ?? "" }

        /// The parameters of an initializer that the comment does not describe.
        var undescribedParameters: [String] {
            guard kind.identifier == "swift.init" else { return [] }
            let names = (functionSignature?.parameters ?? []).map { $0.internalName ?? $0.name }
            return names.filter { name in
                !comment.contains("- \(name):") && !comment.contains("- Parameter \(name):")
            }
        }
    }

    private static func symbols(of module: String) throws -> [Symbol] {
        let toolchain = try #require(Toolchain.found)
        return try toolchain.withFolder { folder in
            #if arch(arm64)
                let architecture = "aarch64"
            #else
                let architecture = "x86_64"
            #endif
            #if os(macOS)
                let target = "\(architecture)-apple-macosx13.0"
            #else
                let target = "\(architecture)-unknown-linux-gnu"
            #endif
            let (isSuccess, errors) = try toolchain.run(
                "swift-symbolgraph-extract",
                [
                    "-module-name", module, "-target", target, "-output-dir", folder.path,
                    "-skip-synthesized-members",
                ])
            try #require(isSuccess, "\(errors)")
            let file = folder.appendingPathComponent("\(module).symbols.json")
            return try JSONDecoder().decode(Graph.self, from: Data(contentsOf: file)).symbols
        }
    }

    @Test(arguments: Toolchain.modules.map(\.name))
    func everySymbolIsDocumented(module: String) throws {
        let symbols = try Self.symbols(of: module)
        #expect(symbols.count > 50)
        let bare = symbols.filter { $0.comment.isEmpty }.map(\.name)
        #expect(bare.isEmpty, "\(bare.joined(separator: "\n"))")
        let undescribed = symbols.filter { !$0.undescribedParameters.isEmpty }
            .map { "\($0.name): \($0.undescribedParameters.joined(separator: ", "))" }
        #expect(undescribed.isEmpty, "\(undescribed.joined(separator: "\n"))")
    }
}
