import Strata
import StrataPlots
import Testing

@Suite struct ReportTests {
    @Test func confusionCounts() {
        let matrix = ConfusionMatrix(
            truths: [0, 0, 1, 2, 2, 2], guesses: [0, 1, 1, 0, 2, 2], classNames: ["a", "b", "c"])
        #expect(matrix.counts == [[1, 1, 0], [0, 1, 0], [1, 0, 2]])
    }

    @Test(arguments: [1, 2, 10, 20, 21, 100])
    func confusionTextsDoNotOverlap(count: Int) {
        let truths = (0..<count * 7).map { $0 % count }
        let guesses = truths.map { ($0 * 3 + $0 / 5) % count }
        let names = (0..<count).map { "class number \($0)" }
        let canvas = ConfusionMatrix(truths: truths, guesses: guesses, classNames: names).canvas()
        let page = Rectangle(x: 0, y: 0, width: canvas.size.width, height: canvas.size.height)
        let texts = canvas.elements.compactMap { element -> Rectangle? in
            if case .text(let text) = element { canvas.frame(of: text) } else { nil }
        }
        for (index, text) in texts.enumerated() {
            #expect(page.contains(text))
            for other in texts[..<index] { #expect(!text.overlaps(other)) }
        }
    }

    /// What is empty in a large matrix takes no room in a file.
    @Test func largeMatricesAreSparse() {
        let count = 1000
        let right = Array(0..<count)
        let names = right.map(String.init)
        let canvas = ConfusionMatrix(truths: right, guesses: right, classNames: names).canvas()
        #expect(canvas.elements.count < 2 * count)
    }

    @Test func pagesEscapeWhatTheyShow() {
        var report = Report(title: "a < b")
        report.add("R & D", .facts([("<b>", "\"x\"")]), .preformatted("1 < 2"), .paragraph("&"))
        let html = report.html
        for text in [
            "a &lt; b", "R &amp; D", "&lt;b&gt;", "&quot;x&quot;", "1 &lt; 2", "<p>&amp;</p>",
        ] {
            #expect(html.contains(text))
        }
    }
}
