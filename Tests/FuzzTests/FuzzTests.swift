import CStrata
import Foundation
import Strata
import Testing

/// Readers get damaged files: whatever is in them, nothing traps, hangs or takes memory without
/// limit. Here a short run of each.
///
/// A long run of one:
///
///     STRATA_FUZZ_COUNT=1000000 swift test -c release --filter 'FuzzTests.*hdf5'
///
/// It says how many files were refused, which was the slowest and how much memory was used. A file
/// that ends the process is named before; STRATA_FUZZ_START begins with its number, and one file
/// alone is also written down, as `fuzz-NUMBER`.
@Suite(.serialized) struct FuzzTests {
    @Test func zip() throws { try fuzz(.zip) }
    @Test func npy() throws { try fuzz(.npy) }
    @Test func npz() throws { try fuzz(.npz) }
    @Test func safetensors() throws { try fuzz(.safetensors) }
    @Test func json() throws { try fuzz(.json) }
    @Test func hdf5() throws { try fuzz(.hdf5) }
    @Test func configuration() throws { try fuzz(.configuration, share: 4) }
    @Test func keras() throws { try fuzz(.keras, share: 4) }
    @Test func onnx() throws { try fuzz(.onnx, share: 4) }
    @Test func weights() throws { try fuzz(.weights) }
    @Test func legacyWeights() throws { try fuzz(.legacyWeights) }
    @Test func png() throws { try fuzz(.png) }
    @Test func jpeg() throws { try fuzz(.jpeg) }
    @Test func gif() throws { try fuzz(.gif) }
    @Test func bmp() throws { try fuzz(.bmp) }
    @Test func anymap() throws { try fuzz(.anymap) }
    @Test func idx() throws { try fuzz(.idx) }
    @Test func cifar() throws { try fuzz(.cifar, share: 4) }
    @Test func pickle() throws { try fuzz(.pickle) }
    @Test func history() throws { try fuzz(.history, share: 4) }

    /// - Parameter share: for slow readers; a short run is shorter by this.
    private func fuzz(_ target: @autoclosure () throws -> FuzzTarget, share: Int = 1) throws {
        let target = try target()
        let environment = ProcessInfo.processInfo.environment
        let longRun = environment["STRATA_FUZZ_COUNT"].flatMap(Int.init)
        let start = environment["STRATA_FUZZ_START"].flatMap(Int.init) ?? 0
        let count = longRun ?? 400 / share
        let watch = longRun.map { _ in FuzzWatch(target.name) }
        var refused = 0
        var slowest = (time: Duration.zero, number: start)
        let clock = ContinuousClock()
        for number in start..<start + count {
            let mutant = target.mutant(number)
            watch?.begin(number)
            if longRun == 1 { try Data(mutant).write(to: URL(fileURLWithPath: "fuzz-\(number)")) }
            let time = try clock.measure {
                do {
                    try target.read(FileBytes(count: mutant.count) { $0.copyBytes(from: mutant) })
                } catch is StrataError {
                    refused += 1
                }
            }
            if time > slowest.time { slowest = (time, number) }
        }
        // Some damage does not matter, most does.
        #expect(refused > 0)
        watch?.end()
        guard longRun != nil else { return }
        print(
            "\(target.name): \(count) files, \(100 * refused / count) % refused, slowest "
                + "\(slowest.time) (\(slowest.number)), peak memory "
                + "\(strata_peak_resident_bytes() >> 20) MiB")
    }
}
