import CStrata

extension Model {
    /// Prints the layers with their output shapes and parameter counts, as Keras does.
    ///
    /// - Parameters:
    ///   - lineLength: the width of the table in characters, from 40 (64 with `showFLOPs`) to 1000; by
    ///     default as wide as the terminal, up to Keras's 88 or 108 (more with additional columns).
    ///   - expandNested: whether to list the layers of nested models, too; false by default.
    ///   - showTrainable: whether to show a column for trainability; false by default.
    ///   - layerRange: the first and last layer to list, as names or regular expressions for their
    ///     beginnings; all layers by default.
    ///   - showFLOPs: whether to show columns for the ``multiplyAdds`` of each layer for one sample and
    ///     the size of its output in memory; false by default.
    public func summary(
        lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false,
        layerRange: (first: String, last: String)? = nil, showFLOPs: Bool = false
    ) {
        let columns = Int(strata_terminal_columns(1))
        print(
            summaryText(
                lineLength: lineLength, expandNested: expandNested, showTrainable: showTrainable,
                layerRange: layerRange, showFLOPs: showFLOPs,
                terminalWidth: columns > 0 ? columns : nil),
            terminator: "")
    }

    /// The text that ``summary(lineLength:expandNested:showTrainable:layerRange:showFLOPs:)`` prints.
    /// - Parameters:
    ///   - lineLength: the width of the table in characters, from 40 (64 with `showFLOPs`) to 1000; by
    ///     default Keras's 88 or 108, more with additional columns.
    ///   - expandNested: whether to list the layers of nested models, too.
    ///   - showTrainable: whether to show a column for trainability.
    ///   - layerRange: the first and last layer to list, as names or regular expressions for their
    ///     beginnings; all layers by default.
    ///   - showFLOPs: whether to show columns for multiply-adds and memory.
    ///   - terminalWidth: the width of the terminal, which limits the default width.
    public func summaryText(
        lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false,
        layerRange: (first: String, last: String)? = nil, showFLOPs: Bool = false,
        terminalWidth: Int? = nil
    ) -> String {
        let title = "Model: \"\(name)\"\n"
        do {
            if let error { throw error }
            let columns = summaryColumns(showTrainable: showTrainable, showFLOPs: showFLOPs)
            let usual = columns.usualLength
            let wanted = lineLength ?? min(usual, terminalWidth.map { max($0, 4) - 4 } ?? usual)
            let length = min(max(wanted, showFLOPs ? 64 : 40), 1000)
            let rows = try layers(in: layerRange).flatMap {
                SummaryRow(layer: $0, model: self).expanded(expandNested)
            }
            let table = SummaryTable(
                titles: columns.list.map(\.title), alignments: columns.list.map(\.alignment),
                ends: columns.ends(length), length: length,
                rows: rows.map { row in columns.list.map { $0.text(row) } })
            return title + table.text + totals + (showFLOPs ? costs : "") + "\n"
        } catch {
            return title + "\(error)\n"
        }
    }

    /// The columns, their ends as fractions of the length of the table, and its default length.
    private func summaryColumns(
        showTrainable: Bool, showFLOPs: Bool
    ) -> (list: [SummaryColumn], ends: (_ length: Int) -> [Double], usualLength: Int) {
        var list = [
            SummaryColumn(title: "Layer (type)") { row in
                let indent = String(repeating: "   ", count: row.level)
                return (row.level > 0 ? indent + "└ " : "") + row.layer.description
            },
            SummaryColumn(title: "Output Shape") { $0.model.outputShape(of: $0.layer) },
            SummaryColumn(title: "Param #", alignment: .right) { row in
                SummaryTable.grouped(row.layer.parameterCount)
                    + (row.layer.core.isBuilt ? "" : " (unbuilt)")
            },
        ]
        var (ends, length) = ([0.45, 0.80, 1.0], 88)
        if !isSequentialLike {
            // As in Keras, only connections within this model, even for layers of nested models.
            list.append(SummaryColumn(title: "Connected to") { self.connections(of: $0.layer) })
            (ends, length) = ([0.3, 0.56, 0.74, 1.0], 108)
        }
        if showTrainable {
            list.append(
                SummaryColumn(title: "Trainable", alignment: .center) { row in
                    row.layer.weights.isEmpty ? "-" : row.layer.isTrainable ? "Y" : "N"
                })
            ends = ends.map { $0 * 0.9 } + [1]
            length += 12
        }
        if showFLOPs {
            list += [
                SummaryColumn(title: "Multiply- Adds", alignment: .right) {
                    SummaryTable.scaled($0.model.multiplyAdds(of: $0.layer))
                },
                SummaryColumn(title: "Output Size", alignment: .right) {
                    SummaryTable.size($0.model.outputBytes(of: $0.layer))
                },
            ]
            // Two columns as wide as their numbers; the others share the rest.
            let width = 13.0
            return (
                list,
                { total in
                    let total = Double(total)
                    return ends.map { $0 * (1 - 2 * width / total) } + [1 - width / total, 1]
                }, length + Int(2 * width)
            )
        }
        return (list, { _ in ends }, length)
    }

