import Strata

/// Charts of a training run: one for each loss and metric, with a line for training and, if there was
/// validation, a line for that.
public struct Curves: Sendable {
    /// The charts, each with the name of what it shows: `loss`, `accuracy`.
    public let charts: [(name: String, chart: LineChart)]

    /// - Parameter numbers: the values of each epoch, by name. `val_loss` is drawn in the chart of `loss`.
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

    /// - Parameter history: what `fit` returned.
    public init(_ history: History) {
        self.init(history.names.map { ($0, history[$0] ?? []) })
    }

    /// Reads a history from a JSON file, as `zoo train --history` writes it: an object of lists of
    /// numbers.
    /// - Parameter path: the file.
    /// - Throws: `StrataError` if the file cannot be read or holds something else.
    public init(contentsOf path: String) throws {
        try self.init(FileBytes(path: path), name: path)
    }

    /// - Parameters:
    ///   - file: the bytes of the file.
    ///   - name: the name of the file in errors.
    package init(_ file: FileBytes, name: String) throws {
        do {
            let json = try JSON(parsing: file.bytes)
            guard case .object(let members) = json, !members.isEmpty else {
                throw StrataError("it must be an object of lists of numbers")
            }
            self.init(try members.map { ($0.name, try Self.numbers($0)) })
        } catch let error as StrataError {
            throw StrataError("Cannot read \(name) as a history: \(error.message).")
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
            default: throw StrataError("\(member.name) has an element that is not a number")
            }
        }
    }

    /// Writes each chart as `NAME.svg` and `NAME.png`.
    /// - Parameter folder: an existing directory.
    /// - Throws: `StrataError` if a file cannot be written.
    public func write(to folder: String) throws {
        for (name, chart) in charts {
            // The name of a metric may contain any character.
            let file = String(name.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
            for ending in ["svg", "png"] {
                try chart.canvas().write(to: "\(folder)/\(file).\(ending)", title: chart.title)
            }
        }
    }
}
