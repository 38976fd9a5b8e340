import Foundation
import Strata

/// Reports the progress of a download.
public struct DownloadProgress: Sendable {
    /// Called with the file and the number of bytes that have arrived, at the beginning and whenever there are
    /// more.
    let report: @Sendable (RemoteFile, Int) -> Void

    /// - Parameter report: called with the file and the number of bytes that have arrived, at the beginning and
    ///   whenever there are more.
    public init(_ report: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void) {
        self.report = report
    }

    /// Prints progress on the standard error stream: a line that counts up on a terminal, one line elsewhere.
    public static let standardError: DownloadProgress = {
        let isTerminal = Runtime.terminalColumns(of: 2) != nil
        return DownloadProgress { file, received in
            let size = String(format: "%.1f MB", Double(file.byteCount) / 1e6)
            if isTerminal {
                let percent = 100 * received / max(1, file.byteCount)
                let end = received == file.byteCount ? "\n" : ""
                Runtime.writeStandardError("\r\(file.name): \(percent) % of \(size)\(end)")
            } else if received == 0 {
                Runtime.writeStandardError("Downloading \(file.url) (\(size)).\n")
            }
        }
    }()
}
