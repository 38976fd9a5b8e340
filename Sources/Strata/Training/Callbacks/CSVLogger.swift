import Foundation

/// Writes the numbers of each epoch to a file of comma-separated values, one row per epoch.
///
/// The columns are the epoch, counted from 0, and the numbers of the first epoch in alphabetical order. If
/// the first epoch has no validation, columns for it are added and hold `NA` until there is one.
public final class CSVLogger: Callback {
    private let path: String
    private let separator: String
    private let appends: Bool
    private var file: FileHandle?
    private var columns: [String] = []
    private var writesHeader = true

    /// - Parameters:
    ///   - path: the file.
    ///   - separator: the text between fields; a comma by default.
    ///   - append: whether to append to an existing file, without a second header; false by default.
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
                throw StrataError("Cannot write \(path).")
            }
        }
        guard let opened = FileHandle(forWritingAtPath: path) else {
            throw StrataError("Cannot write \(path).")
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

    /// Writes a row, ended as in RFC 4180 and Python's `csv`.
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
