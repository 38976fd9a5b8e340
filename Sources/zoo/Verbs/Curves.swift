import Strata
import StrataPlots

extension CommandLineTool {
    static let curves = Verb(
        "curves", .required("FILE"),
        purpose: "Draws the history of a training run (.json) on the terminal.",
        options: [Options.plot, Options.width],
        remarks: "FILE was written by 'zoo train --history FILE'."
    ) { arguments in
        let curves = try Curves(contentsOf: arguments.operands[0])
        if let folder = arguments[Options.plot] {
            try Folder.make(folder)
            try curves.write(to: folder)
            note("Wrote the charts to \(folder).")
            return
        }
        let columns = Runtime.terminalColumns(of: 1)
        let width = min(arguments[Options.width] ?? columns ?? 80, 200)
        let charts = curves.charts.map {
            $0.chart.characters(columns: width, rows: 20, colored: columns != nil)
        }
        print(charts.joined(separator: "\n\n"))
    }
}
