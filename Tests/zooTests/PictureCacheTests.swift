import Foundation
import Strata
import StrataDatasets
import Testing

@Suite struct PictureCacheTests {
    /// `count` pictures of drawn shapes in three classes, as files.
    private func writePictures(_ zoo: Zoo, _ folder: String, count: Int = 24) throws {
        let shapes = Shapes(trainCount: count, testCount: 1).train
        for index in 0..<count {
            let folder = zoo.path("\(folder)/\(["arrow", "circle", "star"][index % 3])")
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Image(shapes.x.rows([index]).reshaped(to: [32, 32, 3]))
                .writePNG(to: "\(folder)/\(index).png")
        }
    }

    /// The same weights from files, from a cache that is being made, and from one that is there.
    @Test func trainingFromACache() throws {
        let zoo = try Zoo()
        try writePictures(zoo, "pets")
        func train(_ output: String, _ options: String...) throws -> Outcome {
            try zoo.run(
                [
                    "train", "lenet5", "--data", "pets", "--image-size", "28", "--epochs", "2",
                    "--batch-size", "5", "--validation-split", "0.25", "--stratify", "--output",
                    output,
                ]
                    + options)
        }
        #expect(try train("a.npz").status == 0)
        let made = try train("b.npz", "--cache", "pets.cache", "--threads", "1")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("24 images of 3 classes from pets"))
        #expect(try train("c.npz", "--cache", "pets.cache").status == 0)
        let weights = try ["a", "b", "c"].map { try Data(contentsOf: zoo.url("\($0).npz")) }
        #expect(weights[0] == weights[1] && weights[0] == weights[2])
        #expect(zoo.contents == ["a.npz", "b.npz", "c.npz", "pets", "pets.cache"])
    }

    @Test func cachingAhead() throws {
        let zoo = try Zoo()
        try writePictures(zoo, "pets")
        let cached = try zoo.run(
            "data", "cache", "pets", "--cache", "pets.cache", "--image-size", "20x24")
        #expect(cached.status == 0, "\(cached.errors)")
        #expect(cached.output == "24 pictures of pets are in pets.cache.\n")
        let size = try FileManager.default.attributesOfItem(atPath: zoo.path("pets.cache"))[.size]
        let pixels: Int = 24 * 20 * 24 * 3
        #expect(size as? Int == 4096 + pixels)
        #expect(try zoo.run("data", "cache", "pets", "--image-size", "20").status == 2)
        #expect(try zoo.run("data", "cache", "pets", "--cache", "x").status == 2)
        try Data("my thesis".utf8).write(to: zoo.url("thesis"))
        let refused = try zoo.run(
            "train", "lenet5", "--data", "pets", "--cache", "thesis", "--epochs", "1")
        #expect(refused.status == 1 && refused.errors.contains("is not a cache of pictures"))
    }

    /// An error in a worker names the file, and nothing is left.
    @Test func damagedPicture() throws {
        let zoo = try Zoo()
        try writePictures(zoo, "pets")
        try Data([1, 2, 3]).write(to: zoo.url("pets/star/8.png"))
        let words = [
            "train", "lenet5", "--data", "pets", "--epochs", "1", "--cache", "pets.cache",
            "--output", "m.keras",
        ]
        let refused = try zoo.run(words)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("pets/star/8.png is not a usable image"))
        #expect(zoo.contents == ["pets"])
        let skipped = try zoo.run(words + ["--skip-unreadable"])
        #expect(skipped.status == 0, "\(skipped.errors)")
        #expect(skipped.errors.contains("Skipped 1 of 24 pictures:\n  pets/star/8.png is not"))
        #expect(skipped.output.contains("23 images of 3 classes"))
        // A cache without that picture is not whole.
        #expect(zoo.contents == ["m.keras", "pets"])
    }
}
