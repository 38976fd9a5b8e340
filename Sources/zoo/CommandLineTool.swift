import Foundation
import Strata

/// The `zoo` command: finds the verb, runs it, and turns what it throws into a sentence on the
/// standard error stream and an exit status.
enum CommandLineTool {
    static let verbs: [Verb] = [
        list, summary, diagram, train, evaluate, predict, classify, filters, features, curves,
        convert, gradientCheck, bench, data, help,
    ]

    /// - Returns: 0; 1 for bad input; 2 for wrong usage; 130 after Ctrl-C or SIGTERM.
    static func run(_ words: [String]) -> Int32 {
        guard let first = words.first else {
            note(overview)
            return 2
        }
        do {
            if first == "--help" || first == "-h" {
                print(overview)
            } else if first == "--version" {
                print("zoo \(Runtime.version) (Strata)")
            } else {
                let verb = try verb(named: first)
                if words.contains("--help") || words.contains("-h") {
                    print(verb.help)
                } else {
                    try Runtime.checkEnvironment()
                    try verb.run(Arguments(words.dropFirst(), of: verb))
                }
            }
            // `print` says nothing of a full disk or a closed stream.
            guard fflush(nil) == 0 else {
                throw StrataError("Cannot write to the standard output: \(systemMessage()).")
            }
            return 0
        } catch let error as UsageError {
            note("zoo: \(error.message)")
            return 2
        } catch let interruption as Interruption {
            note(interruption.message)
            return 130
        } catch {
            note("zoo: \((error as? StrataError)?.message ?? error.localizedDescription)")
            return 1
        }
    }

    static func verb(named name: String) throws -> Verb {
        if let verb = verbs.first(where: { $0.name == name }) { return verb }
        throw UsageError(unknown: "verb", name, among: verbs.map(\.name), see: "zoo help")
    }

    /// Says something that is not the result.
    static func note(_ text: String) { Runtime.writeStandardError(text + "\n") }
}

/// The command line is wrong, which says nothing about files or models.
struct UsageError: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// For a name that is not among those there are: with the nearest of them.
    init(unknown kind: String, _ name: String, among names: [String], see place: String) {
        let near = nearest(to: name, among: names)
        let hint = near.map { "did you mean \($0)?" } ?? "see '\(place)'."
        message = "there is no \(kind) \(name); \(hint)"
    }
}

/// Ctrl-C or SIGTERM ended the work, in good order.
struct Interruption: Error {
    let message: String
}
