import CStrata

extension Model {
    /// Prints the layers with their output shapes and parameter counts, as Keras does.
    /// - Parameter lineLength: the table's width in columns; what fits the terminal, and at most
    ///   Keras's 88 or 108, by default.
    public func summary(lineLength: Int? = nil) {
        let columns = Int(strata_terminal_columns(1))
        print(
            summaryText(lineLength: lineLength, terminalWidth: columns > 0 ? columns : nil),
            terminator: "")
    }

    /// What ``summary(lineLength:)`` prints.
    public func summaryText(lineLength: Int? = nil, terminalWidth: Int? = nil) -> String {
        var text = "Model: \"\(name)\"\n"
        if let error { return text + error.message + "\n" }
        let isTable = isSequentialLike
        var columns = [
            SummaryTable.Column("Layer (type)"), SummaryTable.Column("Output Shape"),
            SummaryTable.Column("Param #", isRight: true),
        ]
        if !isTable { columns.append(SummaryTable.Column("Connected to")) }
        let rows = layers.map { layer -> [String] in
            let built = layer.core.isBuilt
            var row = [
                "\(layer.name) (\(type(of: layer).className))", outputShape(of: layer),
                built
                    ? SummaryTable.grouped(layer.parameterCount)
                    : "\(SummaryTable.grouped(layer.parameterCount)) (unbuilt)",
            ]
            if !isTable { row.append(connections(of: layer)) }
            return row
        }
        let usual = isTable ? 88 : 108
        let length = lineLength ?? min(usual, terminalWidth.map { $0 - 4 } ?? usual)
        text += SummaryTable(columns: columns, rows: rows, length: length).text
        return text + totals
    }

    /// Whether every layer follows the one before: then connections are not shown.
    private var isSequentialLike: Bool {
        if self is Sequential { return true }
        let consumed = calls.flatMap(\.inputs).map { ObjectIdentifier($0.node) }
        return calls.allSatisfy { $0.inputs.count <= 1 } && Set(consumed).count == consumed.count
            && Set(calls.map { ObjectIdentifier($0.layer) }).count == calls.count
            && inputs.count == 1
    }

    private func outputShape(of layer: any Layer) -> String {
        guard let outputs = calls.last(where: { $0.layer === layer })?.outputs else { return "?" }
        let shapes = outputs.map(\.shape.description)
        return shapes.count == 1 ? shapes[0] : shapes.joined(separator: ", ")
    }

    private func connections(of layer: any Layer) -> String {
        let mine = calls.filter { $0.layer === layer }.sorted { $0.index < $1.index }
        let sources = mine.flatMap(\.inputs).compactMap { input in
            LayerCall.of(input).map { "\($0.layer.name)[\($0.index)][\(input.index)]" }
        }
        return sources.isEmpty ? "-" : sources.joined(separator: ", ")
    }

    private var totals: String {
        func line(_ title: String, _ count: Int, _ bytes: Int) -> String {
            " \(title): \(SummaryTable.grouped(count)) (\(SummaryTable.size(bytes)))\n"
        }
        let all = parameterCount
        let trainable = trainableWeights.reduce(0) { $0 + $1.shape.count }
        // As in Keras, an optimizer that has made steps counts too, with its rate and its iterations,
        // a number of eight bytes.
        var optimizer = 0
        if let compiled = compilation?.optimizer, compiled.iterations > 0 {
            optimizer = compiled.stateCount(weights: trainable)
        }
        let optimizerBytes = optimizer > 0 ? optimizer * 4 + 4 : 0
        var text = line("Total params", all + optimizer, all * 4 + optimizerBytes)
        text += line("Trainable params", trainable, trainable * 4)
        text += line("Non-trainable params", all - trainable, (all - trainable) * 4)
        if optimizer > 0 { text += line("Optimizer params", optimizer, optimizerBytes) }
        return text + "\n"
    }
}

/// The table of a summary, drawn as Keras (with Rich) draws it.
package struct SummaryTable {
    package struct Column {
        let title: String
        let isRight: Bool

        package init(_ title: String, isRight: Bool = false) {
            self.title = title
            self.isRight = isRight
        }
    }

    let columns: [Column]
    let rows: [[String]]
    /// From border to border.
    let length: Int

    package init(columns: [Column], rows: [[String]], length: Int) {
        self.columns = columns
        self.rows = rows
        self.length = length
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
            // Titles stand at the bottom of their cells.
            if isHeader {
                lines = lines.map { Array(repeating: "", count: height - $0.count) + $0 }
            }
            return (0..<height).map { number in
                let parts = zip(zip(lines, widths), columns).map { cell, column -> String in
                    let piece = number < cell.0.count ? cell.0[number] : ""
                    let space = String(repeating: " ", count: max(0, cell.1 - 2 - piece.count))
                    return column.isRight ? " \(space)\(piece) " : " \(piece)\(space) "
                }
                return bar + parts.joined(separator: bar) + bar + "\n"
            }.joined()
        }
        var text = rule("┏", "━", "┳", "┓") + row(columns.map(\.title), "┃", isHeader: true)
        text += rule("┡", "━", "╇", "┩")
        text += rows.map { row($0, "│") }.joined(separator: rule("├", "─", "┼", "┤"))
        return text + rule("└", "─", "┴", "┘")
    }

    /// Column widths, with the padding of one at either side.
    package var widths: [Int] {
        let positions = columns.count == 3 ? [0.45, 0.80, 1.0] : [0.3, 0.56, 0.74, 1.0]
        var widths: [Int] = []
        var before = 0
        for position in positions {
            let end = Int(position * Double(length))
            widths.append(end - before + 2)
            before = end
        }
        // What the borders and the padding exceed the length by goes off the columns, left to right.
        var excess = widths.reduce(0, +) - (length - (columns.count + 1))
        for index in widths.indices where excess > 0 {
            let share = Double(excess) / Double(widths.count - index)
            let cut = Int(share.rounded(.toNearestOrEven))
            widths[index] -= cut
            excess -= cut
        }
        return widths
    }

    /// Breaks a cell at spaces; a word that is longer than the column is cut.
    package static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
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
        var value = Double(bytes)
        var unit = 0
        let units = ["B", "KB", "MB", "GB", "TB"]
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) \(units[unit])"
    }
}
