import Strata

/// Bytes compressed as in a .gz file.
func gzip(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { Deflate.compress($0, .gzip) } }

/// Bytes that differ, the same in every run.
func someBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    let key = Random.Key(seed: seed, path: "bytes")
    return (0..<count).map { UInt8(truncatingIfNeeded: key.bits($0)) }
}
