import Foundation
import Strata
import TestSupport
import Testing

/// Files that PyTorch's two exporters wrote, and the outputs of ONNX Runtime for them
/// (Fixtures/onnx/make_onnx.py).
@Suite struct ONNXImportTests {
    private static let values = NPZValues()

    private func load(_ name: String, channelsLast: Bool = false) throws -> Model {
        try Model.load(onnx: fixture("onnx/\(name).onnx"), channelsLast: channelsLast)
    }

    private func expectEqual(_ a: Tensor, _ b: Tensor, within tolerance: Float = 1e-5) throws {
        #expect(a.shape == b.shape)
        let difference = zip(a.scalars, b.scalars).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference < tolerance)
    }

    @Test(arguments: ["traced13", "exported20"])
    func computesWhatONNXRuntimeDoes(_ name: String) throws {
        let model = try load(name)
        let x = try Self.values.tensor("x")
        try expectEqual(try model.predict(x), try Self.values.tensor(name))
    }

    @Test func recognisesLayers() throws {
        let layers = try load("traced13").layers.map(\.className)
        func count(_ name: String) -> Int { layers.count { $0 == name } }
        #expect(count("Permute") == 1)
        #expect(count("Conv2D") == 4)
        #expect(count("DepthwiseConv2D") == 1)
        #expect(count("BatchNormalization") == 2)
        #expect(count("Dense") == 1)
        #expect(count("GlobalAveragePooling2D") == 1)
        // Of x · sigmoid(x) and x · hardSigmoid(x) nothing is left but functions.
        #expect(count("Multiply") == 2)
        #expect(count("Sigmoid") == 0)
    }

    @Test func takesChannelsLast() throws {
        let model = try load("traced13", channelsLast: true)
        #expect(model.inputs[0].shape.withoutBatch == [16, 20, 3])
        let x = try Self.values.tensor("x").transposed([0, 2, 3, 1])
        try expectEqual(try model.predict(x), try Self.values.tensor("traced13"))
    }

    @Test func isSavedForKerasAndTrains() throws {
        let folder = try TemporaryFolder()
        let model = try load("exported20")
        let x = try Self.values.tensor("x")
        try model.save(to: folder.file("model.keras"))
        let saved = try Model.load(from: folder.file("model.keras"))
        #expect(try saved.predict(x).scalars == model.predict(x).scalars)
        try model.compile(optimizer: SGD(learningRate: 0.1), loss: .sparseCategoricalCrossentropy)
        let history = try model.fit(x, Tensor([1, 3]), epochs: 20, verbose: 0)
        let losses = try #require(history["loss"])
        #expect(losses[19] < losses[0] / 2)
    }

    /// What Strata exports has Transpose where its own order begins and ends.
    @Test func readsWhatStrataWrites() throws {
        let folder = try TemporaryFolder()
        let model = Sequential(inputShape: [8, 6, 2]) {
            Conv2D(4, kernelSize: 3, padding: .same, activation: .relu)
            MaxPooling2D()
            Flatten()
            Dense(3, activation: .softmax)
        }
        try model.exportONNX(to: folder.file("model.onnx"))
        let read = try Model.load(from: folder.file("model.onnx"))
        let x = Tensor(shape: [2, 8, 6, 2], scalars: (0..<192).map { Float($0 % 13) / 13 })
        try expectEqual(try read.predict(x), try model.predict(x))
        #expect(!read.layers.contains { $0 is Permute })
    }

    private func load(bytes: [UInt8]) throws -> Model {
        try Model.load(
            onnx: FileBytes(count: bytes.count) { $0.copyBytes(from: bytes) }, name: "m.onnx")
    }

    private func replacing(_ old: String, by new: String, in name: String) throws -> [UInt8] {
        var file = try bytes(of: fixture("onnx/\(name).onnx"))
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        try #require(old.count == new.count)
        for start in 0...file.count - old.count where Array(file[start..<start + old.count]) == old
        {
            file.replaceSubrange(start..<start + old.count, with: new)
        }
        return file
    }

    @Test func namesAllOperatorsThatAreNotSupported() throws {
        var file = try replacing("HardSigmoid", by: "EasySigmoid", in: "traced13")
        let (old, new) = (Array("LeakyRelu".utf8), Array("DreamRelu".utf8))
        for start in 0...file.count - old.count where Array(file[start..<start + old.count]) == old
        {
            file.replaceSubrange(start..<start + old.count, with: new)
        }
        #expect(
            errorMessage { _ = try load(bytes: file) }
                == "Cannot read m.onnx: it has operators that are not supported: DreamRelu, EasySigmoid."
        )
    }

    /// Numbers outside the file are only in its folder.
    @Test func refusesPathsOutOfTheFolder() throws {
        for location in ["../orted20.onnx.data", "/xported20.onnx.data", "a/../ted20.onnx.data"] {
            let file = try replacing("exported20.onnx.data", by: location, in: "exported20")
            let message = errorMessage { _ = try load(bytes: file) }
            #expect(message.hasSuffix("must be in the folder of the file, but is in \(location)."))
        }
    }

    @Test func saysWhatIsWrong() throws {
        let whole = try bytes(of: fixture("onnx/traced13.onnx"))
        #expect(
            errorMessage { _ = try load(bytes: []) }
                == "Cannot read m.onnx: it has no graph of ONNX's operators.")
        #expect(
            errorMessage { _ = try load(bytes: Array(whole.prefix(whole.count / 2))) }
                == "Cannot read m.onnx: it ends in the middle of its structure.")
    }

    /// Files that are sound protocol buffers of graphs that make no sense.
    @Test func senselessGraphsAreErrors() {
        for (name, end) in [
            ("flattened_scalar", "Flatten: axis must be 1, but is 1, of 0 axes."),
            (
                "softmax_of_batch",
                "Softmax: axis must be one of shape [1000003], not the batch, but got 1."
            ),
            (
                "too_few_pads",
                "AveragePool: ceil_mode and auto_pad with count_include_pad are not supported."
            ),
        ] {
            #expect(errorMessage { _ = try load(name) }.hasSuffix(end))
        }
    }
}

private struct NPZValues: Sendable {
    func tensor(_ name: String) throws -> Tensor {
        let arrays = try NPZ.read(fixture("onnx/values.npz"))
        let array = try #require(arrays.first { $0.name == name }).array
        return Tensor(shape: Shape(array.shape), scalars: array.floats())
    }
}
