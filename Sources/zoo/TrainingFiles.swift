import Foundation
import Strata
import StrataPlots

/// What `zoo train` writes, and where.
struct TrainingFiles {
    static let options: [any AnyOption] = [
        Options.outputModel, Options.checkpoint, Options.history, Options.csv, Options.plot,
        Options.report,
    ]

    /// Where the model or its weights go.
    private let output: String?
    let checkpoint: String?
    private let history: String?
    let csv: String?
    /// The folder for charts.
    private let plot: String?
    /// Where the page about the run goes.
    let report: String?

    /// - Throws: what cannot be written, as far as that can be known: better now than after an hour.
    init(_ arguments: Arguments) throws {
        output = arguments[Options.outputModel]
        checkpoint = arguments[Options.checkpoint]
        history = arguments[Options.history]
        csv = arguments[Options.csv]
        plot = arguments[Options.plot]
        report = arguments[Options.report]
        if let output { try ModelFile.check(output, option: "--output") }
        var seen = Set<URL>()
        for path in [output, checkpoint, history, csv, report].compactMap({ $0 }) {
            guard seen.insert(URL(fileURLWithPath: path).standardizedFileURL).inserted else {
                throw UsageError("Two options name the same file to write, \(path)")
            }
        }
        for path in [output, history, csv, report] { try path.map(AtomicFile.check) }
    }

    func makeFolder() throws {
        if let plot { try Folder.make(plot) }
    }

    /// Writes the model and the numbers of each epoch. What cannot be written keeps nothing else from
    /// being so.
    func write(_ model: Model, _ numbers: [(name: String, values: [Double])]) throws {
        var failure: (any Error)?
        func attempt(_ writing: () throws -> Void) {
            do { try writing() } catch { failure = failure ?? error }
        }
        if let output { attempt { try model.write(to: output) } }
        if let history {
            let lists = numbers.map { ($0.name, JSON.array($0.values.map(JSON.finite))) }
            attempt { try AtomicFile.write("\(JSON.object(lists))\n".utf8, to: history) }
        }
        if let plot { attempt { try Curves(numbers).write(to: plot) } }
        if let failure { throw failure }
    }

    /// Which files hold what; nil if none was asked for. The page comes later than the others.
    var description: String? {
        let files = [
            output.map {
                "the \(ModelFileFormat($0)?.keepsModel ?? false ? "model is" : "weights are") in \($0)"
            },
            checkpoint.map { "the checkpoints are in \($0)" },
            history.map { "the history is in \($0)" }, csv.map { "the epochs are in \($0)" },
            plot.map { "the charts are in \($0)" },
        ].compactMap { $0 }
        guard !files.isEmpty else { return nil }
        let sentence = files.joined(separator: ", ") + "."
        return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }
}
