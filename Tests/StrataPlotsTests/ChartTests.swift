import Foundation
import Strata
import StrataPlots
import TestSupport
import Testing

@Suite struct ChartTests {
    @Test func ticksAreRound() {
        #expect(
            Ticks(from: 0, to: 1, count: 5).values.map { ($0 * 10).rounded() } == [
                0, 2, 4, 6, 8, 10,
            ])
        #expect(
            Ticks(from: 1, to: 20, count: 8, isWhole: true).values
                == Array(stride(from: 2, through: 20, by: 2)))
        #expect(Ticks(from: 1, to: 3, count: 8, isWhole: true).values == [1, 2, 3])
        #expect(Ticks(from: 1, to: 1, count: 8, isWhole: true).values == [1])
        let ticks = Ticks(around: [0.31, 1.94], count: 5)
        #expect(
            ticks.values.map(ticks.label) == [
                "0.2", "0.4", "0.6", "0.8", "1.0", "1.2", "1.4", "1.6", "1.8", "2.0",
            ])
        let large = Ticks(around: [0, 25000], count: 5)
        #expect(large.values.map(large.label) == ["0", "5000", "10000", "15000", "20000", "25000"])
    }

    /// Whatever the numbers: few ticks, evenly apart by 1, 2 or 5 of some power of ten, around all,
    /// with labels that differ.
    @Test func ticksOfAnyNumbers() {
        let key = Random.Key(seed: 1, path: "ticks")
        for trial in 0..<500 {
            let scale = pow(10, key.uniform(trial * 3) * 12 - 6)
            let low = (key.uniform(trial * 3 + 1) - 0.3) * scale
            let high = low + key.uniform(trial * 3 + 2) * scale + scale * 1e-6
            let ticks = Ticks(around: [low, high], count: 5)
            #expect((4...11).contains(ticks.values.count), "\(low) \(high)")
            let slack = (high - low) * 1e-6
            #expect(ticks.range.lowerBound <= low + slack && high <= ticks.range.upperBound + slack)
            let step = ticks.values[1] - ticks.values[0]
            let digit = step / pow(10, (log10(step) + 1e-9).rounded(.down))
            #expect([1, 2, 5].contains { abs($0 - digit) < 1e-6 }, "\(step)")
        }
        for numbers in [
            [], [0.0], [3, 3], [-1e300, 1e300], [1e-300], [0, .leastNonzeroMagnitude],
            [-1.7e308, 1.7e308],
        ] {
            #expect(!Ticks(around: numbers, count: 5).values.isEmpty)
        }
    }

    private static let curves = Curves([
        ("accuracy", [0.5, 0.7, 0.8]), ("loss", [2.3, 1.2, 0.7]),
        ("val_accuracy", [0.4, 0.6, 0.65]), ("val_loss", [2.2, .nan, 1.1]),
    ])

    @Test func aChartForEachName() {
        #expect(Self.curves.charts.map(\.name) == ["accuracy", "loss"])
        #expect(Self.curves.charts[1].chart.series.map(\.name) == ["training", "validation"])
        #expect(Self.curves.charts[1].chart.title == "Loss")
    }

    /// No text overlaps another or leaves the page, and lines stay in the frame.
    @Test(arguments: [1, 2, 3, 10, 99, 1000])
    func textsDoNotOverlap(epochs: Int) {
        for scale in [1e-5, 1, 1e4] {
            let values = (0..<epochs).map { scale / Double($0 + 1) }
            let chart = Curves([("loss", values), ("val_loss", values.map { $0 * 2 })]).charts[0]
                .chart
            let canvas = chart.canvas()
            let page = Rectangle(x: 0, y: 0, width: canvas.size.width, height: canvas.size.height)
            let texts = canvas.elements.compactMap { element -> Rectangle? in
                if case .text(let text) = element { canvas.frame(of: text) } else { nil }
            }
            for (index, text) in texts.enumerated() {
                #expect(page.contains(text))
                for other in texts[..<index] { #expect(!text.overlaps(other)) }
            }
            for case .line(let points, _) in canvas.elements {
                for point in points {
                    #expect(page.contains(Rectangle(x: point.x, y: point.y, width: 0, height: 0)))
                }
            }
        }
    }

    @Test func characters() {
        let text = Self.curves.charts[0].chart.characters(columns: 40, rows: 12)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 12)
        #expect(lines.allSatisfy { $0.count <= 40 })
        #expect(lines[0].trimmingCharacters(in: .whitespaces) == "Accuracy")
        #expect(lines[1].contains("training") && lines[1].contains("validation"))
        #expect(lines[11].trimmingCharacters(in: .whitespaces) == "epoch")
        #expect(text.contains("╷") && text.contains("│") && text.contains("─"))
        #expect(text.unicodeScalars.contains { (0x2801...0x28ff).contains($0.value) })
        #expect(!text.contains("\u{1b}"))
        #expect(
            Self.curves.charts[0].chart.characters(columns: 40, rows: 12, colored: true).contains(
                "\u{1b}[34m"))
        // No room is no reason to end.
        for (columns, rows) in [(0, 0), (1, 1), (5, 3), (12, 5)] {
            _ = Self.curves.charts[0].chart.characters(columns: columns, rows: rows)
        }
    }

    @Test func files() throws {
        let folder = try TemporaryFolder()
        try Self.curves.write(to: folder.path)
        #expect(folder.contents == ["accuracy.png", "accuracy.svg", "loss.png", "loss.svg"])
        let image = try Image(contentsOf: folder.file("loss.png"))
        #expect(image.pixels.shape == [800, 1280, 3])
        let svg = try String(contentsOfFile: folder.file("loss.svg"), encoding: .utf8)
        #expect(svg.contains("<title>Loss</title>") && svg.contains("prefers-color-scheme: dark"))
    }

    @Test func historiesOfFiles() throws {
        let folder = try TemporaryFolder()
        func read(_ text: String) throws -> Curves {
            try text.write(toFile: folder.file("h.json"), atomically: true, encoding: .utf8)
            return try Curves(contentsOf: folder.file("h.json"))
        }
        let curves = try read("{\"loss\": [1, 0.5, null], \"val_loss\": [2, NaN, 1e400]}")
        #expect(curves.charts.count == 1)
        #expect(curves.charts[0].chart.series[0].values.prefix(2) == [1, 0.5])
        _ = curves.charts[0].chart.canvas().svg()
        let error = errorMessage { try read("nothing") }
        #expect(
            error == "Cannot read \(folder.file("h.json")) as a history: it is not JSON: "
                + "a value was expected at line 1, column 1.")
        for text in ["", "[]", "{}", "{\"loss\": 3}", "{\"loss\": []}", "{\"loss\": [\"a\"]}", "{"]
        {
            let error = errorMessage { try read(text) }
            #expect(error.contains("h.json as a history: "))
        }
    }
}
