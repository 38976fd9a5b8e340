import Foundation

/// The directory of downloaded data sets.
public enum DatasetCache {
    /// The directory in the environment variable `STRATA_CACHE`, or `strata` in the user's cache directory:
    /// `~/.cache` on Linux, `~/Library/Caches` on macOS.
    public static var directory: String {
        if let named = ProcessInfo.processInfo.environment["STRATA_CACHE"], !named.isEmpty {
            return named
        }
        let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
        let folder = caches ?? FileManager.default.temporaryDirectory
        return folder.appendingPathComponent("strata").path
    }
}
