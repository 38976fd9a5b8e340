import Strata

/// The numbers of a training run as charts: one for each loss and metric, with what was reached in
/// training and, if there was any, in validation.
public struct Curves: Sendable {
    /// The charts with the names of what they show: `loss`, `accuracy`.
    public let charts: [(name: String, chart: LineChart)]

    /// - Parameter numbers: of each epoch, by name; `val_loss` belongs to `loss`.
    public init(_ numbers: [(name: String, values: [Double])]) {
        let prefix = "val_"
        var names: [String] = []
        for name in numbers.map(\.name) {
            let plain = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
            if !names.contains(plain) { names.append(plain) }
        }
        charts = names.map { name in
            let series = [(name, "training"), (prefix + name, "validation")].compactMap {
                key, title in
                numbers.first { $0.name == key }.map { LineChart.Series(title, $0.values) }
            }
            let title = name.prefix(1).uppercased() + name.dropFirst()
            return (name, LineChart(String(title.map { $0 == "_" ? " " : $0 }), series: series))
        }
    }

    public init(_ history: History) {
        self.init(history.names.map { ($0, history[$0] ?? []) })
    }

    /// Reads what `zoo train --history` wrote: an object of lists of numbers.
    /// - Throws: `StrataError` if the file cannot be read or is no such object.
    public init(contentsOf path: String) throws {
        try self.init(FileBytes(path: path), name: path)
    }

    /// - Parameter name: what errors call the file.
    package init(_ file: FileBytes, name: String) throws {
        do {
            let json = try JSON(parsing: file.bytes)
            guard case .object(let members) = json, !members.isEmpty else {
                throw StrataError("an object of lists of numbers is expected")
            }
            self.init(try members.map { ($0.name, try Self.numbers($0)) })
        } catch let error as StrataError {
            throw StrataError("\(name) is not a usable history: \(error.message).")
        }
    }

    private static func numbers(_ member: JSON.Member) throws -> [Double] {
        guard case .array(let elements) = member.value, !elements.isEmpty else {
            throw StrataError("\(member.name) is not a list of numbers")
        }
        return try elements.map { element in
            switch element {
            case .integer(let value): return Double(value)
            case .number(let value): return value
            case .null: return .nan
            default: throw StrataError("\(member.name) has an element that is no number")
            }
        }
    }

    /// Writes each chart as `NAME.svg` and `NAME.png` to a folder that exists.
    /// - Throws: `StrataError` if a file cannot be written.
    public func write(to folder: String) throws {
        for (name, chart) in charts {
            // A metric's name may be anything.
            let file = String(name.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
            for ending in ["svg", "png"] {
                try chart.canvas().write(to: "\(folder)/\(file).\(ending)", title: chart.title)
            }
        }
    }
}
