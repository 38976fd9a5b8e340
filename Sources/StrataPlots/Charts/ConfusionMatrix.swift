import Foundation

/// How often each class was taken for each.
public struct ConfusionMatrix: Sendable {
    public let classNames: [String]
    /// `counts[truth][guess]`
    public private(set) var counts: [[Int]]

    /// - Precondition: `truths` and `guesses` are numbers of classes, one for each sample.
    public init(truths: [Int], guesses: [Int], classNames: [String]) {
        self.classNames = classNames
        let count = classNames.count
        counts = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
        for (truth, guess) in zip(truths, guesses) { counts[truth][guess] += 1 }
    }

    /// A table, darker where there are more: classes below each other, what they were taken for side
    /// by side. With many classes there is no room for numbers, and every tenth class is named.
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
        // The last name may reach beyond its cell.
        let right = isLarge ? nameWidth : 0
        let heading = "true class (rows), taken for (columns)"
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
            // One rectangle in place of all those of empty cells, which would be most of a file.
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
                // The root, for rare mistakes to be seen; never so dark that numbers are hidden.
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
