import Foundation
import Strata
import TestSupport
import Testing

/// Models of real Keras, one of each kind that needs care (Fixtures/make_keras_kinds.py).
struct KerasKindsTests {
    private func inputs(_ name: String) throws -> (x: [ArrayData], y: [Double]) {
        let arrays = try NPZ.read(fixture("keras_kinds/\(name).npz"))
        let x = arrays.filter { $0.name.hasPrefix("x") }.sorted { $0.name < $1.name }
        return (x.map(\.array), try #require(arrays.first { $0.name == "y" }).array.numbers)
    }

    private func check(_ model: Model, _ name: String, _ tolerance: Double = 2e-6) throws {
        let (x, y) = try inputs(name)
        let result: [Tensor] = try model.predict(x)
        expectClose(
            result[0].scalars.map(Double.init), y, relative: 10 * tolerance, absolute: tolerance,
            name)
    }

    /// A model and a copy of it predict as Keras does, within the precision of its types.
    @Test(arguments: [
        ("unknown_size.keras", 2e-6), ("unused_input.keras", 2e-6), ("slices.keras", 2e-6),
        ("layer_normalization_axes.keras", 2e-6), ("activation_layers.keras", 2e-6),
        ("whole.h5", 2e-6), ("int8.keras", 0.02), ("bfloat16.keras", 0.02),
    ])
    func predictsAsKeras(_ file: String, _ tolerance: Double) throws {
        let name = String(file.prefix { $0 != "." })
        let model = try Model.load(from: fixture("keras_kinds/\(file)"))
        try check(model, name, tolerance)
        let folder = try TemporaryFolder()
        try model.save(to: folder.file("copy.keras"))
        try check(try Model.load(from: folder.file("copy.keras")), name, tolerance)
    }

    @Test func pathsOfActivationsWeights() throws {
        let model = try Model.load(from: fixture("keras_kinds/activation_layers.keras"))
        let paths = model.namedWeights.map(\.path)
        #expect(paths.contains("conv2d_2/p_re_lu/alpha"))
        #expect(paths.contains("dense_1/batch_normalization_1/moving_mean"))
    }

    // MARK: - Sizes that are not known

    private func unknownSize() throws -> Model {
        try Model.load(from: fixture("keras_kinds/unknown_size.keras"))
    }

    @Test func everySizeThatComes() throws {
        let model = try unknownSize()
        #expect(model.outputs[0].shape.description == "(None, None, None, 2)")
        try check(model, "unknown_size")
        for (height, width) in [(4, 6), (16, 2)] {
            let x = Tensor.ones([3, height, width, 3])
            let y: Tensor = try model.predict(x, batchSize: 2)
            #expect(y.shape == [3, height, width, 2])
        }
        // Pooling halves, and what is doubled again must fit.
        let odd = errorMessage {
            let _: Tensor = try model.predict(Tensor.ones([1, 5, 4, 3]))
        }
        #expect(odd.contains("Concatenate"))
        let grey = errorMessage {
            let _: Tensor = try model.predict(Tensor.ones([1, 4, 4, 2]))
        }
        #expect(
            grey
                == "The model takes samples of shape (None, None, None, 3), but got (1, 4, 4, 2)")
    }

    /// The losses are Keras's.
    @Test func trainingOnEverySize() throws {
        let model = try unknownSize()
        try model.compile(optimizer: SGD(), loss: .meanSquaredError)
        for (size, expected) in [(4, [274.74524, 995.73822]), (6, [0.84202158, 0.80642807])] {
            let x = Tensor.ones([2, size, size, 3])
            let history = try model.fit(
                x, Tensor.zeros([2, size, size, 2]), epochs: 2, verbose: .silent)
            let losses = try #require(history["loss"])
            expectClose(losses, expected, relative: 1e-5, absolute: 0, "\(size)")
        }
    }

    @Test func theSummaryPrintsNone() throws {
        let text = try unknownSize().summaryText(lineLength: 100)
        #expect(text.contains("(None, None, None, 4)"))
    }

    @Test func aSizeThatIsGiven() throws {
        let path = fixture("keras_kinds/unknown_size.keras")
        let model = try Model.load(from: path, inputShape: [8, 12, 3])
        #expect(model.outputs[0].shape.description == "(None, 8, 12, 2)")
        try check(model, "unknown_size")
        let error = errorMessage {
            try Model.load(from: path, inputShape: [8, 12, 4])
        }
        #expect(error.contains("(None, None, None, 3), but got"))
    }

    @Test func weightsThatDependOnASizeAreRefused() throws {
        let input = Input(shape: [Shape.unknown, Shape.unknown, 3])
        let model = Model(inputs: input, outputs: Dense(2)(Flatten()(input)))
        let error = errorMessage { try model.compile(loss: .meanSquaredError) }
        #expect(error.contains("depends on a size of the input"))
        // One that is known all the same.
        let pooled = GlobalAveragePooling2D()(Conv2D(4, kernelSize: 3)(input))
        #expect(Model(inputs: input, outputs: Dense(2)(pooled)).error == nil)
        #expect(Resizing(height: 8, width: 8)(input).shape.description == "(None, 8, 8, 3)")
        #expect(CenterCrop(height: 4, width: 4)(input).shape.description == "(None, 4, 4, 3)")
        #expect(Cropping2D(1)(input).shape.description == "(None, None, None, 3)")
        #expect(Reshape([-1, 3])(input).shape.description == "(None, None, 3)")
    }

    // MARK: - Inputs

    /// A last axis of 1 may be left out, or be there.
    @Test func greyImages() throws {
        let model = Sequential(inputShape: [4, 4, 1]) {
            Conv2D(2, kernelSize: 3)
            Flatten()
            Dense(2)
        }
        var random = TestRandom(3)
        let x = random.tensor([3, 4, 4])
        let (a, b): (Tensor, Tensor) = (
            try model.predict(x), try model.predict(x.reshaped(to: [3, 4, 4, 1]))
        )
        #expect(a.scalars == b.scalars)
        let dense = Sequential(inputShape: [4]) { Dense(1) }
        let c: Tensor = try dense.predict(random.tensor([3, 4, 1]))
        #expect(c.shape == [3, 1])
    }
}
