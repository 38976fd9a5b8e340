import Foundation
import Strata
import Testing

@Suite struct LossOptionTests {
    /// A loss that is not known, of Keras's `def twice(y, p): …` here, is replaced by one that is.
    @Test func aLossInPlaceOfTheFiles() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let data = ["--x", "x.npy", "--y", "y.npy"]
        try FileManager.default.copyItem(
            at: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Fixtures/own_loss.keras"),
            to: URL(fileURLWithPath: zoo.path("unknown.keras")))
        let refused = try zoo.run(["evaluate", "unknown.keras"] + data)
        #expect(refused.status == 1)
        let loss = ["--loss", "sparse_categorical_crossentropy"]
        let evaluated = try zoo.run(["evaluate", "unknown.keras"] + data + loss)
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        #expect(evaluated.output.contains("accuracy"))
        let trained = try zoo.run(
            ["train", "unknown.keras"] + data + loss + ["--epochs", "1", "--output", "o.keras"])
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.output.contains("sgd at 0.01"))
        #expect(try zoo.run(["evaluate", "o.keras"] + data).status == 0)
    }
}
