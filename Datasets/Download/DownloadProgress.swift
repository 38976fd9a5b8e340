import Foundation
import Strata

/// What is told how a download goes on.
public struct DownloadProgress: Sendable {
    /// Gets the file and how many of its bytes have arrived, first and whenever there are more.
    let report: @Sendable (RemoteFile, Int) -> Void

    public init(_ report: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void) {
        self.report = report
    }

    /// Writes to the standard error stream: a line that counts up on a terminal, else one line.
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
