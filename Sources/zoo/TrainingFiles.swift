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
    let output: String?
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

    /// Writes the model, if there is one worth keeping, and the numbers of each epoch. What cannot be
    /// written keeps nothing else from being so.
    func write(_ model: Model?, _ numbers: [(name: String, values: [Double])]) throws {
        var failure: (any Error)?
        func attempt(_ writing: () throws -> Void) {
            do { try writing() } catch { failure = failure ?? error }
        }
        if let output, let model { attempt { try model.write(to: output) } }
        if let history {
            let lists = numbers.map { ($0.name, JSON.array($0.values.map(JSON.finite))) }
            attempt { try AtomicFile.write("\(JSON.object(lists))\n".utf8, to: history) }
        }
        if let plot { attempt { try Curves(numbers).write(to: plot) } }
        if let failure { throw failure }
    }

    /// Which files hold what; nil if none was asked for.
    /// - Parameters:
    ///   - checkpoints: the files that were written along the way.
    ///   - withReport: whether the page is written, which as a rule comes later than the others.
    func description(checkpoints: [String], withReport: Bool = false) -> String? {
        let files = [
            output.map {
                "the \(ModelFileFormat($0)?.keepsModel ?? false ? "model is" : "weights are") in \($0)"
            },
            Self.described(checkpoints),
            history.map { "the history is in \($0)" }, csv.map { "the epochs are in \($0)" },
            plot.map { "the charts are in \($0)" },
            withReport ? report.map { "the report is in \($0)" } : nil,
        ].compactMap { $0 }
        guard !files.isEmpty else { return nil }
        let sentence = files.joined(separator: ", ") + "."
        return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    private static func described(_ checkpoints: [String]) -> String? {
        guard let first = checkpoints.first, let last = checkpoints.last else { return nil }
        switch checkpoints.count {
        case 1: return "the checkpoint is in \(first)"
        case 2: return "the checkpoints are in \(first) and \(last)"
        default:
            return "the \(grouped(checkpoints.count)) checkpoints are in \(first) to \(last)"
        }
    }

    /// The files by what they hold.
    func json(checkpoints: [String]) -> JSON {
        let files = [
            ("output", output), ("history", history), ("csv", csv), ("plot", plot),
            ("report", report),
        ].compactMap { name, path in path.map { (name, JSON.string($0)) } }
        let lists = checkpoints.isEmpty ? [] : [("checkpoints", checkpoints.json)]
        return .object(files + lists)
    }
}
