import Foundation
import Strata
import StrataDatasets
import Testing

@Suite final class ArrayFilesTests {
    let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("strata-tests-\(UUID().uuidString)").path

    init() throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try Shapes(trainCount: 20, testCount: 10).writeFiles(to: directory, prefix: "cifar10")
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    @Test func roundTrip() throws {
        let data = try CIFAR10(directory: directory)
        #expect(data.train.count == 20)
        #expect(data.test.y.floats() == (0..<10).map(Float.init))
        #expect(data.train.scale == Float(1) / 255)
        #expect(data.classNames[9] == "truck")
    }

    @Test func flatLabelsAndFloatImages() throws {
        try replace("test_y", ArrayData(shape: [2], [Int64(9), 0]))
        try replace("test_X", ArrayData(shape: [2, 32, 32, 3], [Float](repeating: 1, count: 6144)))
        let data = try CIFAR10(directory: directory)
        #expect(data.test.y.shape == [2])
        #expect(data.test.scale == 1)
    }

    @Test func whatDoesNotFitIsExplained() throws {
        let x = "\(directory)/cifar10_test_X.npy"
        let y = "\(directory)/cifar10_test_y.npy"
        func message() -> String? {
            let error = #expect(throws: StrataError.self) { try CIFAR10(directory: directory) }
            return error?.message
        }
        let range = "Labels must be whole numbers from 0 to 9, but"
        try replace("test_y", ArrayData(shape: [9, 1], [UInt8](repeating: 0, count: 9)))
        #expect(
            message()
                == "\(x) and \(y): There must be a label for each example, but got 10 examples and 9 labels"
        )
        try replace("test_y", ArrayData(shape: [10], [UInt8](repeating: 10, count: 10)))
        #expect(message() == "\(x) and \(y): \(range) y[0] is 10")
        try replace("test_y", ArrayData(shape: [10], [Int32](repeating: -1, count: 10)))
        #expect(message() == "\(x) and \(y): \(range) y[0] is -1")
        try replace("test_y", ArrayData(shape: [10], [0, 1, 0.5, 0, 0, 0, 0, 0, 0, 0]))
        #expect(message() == "\(x) and \(y): \(range) y[2] is 0.5")
        try replace("test_y", ArrayData(shape: [10], [Float](repeating: .nan, count: 10)))
        #expect(message() == "\(x) and \(y): \(range) y[0] is nan")
        try replace("test_y", ArrayData(shape: [5, 2], [UInt8](repeating: 0, count: 10)))
        #expect(
            message()
                == "\(x) and \(y): y must have the shape [N] or [N, 1], or [N, height, width] for the pixels of images, but got [5, 2]"
        )
        try replace("test_X", ArrayData(shape: [1, 8, 8, 3], [UInt8](repeating: 0, count: 192)))
        #expect(
            message()
                == "\(x) is of shape [1, 8, 8, 3], and images of shape [32, 32, 3] are expected.")
        try FileManager.default.removeItem(atPath: x)
        #expect(message() == "Cannot read \(x): No such file or directory.")
    }

    private func replace(_ name: String, _ array: ArrayData) throws {
        try NPY.write(array, to: "\(directory)/cifar10_\(name).npy")
    }
}
