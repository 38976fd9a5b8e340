import Foundation

/// Counts how often samples of each class were predicted to be of each class.
public struct ConfusionMatrix: Sendable {
    /// The names of the classes, in the order of their labels.
    public let classNames: [String]
    /// The number of samples by true class and predicted class: `counts[truth][guess]`.
    public private(set) var counts: [[Int]]

    /// - Parameters:
    ///   - truths: the true class number of each sample.
    ///   - guesses: the predicted class number of each sample.
    ///   - classNames: the names of the classes.
    /// - Precondition: all numbers are indices of `classNames`.
    public init(truths: [Int], guesses: [Int], classNames: [String]) {
        self.classNames = classNames
        let count = classNames.count
        counts = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
        for (truth, guess) in zip(truths, guesses) { counts[truth][guess] += 1 }
    }

    /// Draws the matrix: a row for each true class, a column for each predicted class, darker where
    /// counts are larger. With more than 20 classes the numbers are left out, and every tenth class is
    /// labelled.
    public func canvas() -> Canvas {
        let count = classNames.count
        let font = Canvas(width: 0, height: 0).font
        let isLarge = count > 20
        let step = isLarge ? 10 : 1
        let names = isLarge ? classNames.indices.map(String.init) : classNames
        let labels = stride(from: 0, to: count, by: step).map { names[$0] }
        let nameWidth = (labels.map { font.width(of: $0, .small) }.max() ?? 0).rounded(.up)
        let numberWidth = font.width(of: String(counts.joined().max() ?? 0), .small)
        let cell =
            isLarge
            ? Size(6, 6) : Size((max(nameWidth, numberWidth) + 10).rounded(.up), 24)
        let margin = 12.0
        let top = margin + 2 * font.lineHeight()
        let left = margin + nameWidth + 8
        // The last label may extend beyond its cell.
        let right = isLarge ? nameWidth : 0
        let heading = "true class (rows), predicted class (columns)"
        var canvas = Canvas(
            width: max(
                left + cell.width * Double(count) + right + margin,
                font.width(of: heading, .small) + 2 * margin),
            height: top + cell.height * Double(count) + margin)
        canvas.text(
            heading, at: Point(margin, margin + font.lineHeight() / 2), style: .small, ink: .muted)
        for index in stride(from: 0, to: count, by: step) {
            let middle = Double(index) + 0.5
            canvas.text(
                names[index],
                at: Point(left + middle * cell.width, margin + 1.5 * font.lineHeight()),
                anchor: .middle, style: .small, ink: .muted)
            canvas.text(
                names[index], at: Point(left - 6, top + middle * cell.height), anchor: .end,
                style: .small, ink: .muted)
        }
        let empty = Ink.faint.opacity(0.4)
        if isLarge {
            // One rectangle for all empty cells, which would otherwise make up most of the file.
            canvas.rectangle(
                Rectangle(
                    x: left, y: top, width: cell.width * Double(count) - 1,
                    height: cell.height * Double(count) - 1),
                fill: empty)
        }
        for (truth, row) in counts.enumerated() {
            let total = max(1, row.reduce(0, +))
            for (guess, number) in row.enumerated() where number > 0 || !isLarge {
                let frame = Rectangle(
                    x: left + Double(guess) * cell.width, y: top + Double(truth) * cell.height,
                    width: cell.width - 1, height: cell.height - 1)
                // The square root makes rare mistakes visible; 0.6 keeps numbers legible.
                let part = (Double(number) / Double(total)).squareRoot()
                canvas.rectangle(
                    frame,
                    fill: number == 0
                        ? empty : .series(truth == guess ? 0 : 1).opacity(part * 0.6))
                if !isLarge, number > 0 {
                    canvas.text(String(number), at: frame.center, anchor: .middle, style: .small)
                }
            }
        }
        return canvas
    }
}
