import Foundation
import Strata

/// A folder for one test, gone with it.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("strata-tests-\(UUID().uuidString)").path

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var contents: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], _ name: String) throws {
        let path = self(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: self(name))))
    }
}

/// The message of what `body` throws.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "nothing was thrown"
    } catch {
        return (error as? StrataError)?.message ?? "not a StrataError: \(error)"
    }
}

/// Bytes compressed as in a .gz file.
func gzip(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { Deflate.compress($0, .gzip) } }

/// Bytes that differ, the same in every run.
func someBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    let key = Random.Key(seed: seed, path: "bytes")
    return (0..<count).map { UInt8(truncatingIfNeeded: key.bits($0)) }
}
