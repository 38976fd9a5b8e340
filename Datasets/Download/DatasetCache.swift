import Foundation

/// Where downloaded data sets are kept.
public enum DatasetCache {
    /// The folder that the environment's `STRATA_CACHE` names, or `strata` in the user's folder for
    /// caches: `~/.cache` on Linux, `~/Library/Caches` on macOS.
    public static var directory: String {
        if let named = ProcessInfo.processInfo.environment["STRATA_CACHE"], !named.isEmpty {
            return named
        }
        let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
        let folder = caches ?? FileManager.default.temporaryDirectory
        return folder.appendingPathComponent("strata").path
    }
}
