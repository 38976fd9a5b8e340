import Foundation
import Strata
import StrataPlots

/// What `zoo train --report` writes: all about a run on a page.
struct TrainingReport {
    let title: String
    let facts: [(String, String)]
    let numbers: [(name: String, values: [Double])]
    let model: Model
    /// What the model is judged by, if it is.
    let examples: (any SampleSource)?
    let examplesName: String
    let classNames: [String]
    let batchSize: Int

    func write(to path: String) throws {
        var report = Report(title: title)
        report.add("Result", .facts(facts))
        let charts = Curves(numbers).charts.map {
            ($0.name, $0.chart.canvas(width: 360, height: 250))
        }
        report.add("Curves", .charts(charts))
        if let answers = try answers() { add(answers, to: &report) }
        if let layer = model.layers.first(where: { $0.weights.contains { $0.shape.rank == 4 } }) {
            let sheet = TileSheet(
                [.init(layer.description, try Image.filters(of: layer))], columns: 8)
            report.add("First filters", .drawings([("Filters", sheet.canvas())]))
        }
        report.add("Layers", .preformatted(model.summaryText(terminalWidth: 100)))
        try AtomicFile.write(report.html.utf8, to: path)
    }

    private func add(_ answers: [Answer], to report: inout Report) {
        let count = answers[0].scores.count
        let names = classNames.count == count ? classNames : (0..<count).map(String.init)
        let wrong = answers.indices.filter { answers[$0].guess != answers[$0].truth }
        let right = answers.count - wrong.count
        // With more classes nobody could read it, and the page would be huge.
        if count <= 1000 {
            let matrix = ConfusionMatrix(
                truths: answers.map(\.truth), guesses: answers.map(\.guess), classNames: names)
            report.add(
                "Confusion matrix",
                .paragraph(
                    "\(grouped(right)) of \(grouped(answers.count)) \(examplesName) are classified correctly: "
                        + String(format: "%.2f %%.", Double(right) / Double(answers.count) * 100)),
                .drawings([("Confusion matrix", matrix.canvas())]))
        }
        // Those to whose true class the model gave the least.
        let worst = wrong.sorted { (answers[$0].trust, $0) < (answers[$1].trust, $1) }.prefix(24)
        let tiles = worst.compactMap { picture(of: $0) }
        guard !tiles.isEmpty, tiles.count == worst.count else { return }
        let captions = worst.map { index in
            "\(names[answers[index].truth]) → \(names[answers[index].guess])"
        }
        // Four fit a telephone.
        let sheet = TileSheet(
            [.init("True class → taken for", tiles, captions: captions)], columns: 4)
        report.add("Worst mistakes", .drawings([("Worst mistakes", sheet.canvas(least: 64))]))
    }

    private struct Answer {
        let truth: Int
        let scores: ArraySlice<Float>

        var guess: Int {
            scores.indices.max { scores[$0] < scores[$1] }! - scores.startIndex
        }
        /// What the right class was given.
        var trust: Float { scores[scores.startIndex + truth] }
    }

    /// What the model says of each example; nil if it does not tell classes.
    private func answers() throws -> [Answer]? {
        guard let examples, model.outputs.count == 1, model.outputs[0].rank == 2,
            model.inputs.count == 1
        else { return nil }
        let output = try model.predict(examples, batchSize: batchSize)
        guard let scores = try ClassScores(output),
            let truths = examples.classes(count: scores.classCount)
        else { return nil }
        return truths.enumerated().map { Answer(truth: $1, scores: scores[$0]) }
    }

    private func picture(of index: Int) -> Image? {
        guard let one = examples?.samples(index..<index + 1),
            let row = try? Examples(reading: one).x, row.shape.count == 4,
            [1, 3].contains(row.shape[3])
        else { return nil }
        if row.dtype == .uint8 {
            return try? Image(row.reshaped(to: Array(row.shape.dropFirst())))
        }
        return Image(
            normalizing: row.floats(), height: row.shape[1], width: row.shape[2],
            channels: row.shape[3])
    }
}
