/// A line chart over whole numbers, such as a loss over epochs.
public struct LineChart: Sendable {
    /// A line of the chart.
    public struct Series: Sendable {
        /// The name in the legend.
        public let name: String
        /// The values at 1, 2, … on the axis. Values that are not finite leave a gap.
        public let values: [Double]

        /// - Parameters:
        ///   - name: the name in the legend.
        ///   - values: the values at 1, 2, … on the axis.
        public init(_ name: String, _ values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    /// The title.
    public let title: String
    /// The label of the horizontal axis.
    public let axis: String
    /// The lines.
    public let series: [Series]

    /// - Parameters:
    ///   - title: the title.
    ///   - axis: the label of the horizontal axis; `epoch` by default.
    ///   - series: the lines.
    public init(_ title: String, axis: String = "epoch", series: [Series]) {
        self.title = title
        self.axis = axis
        self.series = series
    }

    /// Draws the chart for SVG and PNG.
    /// - Parameters:
    ///   - width: the width in points.
    ///   - height: the height in points.
    public func canvas(width: Double = 640, height: Double = 400) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        draw(on: &canvas, margin: 12)
        return canvas
    }

    /// Draws the chart in characters, for a terminal.
    /// - Parameters:
    ///   - columns: the width in characters.
    ///   - rows: the height in characters.
    ///   - colored: whether to use colours, as ANSI escape codes.
    public func characters(columns: Int, rows: Int, colored: Bool = false) -> String {
        var canvas = Canvas(columns: columns, rows: rows)
        draw(on: &canvas, margin: 0)
        return canvas.characters(colored: colored)
    }

    private func draw(on canvas: inout Canvas, margin: Double) {
        let font = canvas.font
        let line = font.lineHeight()
        let numbers = series.flatMap(\.values).filter(\.isFinite)
        let count = max(1, series.map(\.values.count).max() ?? 0)

        // From the top: title, legend, plot, axis labels.
        let titleY = margin + font.lineHeight(.title) / 2
        canvas.text(
            title, at: Point(canvas.size.width / 2, titleY), anchor: .middle, style: .title)
        let top = margin + font.lineHeight(.title)
        let frameTop = top + drawLegend(on: &canvas, top: top, margin: margin) + line / 2
        let frameBottom = canvas.size.height - margin - 2.25 * line
        let room = max(1, Int((frameBottom - frameTop) / line / 2.5))
        let ticks = Ticks(around: numbers, count: min(5, room))
        let labelWidth = ticks.values.map { font.width(of: ticks.label($0), .small) }.max() ?? 0
        let left = (margin + labelWidth + font.advance).rounded(.up)
        let right = canvas.size.width - margin - font.width(of: "0000", .small) / 2
        guard right > left, frameBottom > frameTop else { return }
        let plot = Plot(
            frame: Rectangle(
                x: left, y: frameTop, width: right - left, height: frameBottom - frameTop),
            x: count == 1 ? 0.5...1.5 : 1...Double(count), y: ticks.range)

        for tick in ticks.values {
            let y = plot.y(tick)
            canvas.line([Point(left, y), Point(right, y)], Stroke(.faint))
            canvas.text(
                ticks.label(tick), at: Point(left - font.advance / 2, y), anchor: .end,
                style: .small, ink: .muted)
        }
        let epochRoom = font.width(of: String(count) + "0", .small) * 2
        let epochs = Ticks(
            from: 1, to: Double(count),
            count: min(8, max(1, Int((right - left) / epochRoom / 2.5))),
            isWhole: true)
        for epoch in epochs.values {
            let x = plot.x(epoch)
            canvas.line([Point(x, frameTop), Point(x, frameBottom)], Stroke(.faint))
            canvas.text(
                epochs.label(epoch), at: Point(x, frameBottom + 0.75 * line), anchor: .middle,
                style: .small, ink: .muted)
        }
        canvas.text(
            axis, at: Point((left + right) / 2, frameBottom + 1.75 * line), anchor: .middle,
            style: .small, ink: .muted)
        canvas.line([Point(left, frameTop), Point(left, frameBottom)], Stroke(.muted))
        canvas.line([Point(left, frameBottom), Point(right, frameBottom)], Stroke(.muted))
        for (index, series) in series.enumerated() { draw(series, index, plot, on: &canvas) }
    }

    /// Draws the runs of finite values; a single value becomes a dot.
    private func draw(_ series: Series, _ index: Int, _ plot: Plot, on canvas: inout Canvas) {
        let points = series.values.enumerated().map { epoch, value in
            value.isFinite ? Point(plot.x(Double(epoch + 1)), plot.y(value)) : nil
        }
        for run in points.split(separator: nil).map({ $0.compactMap { $0 } }) {
            if run.count == 1 {
                let radius = 0.2 * canvas.font.size
                canvas.rectangle(
                    Rectangle(
                        x: run[0].x - radius, y: run[0].y - radius, width: 2 * radius,
                        height: 2 * radius),
                    fill: .series(index), radius: radius)
                if !canvas.font.hasSizes { canvas.line(run, stroke(index, canvas)) }
            } else {
                canvas.line(run, stroke(index, canvas))
            }
        }
    }

    /// Lines also differ in their dashes, for readers and terminals without colours.
    private func stroke(_ index: Int, _ canvas: Canvas) -> Stroke {
        let unit = canvas.font.size / 2
        let patterns: [[Double]] = [
            [], [unit, unit * 0.75], [unit * 2, unit], [unit / 3, unit * 0.6],
        ]
        return Stroke(.series(index), width: 2, dash: patterns[index % patterns.count])
    }

    /// Draws the legend, in as many rows as it needs.
    /// - Returns: its height.
    private func drawLegend(on canvas: inout Canvas, top: Double, margin: Double) -> Double {
        guard series.count > 1 else { return 0 }
        let font = canvas.font
        let (sample, gap) = (4 * font.advance, font.advance)
        var rows: [[(index: Int, width: Double)]] = [[]]
        var used = 0.0
        for (index, series) in series.enumerated() {
            let width = sample + 4 * gap + font.width(of: series.name, .small)
            if used + width > canvas.size.width - 2 * margin, used > 0 {
                rows.append([])
                used = 0
            }
            used += width
            rows[rows.count - 1].append((index, width))
        }
        for (row, entries) in rows.enumerated() {
            let total = entries.reduce(0) { $0 + $1.width } - 2 * gap
            var x = max(margin, (canvas.size.width - total) / 2)
            let y = top + (Double(row) + 0.5) * font.lineHeight()
            for entry in entries {
                let middle = y + (font.hasSizes ? 0 : 0.5)
                canvas.line(
                    [Point(x, middle), Point(x + sample / 2, middle), Point(x + sample, middle)],
                    stroke(entry.index, canvas))
                canvas.text(
                    series[entry.index].name, at: Point(x + sample + 2 * gap, y), style: .small)
                x += entry.width
            }
        }
        return Double(rows.count) * font.lineHeight()
    }
}

/// Maps values to positions in a frame.
private struct Plot {
    let frame: Rectangle
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>

    func x(_ value: Double) -> Double {
        frame.x + (value - x.lowerBound) / (x.upperBound - x.lowerBound) * frame.width
    }

    func y(_ value: Double) -> Double {
        frame.bottom - (value - y.lowerBound) / (y.upperBound - y.lowerBound) * frame.height
    }
}
