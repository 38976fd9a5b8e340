import Foundation

/// Writes the numbers of each epoch to a file of comma-separated values, a row an epoch.
///
/// The columns are the epoch, counted from 0, and what the first epoch reports, in alphabetical
/// order. Without validation in the first epoch columns for it are added and hold `NA` until there is.
public final class CSVLogger: Callback {
    private let path: String
    private let separator: String
    private let appends: Bool
    private var file: FileHandle?
    private var columns: [String] = []
    private var writesHeader = true

    /// - Parameter append: whether rows go to the end of a file that exists, without a second header.
    public init(_ path: String, separator: String = ",", append: Bool = false) {
        self.path = path
        self.separator = separator
        appends = append
    }

    public func onTrainBegin(_ run: RunDescription, model: Model) throws {
        columns = []
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        if appends { writesHeader = (size ?? 0) == 0 }
        if !appends || size == nil {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw StrataError("\(path) cannot be written.")
            }
        }
        guard let opened = FileHandle(forWritingAtPath: path) else {
            throw StrataError("\(path) cannot be written.")
        }
        try opened.seekToEnd()
        file = opened
    }

    public func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws {
        if columns.isEmpty {
            columns = logs.names.sorted()
            if !columns.contains(where: { $0.hasPrefix("val_") }) {
                columns += columns.map { "val_" + $0 }
            }
            if writesHeader { try write(["epoch"] + columns) }
        }
        try write(["\(epoch)"] + columns.map { name in logs[name].map { "\($0)" } ?? "NA" })
    }

    public func onTrainEnd(_ logs: Logs, model: Model) throws {
        try file?.close()
        file = nil
    }

    /// A row ends as RFC 4180 and Python's `csv` have it.
    private func write(_ fields: [String]) throws {
        let quoted = fields.map { field in
            let needsQuotes = field.contains(separator) || field.contains { "\"\r\n".contains($0) }
            return needsQuotes
                ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : field
        }
        do {
            try file?.write(contentsOf: Data((quoted.joined(separator: separator) + "\r\n").utf8))
        } catch {
            throw StrataError("Cannot write \(path): \(error.localizedDescription)")
        }
    }
}
