import Foundation

/// The table of a summary, drawn as Keras (with Rich) draws it.
package struct SummaryTable {
    package enum Alignment {
        case left, center, right

        /// Pads a text with spaces to the width of its column.
        func padded(_ text: String, to width: Int) -> String {
            let space = max(0, width - text.count)
            let left =
                switch self {
                case .left: 0
                case .center: space / 2
                case .right: space
                }
            return String(repeating: " ", count: left) + text
                + String(repeating: " ", count: space - left)
        }
    }

    let titles: [String]
    let alignments: [Alignment]
    /// The ends of the columns, as fractions of the length.
    let ends: [Double]
    /// The width from border to border.
    let length: Int
    let rows: [[String]]

    /// - Parameter length: the width; at least enough to give each column a few characters.
    package init(
        titles: [String], alignments: [Alignment], ends: [Double], length: Int, rows: [[String]]
    ) {
        self.titles = titles
        self.alignments = alignments
        self.ends = ends
        self.rows = rows
        let shares = zip(ends, [0] + ends).map { $0 - $1 }
        self.length = max(length, Int((4 / (shares.min() ?? 1)).rounded(.up)))
    }

    var text: String {
        let widths = self.widths
        func rule(_ left: String, _ line: String, _ middle: String, _ right: String) -> String {
            left + widths.map { String(repeating: line, count: $0) }.joined(separator: middle)
                + right
                + "\n"
        }
        func row(_ cells: [String], _ bar: String, isHeader: Bool = false) -> String {
            var lines = zip(cells, widths).map { SummaryTable.wrapped($0, to: $1 - 2) }
            let height = lines.map(\.count).max() ?? 0
            // Titles are aligned to the bottom of their cells.
            if isHeader {
                lines = lines.map { Array(repeating: "", count: height - $0.count) + $0 }
            }
            return (0..<height).map { number in
                let parts = widths.indices.map { column -> String in
                    let cell = lines[column]
                    let piece = number < cell.count ? cell[number] : ""
                    return " " + alignments[column].padded(piece, to: widths[column] - 2) + " "
                }
                return bar + parts.joined(separator: bar) + bar + "\n"
            }.joined()
        }
        var text = rule("┏", "━", "┳", "┓") + row(titles, "┃", isHeader: true)
        text += rule("┡", "━", "╇", "┩")
        text += rows.map { row($0, "│") }.joined(separator: rule("├", "─", "┼", "┤"))
        return text + rule("└", "─", "┴", "┘")
    }

    /// The widths of the columns, including padding of 1 on each side.
    package var widths: [Int] {
        var widths: [Int] = []
        var before = 0
        for part in ends {
            let end = Int(part * Double(length))
            widths.append(end - before + 2)
            before = end
        }
        // Borders and padding make the table too wide: columns shrink from left to right.
        var excess = widths.reduce(0, +) - (length - (ends.count + 1))
        for index in widths.indices where excess > 0 {
            let share = Double(excess) / Double(widths.count - index)
            let cut = Int(share.rounded(.toNearestOrEven))
            widths[index] -= cut
            excess -= cut
        }
        return widths
    }

    /// Breaks a cell at spaces. A word that is longer than the column is cut.
    package static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        // Indentation is part of the first word.
        let indent = text.prefix { $0 == " " }
        for (number, part) in text.split(separator: " ").enumerated() {
            let word = number == 0 ? indent + part : part
            let fitting =
                word.count > width ? String(word.prefix(max(0, width - 1))) + "…" : String(word)
            if line.isEmpty {
                line = fitting
            } else if line.count + 1 + fitting.count <= width {
                line += " " + fitting
            } else {
                lines.append(line)
                line = fitting
            }
        }
        return lines + [line]
    }

    /// `20,170`
    package static func grouped(_ number: Int) -> String {
        var digits = String(number)
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: position))
            position -= 3
        }
        return digits
    }

    /// `78.79 KB`, in steps of 1024.
    package static func size(_ bytes: Int) -> String {
        scaled(bytes, by: 1024, ["B", "KB", "MB", "GB", "TB", "PB"])
    }

    /// `15.47 G`, in steps of 1000.
    package static func scaled(_ count: Int) -> String {
        count < 1000 ? "\(count)" : scaled(count, by: 1000, ["", "K", "M", "G", "T", "P"])
    }

    private static func scaled(_ number: Int, by step: Double, _ units: [String]) -> String {
        var value = Double(number)
        var unit = 0
        while value >= step, unit < units.count - 1 {
            value /= step
            unit += 1
        }
        return String(format: "%.2f ", value) + units[unit]
    }
}
