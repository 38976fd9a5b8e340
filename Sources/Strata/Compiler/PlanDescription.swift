import Foundation

extension Plan: CustomStringConvertible {
    /// A table with a row for each step: its phase (the steps of a phase run side by side), result, algorithm,
    /// floating-point operations (a multiply-add counts as two) and bytes accessed. After a profiled run it
    /// also has the mean time, summed over threads, and the rate.
    public var description: String {
        var titles = ["Phase", "Step", "Result", "Algorithm", "MFLOP", "KiB"]
        if profiledRuns > 0 { titles += ["us", "%", "GFLOP/s"] }
        let total = Double(steps.reduce(0) { $0 + $1.nanoseconds })
        let rows = steps.map { step -> [String] in
            var row = [
                step.isPart ? "" : "\(step.phase)", (step.isPart ? "· " : "") + step.name,
                "\(step.shape)", step.note,
                String(format: "%.2f", Double(step.flops) / 1e6), "\(step.bytes / 1024)",
            ]
            if profiledRuns > 0, step.isPart {
                row += ["", "", ""]
            } else if profiledRuns > 0 {
                let time = Double(step.nanoseconds)
                let rate = time > 0 ? Double(step.flops * profiledRuns) / time : 0
                row += [
                    String(format: "%.1f", time / 1e3 / Double(profiledRuns)),
                    String(format: "%.1f", total > 0 ? 100 * time / total : 0),
                    String(format: "%.1f", rate),
                ]
            }
            return row
        }
        let all = [titles] + rows
        let widths = titles.indices.map { column in all.map { $0[column].count }.max()! }
        let isLeft = [1, 2, 3]
        let lines = all.map { row -> String in
            let cells = row.enumerated().map { column, text -> String in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return isLeft.contains(column) ? text + space : space + text
            }
            return cells.joined(separator: "  ")
        }
        let whole = steps.filter { !$0.isPart }
        let flops = whole.reduce(0) { $0 + $1.flops }
        var summary = String(
            format: "%d steps in %d phases, %.1f MFLOP, arena %.1f MiB (%.1f MiB without reuse)",
            whole.count, (steps.last?.phase ?? -1) + 1, Double(flops) / 1e6,
            Double(memory.arena) / 1_048_576, Double(memory.withoutReuse) / 1_048_576)
        if profiledRuns > 0 {
            summary += String(
                format: ", %.3f ms of thread time", total / 1e6 / Double(profiledRuns))
        }
        return lines.joined(separator: "\n") + "\n" + summary
    }
}
