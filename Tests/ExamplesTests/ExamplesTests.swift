import Foundation
import Strata
import StrataDatasets
import Testing

/// The built examples, on little data.
@Suite struct ExamplesTests {
    private func run(_ arguments: String...) throws -> (status: Int32, output: String) {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        let tests = bundle?.bundleURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        let process = Process()
        process.executableURL =
            tests.deletingLastPathComponent().appendingPathComponent("examples")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func convolution() throws {
        let (status, output) = try run("convolution")
        #expect(status == 0)
        #expect(output.contains("inside the image, shape (1, 2, 2, 1):\n[[15. 16.]\n [ 6. 15.]]"))
        #expect(output.contains("times the filter:\n[[15.]\n [16.]\n [ 6.]\n [15.]]"))
    }

    @Test func tape() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("strata-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Rows of bright pixels whose height tells the class.
        func examples(_ count: Int) throws -> Examples {
            let pixels = (0..<count * 784).map { place -> UInt8 in
                let (image, row) = (place / 784, place % 784 / 28)
                let isBright = row / 2 - 2 == image % 10
                return isBright ? 250 : UInt8(place * 7 % 50)
            }
            return try Examples(
                x: ArrayData(shape: [count, 28, 28, 1], pixels),
                y: ArrayData(shape: [count], (0..<count).map { UInt8($0 % 10) }))
        }
        try FashionMNIST(train: examples(1280), test: examples(10))
            .writeFiles(to: folder, prefix: "fashion_mnist")
        let (status, output) = try run("tape", folder, "12", "1")
        #expect(status == 0)
        let lines = output.split(separator: "\n")
        #expect(lines.count == 12)
        let last = try #require(lines.last?.split(separator: " ").last.flatMap { Double($0) })
        #expect(last > 0.9, "\(output)")
    }

    @Test func usage() throws {
        #expect(try run().output.hasPrefix("usage: examples convolution"))
        #expect(try run("nothing").status == 2)
        let (status, output) = try run("tape", "/nowhere")
        #expect(status == 1 && output.hasPrefix("examples: There is no Fashion-MNIST in /nowhere."))
    }
}