    /// Whether each layer follows the one before, in which case connections are not shown.
    private var isSequentialLike: Bool {
        if self is Sequential { return true }
        let consumed = calls.flatMap(\.inputs).map { ObjectIdentifier($0.node) }
        return calls.allSatisfy { $0.inputs.count <= 1 } && Set(consumed).count == consumed.count
            && Set(calls.map { ObjectIdentifier($0.layer) }).count == calls.count
            && inputs.count == 1
    }

    /// The layers from the first match of one name to the last match of the other.
    /// - Throws: ``StrataError`` if a name matches no layer.
    package func layers(
        in range: (first: String, last: String)?
    ) throws -> ArraySlice<any Layer> {
        guard let range else { return layers[...] }
        func matches(_ pattern: String) throws -> [Int] {
            guard let expression = try? Regex(pattern) else {
                throw StrataError(
                    "layerRange must be two names or regular expressions, but got \(pattern)")
            }
            let found = layers.indices.filter { layers[$0].name.prefixMatch(of: expression) != nil }
            if found.isEmpty {
                throw StrataError("The model has no layer whose name starts with \(pattern).")
            }
            return found
        }
        let (first, last) = (try matches(range.first), try matches(range.last))
        // The names may be in either order, as in Keras.
        if first.first! <= last.last! { return layers[first.first!...last.last!] }
        return layers[last.first!...first.last!]
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
        // As in Keras, an optimizer that has made steps is counted, with its learning rate and its
        // iterations, a number of eight bytes.
        var optimizer = 0
        if let compiled = compilation?.optimizer, compiled.batches > 0 {
            optimizer = compiled.stateCount(weights: trainable)
        }
        let optimizerBytes = optimizer > 0 ? optimizer * 4 + 4 : 0
        var text = line("Total params", all + optimizer, all * 4 + optimizerBytes)
        text += line("Trainable params", trainable, trainable * 4)
        text += line("Non-trainable params", all - trainable, (all - trainable) * 4)
        if optimizer > 0 { text += line("Optimizer params", optimizer, optimizerBytes) }
        return text
    }

    private var costs: String {
        let bytes = layers.reduce(0) { $0 + outputBytes(of: $1) }
        return " Multiply-adds: \(SummaryTable.scaled(multiplyAdds)) a sample\n"
            + " Activations: \(SummaryTable.size(bytes)) a sample\n"
    }
}

private struct SummaryColumn {
    let title: String
    var alignment = SummaryTable.Alignment.left
    let text: (SummaryRow) -> String
}

/// A layer and the model in which it is listed.
private struct SummaryRow {
    let layer: any Layer
    let model: Model
    /// The nesting depth of the model in the one that is summarized.
    var level = 0

    /// The row, and the rows of nested layers if requested.
    func expanded(_ isExpanded: Bool) -> [SummaryRow] {
        guard isExpanded, let inner = layer as? Model else { return [self] }
        return [self]
            + inner.layers.flatMap {
                SummaryRow(layer: $0, model: inner, level: level + 1).expanded(true)
            }
    }
}
