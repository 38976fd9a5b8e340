import Foundation
import Strata
import Testing

/// Whatever happens while a file is written, the one that was there before stays whole.
@Suite struct AtomicSavingTests {
    private let zoo: Zoo

    init() throws {
        zoo = try Zoo()
        try zoo.writeDigits(count: 8)
    }

    private func training(_ options: String...) -> [String] {
        ["train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--verbose", "0"] + options
    }

    private var leftovers: [String] { zoo.contents.filter { $0.hasSuffix(".npy") == false } }

    @Test(arguments: ["model.keras", "model.weights.h5", "model.npz", "model.safetensors"])
    func aFullDiskChangesNothing(name: String) throws {
        #expect(try zoo.run(training("--epochs", "1", "--output", name)).status == 0)
        let before = try Data(contentsOf: URL(fileURLWithPath: zoo.path(name)))

        // Files may have 16 KiB at most, which is an error like that of a full disk.
        let outcome = try zoo.run(
            training("--epochs", "1", "--seed", "5", "--output", name, "--history", "h.json"),
            shell: "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "zoo: Cannot write \(name): File too large.\n")
        #expect(try Data(contentsOf: URL(fileURLWithPath: zoo.path(name))) == before)
        // What there is room for is written all the same.
        #expect(leftovers == ["h.json", name])
    }

    @Test func aTableOnAFullDisk() throws {
        let outcome = try zoo.run(
            training("--epochs", "3", "--csv", "e.csv"),
            shell: "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"")
        #expect(outcome.status == 1)
        #expect(outcome.messages.count == 1)
        #expect(outcome.errors.hasPrefix("zoo: Cannot write e.csv: "))
    }

    /// Most of the time of this training goes by saving.
    @Test(.timeLimit(.minutes(1)), arguments: ["c.keras", "c.npz"])
    func aKillAtAnyMomentLeavesAWholeFile(name: String) throws {
        for attempt in 0..<8 {
            let (process, _, _) = try zoo.start(
                training("--epochs", "1000000", "--seed", "\(attempt)", "--checkpoint", name))
            let end = Date(timeIntervalSinceNow: 20)
            while !FileManager.default.fileExists(atPath: zoo.path(name)), Date() < end {
                usleep(1000)
            }
            usleep(UInt32(1700 * attempt))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal)
            if name.hasSuffix(".keras") {
                #expect(try Model.load(from: zoo.path(name)).parameterCount > 0)
            } else {
                #expect(try NPZ.read(zoo.path(name)).count == 10)
            }
            // What was being written is hidden, and nothing's name ends as a model's.
            for other in leftovers where other != name {
                #expect(other.hasPrefix(".strata-") && other.hasSuffix(".tmp"))
            }
            if attempt % 2 == 0 { try FileManager.default.removeItem(atPath: zoo.path(name)) }
        }
    }
}
