import Foundation
import Strata
import Testing

@Suite struct InterruptTests {
    @Test(.timeLimit(.minutes(1)), arguments: [SIGINT, SIGTERM])
    func aSignalEndsTrainingInGoodOrder(signal: Int32) throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let (process, output, errors) = try zoo.start([
            "train", "lenet5", "--x", "x.npy", "--y", "y.npy", "--epochs", "1000000",
            "--batch-size",
            "8", "--verbose", "2", "--output", "w.npz", "--history", "h.json",
        ])
        var said = ""
        while !said.contains("Epoch 3/") {
            let more = errors.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
        }
        kill(process.processIdentifier, signal)
        said += String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 130)
        #expect(printed.isEmpty)
        let last = said.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("Interrupted in epoch "))
        #expect(last.hasSuffix("The weights are in w.npz, the history is in h.json."))

        #expect(zoo.contents == ["h.json", "w.npz", "x.npy", "y.npy"])
        #expect(try NPZ.read(zoo.path("w.npz")).count == 10)
        let history = try JSONDecoder().decode(
            [String: [Double]].self,
            from: Data(contentsOf: URL(fileURLWithPath: zoo.path("h.json"))))
        #expect(try #require(history["loss"]).count >= 2)
        #expect(history["loss"]?.count == history["accuracy"]?.count)
    }
}
