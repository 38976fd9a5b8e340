import Foundation
import Strata
import Testing

/// Streams that are closed or full.
@Suite struct StreamTests {
    private let zoo: Zoo

    init() throws { zoo = try Zoo() }

    @Test func resultsThatCannotBePrinted() throws {
        var places = ["&-"]
        #if os(Linux)
            places.append("/dev/full")
        #endif
        for place in places {
            // More than a buffer's, less, and none of a verb's.
            for words in [["list"], ["help", "list"], ["--help"]] {
                let outcome = try zoo.run(words, shell: "exec \"$0\" \"$@\" >\(place)")
                #expect(outcome.status == 1)
                #expect(outcome.messages.count == 1)
                #expect(outcome.errors.hasPrefix("zoo: Cannot write to the standard output: "))
            }
        }
    }

    @Test func aReaderThatHasSeenEnough() throws {
        let outcome = try zoo.run(["list"], shell: "\"$0\" \"$@\" | head -1")
        #expect(outcome.output.hasPrefix("MODEL ") && outcome.output.hasSuffix("PAPER\n"))
        #expect(outcome.errors == "")
    }

    /// Where progress and messages cannot be written, the work is done without them.
    @Test func nobodyListens() throws {
        try zoo.writeDigits(count: 8)
        let outcome = try zoo.run(
            [
                "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--epochs", "2", "--verbose",
                "2", "--early-stopping", "1", "--checkpoint", "c.npz", "--output", "w.npz",
            ], shell: "exec \"$0\" \"$@\" 2>&-")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("The weights are in w.npz"))
        #expect(try NPZ.read(zoo.path("w.npz")).count == 10)
        #expect(try NPZ.read(zoo.path("c.npz")).count == 10)
        #expect(try zoo.run(["nothing"], shell: "exec \"$0\" \"$@\" 2>&-").status == 2)
    }
}
