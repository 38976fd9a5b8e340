import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

/// The built examples, on little data.
@Suite struct ExamplesTests {
    private func run(_ arguments: String...) throws -> (status: Int32, output: String) {
        let outcome = try Program("examples").run(arguments)
        return (outcome.status, outcome.errors + outcome.output)
    }

    @Test func convolution() throws {
        let (status, output) = try run("convolution")
        #expect(status == 0)
        #expect(output.contains("inside the image, shape (1, 2, 2, 1):\n[[15. 16.]\n [ 6. 15.]]"))
        #expect(output.contains("times the filter:\n[[15.]\n [16.]\n [ 6.]\n [15.]]"))
    }

    /// A folder, gone after `body`.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try withExtendedLifetime(folder) { try body(folder.path) }
    }

    /// Rows of bright pixels whose height tells the class.
    private func bars(_ count: Int) throws -> Examples {
        let pixels = (0..<count * 784).map { place -> UInt8 in
            let (image, row) = (place / 784, place % 784 / 28)
            let isBright = row / 2 - 2 == image % 10
            return isBright ? 250 : UInt8(place * 7 % 50)
        }
        return try Examples(
            x: ArrayData(shape: [count, 28, 28, 1], pixels),
            y: ArrayData(shape: [count], (0..<count).map { UInt8($0 % 10) }))
    }

    @Test func tape() throws {
        try withFolder { folder in
            try FashionMNIST(train: bars(1280), test: bars(10))
                .writeFiles(to: folder, prefix: "fashion_mnist")
            let (status, output) = try run("tape", folder, "12", "1")
            #expect(status == 0)
            let lines = output.split(separator: "\n")
            #expect(lines.count == 12)
            let last = try #require(lines.last?.split(separator: " ").last.flatMap { Double($0) })
            #expect(last > 0.9, "\(output)")
        }
    }

    @Test func leNets() throws {
        try withFolder { folder in
            try MNIST(train: bars(640), test: bars(100)).writeFiles(to: folder, prefix: "mnist")
            let chart = folder + "/chart.svg"
            let (status, output) = try run("lenets", folder, "4", chart)
            #expect(status == 0)
            let table = output.split(separator: "\n").suffix(7).map { $0.split(separator: " ") }
            #expect(table[0] == ["1998", "today"])
            #expect(table[1] == ["parameters", "61706", "61706"])
            #expect(table[5].starts(with: ["test", "accuracy,", "epoch", "4"]))
            // Rectifiers learn this in 20 steps; sigmoids take longer than that.
            let reached = table[5].compactMap { Double($0) }
            #expect(reached.count == 3 && reached[2] > 90 && reached[1] < reached[2], "\(output)")
            let svg = try String(contentsOfFile: chart, encoding: .utf8)
            #expect(svg.contains("LeNet-5, 1998") && svg.contains("Test accuracy on MNIST"))
        }
    }

    @Test func segmentation() throws {
        try withFolder { folder in
            let picture = folder + "/masks.png"
            let (status, output) = try run("segmentation", picture, "2", "60")
            #expect(status == 0)
            let lines = output.split(separator: "\n")
            #expect(lines.count == 2 && lines[1].hasPrefix("epoch 2: mean IoU 0."))
            // Three pictures wide, ten high.
            let image = try Image(contentsOf: picture)
            #expect(image.channels == 3 && image.width > 3 * 192 && image.height > 10 * 192)
        }
    }

    @Test func usage() throws {
        #expect(try run().output.hasPrefix("usage: examples convolution"))
        #expect(try run("nothing").status == 2)
        let (status, output) = try run("tape", "/nowhere")
        #expect(status == 1)
        #expect(
            output.hasPrefix(
                "examples: There is no Fashion-MNIST in /nowhere, which is no folder. Its files"))
        for wrong in ["0", "ten", "9223372036854775807", "99999999999999999999"] {
            let (status, output) = try run("lenets", "/nowhere", wrong)
            #expect(status == 1)
            #expect(
                output
                    == "examples: EPOCHS must be a whole number from 1 to 10000, but got \(wrong)\n"
            )
        }
        let images = try run("segmentation", "masks.png", "1", "9223372036854775807")
        #expect(
            images.status == 1 && images.output.contains("IMAGES must be a whole number from 10 to")
        )
        for path in ["/nowhere/picture.png", "picture.gif"] {
            let (status, output) = try run("segmentation", path)
            #expect(status == 1 && output.contains(path))
        }
    }
}
