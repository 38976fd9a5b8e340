import Strata
import TestSupport
import Testing

@Suite struct WeightsTests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    private func model(units: Int = 3, seed: UInt64 = 0) -> Model {
        let model = Sequential(inputShape: [4, 4, 2]) {
            Conv2D(5, kernelSize: 3)
            BatchNormalization()
            Flatten()
            Dense(units)
        }
        model.seed = seed
        return model
    }

    private func numbers(_ model: Model) -> [[Float]] { model.weights.map(\.value.scalars) }

    @Test func roundTrip() throws {
        let path = directory.file("w.npz")
        let saved = model(seed: 1)
        try saved.saveWeights(to: path)
        #expect(
            try NPZ.read(path).map(\.name) == [
                "conv2d/kernel", "conv2d/bias", "batch_normalization/gamma",
                "batch_normalization/beta", "batch_normalization/moving_mean",
                "batch_normalization/moving_variance", "dense/kernel", "dense/bias",
            ])
        let loaded = model(seed: 2)
        #expect(numbers(loaded) != numbers(saved))
        let x = Tensor(randomUniform: [2, 4, 4, 2], seed: 3)
        let before = try loaded.predict(x).scalars
        try loaded.loadWeights(from: path)
        #expect(numbers(loaded) == numbers(saved))
        // Plans made before see the new numbers.
        let after = try loaded.predict(x).scalars
        #expect(after != before)
        #expect(try after == saved.predict(x).scalars)
    }

    @Test func orderAndTypeDoNotMatter() throws {
        let path = directory.file("w.npz")
        let saved = model(seed: 1)
        try saved.saveWeights(to: path)
        let wide = try NPZ.read(path).reversed().map { named in
            NamedArray(
                named.name,
                ArrayData(shape: named.array.shape, named.array.floats().map(Double.init)))
        }
        try NPZ.write(Array(wide), to: path)
        let loaded = model(seed: 2)
        try loaded.loadWeights(from: path)
        #expect(numbers(loaded) == numbers(saved))
    }

    @Test(arguments: ["w.npz", "w.safetensors", "w.weights.h5", "w.keras"])
    func everyFormat(name: String) throws {
        let path = directory.file(name)
        let saved = model(seed: 1)
        if name == "w.keras" {
            try saved.save(to: path)
        } else {
            try saved.saveWeights(to: path)
        }
        let loaded = model(seed: 2)
        #expect(try loaded.loadWeights(from: path).isEmpty)
        #expect(numbers(loaded) == numbers(saved))
    }

    @Test func namesThatSayNothing() {
        let path = directory.file("w.txt")
        let start = "The name of a weights file must end in "
        #expect(
            throws: StrataError(start + ".npz, .safetensors or .weights.h5, but got \(path)")
        ) { try model().saveWeights(to: path) }
        #expect(
            throws: StrataError(
                start + ".keras, .npz, .safetensors, .weights.h5, .h5 or .hdf5, but got \(path)")
        ) { try model().loadWeights(from: path) }
    }

    @Test func mismatchesAreSkipped() throws {
        let path = directory.file("w.safetensors")
        try model(units: 4, seed: 1).saveWeights(to: path)
        let other = model(units: 3, seed: 5)
        let before = numbers(other)
        #expect(
            try other.loadWeights(from: path, skipMismatch: true)
                == ["dense/kernel", "dense/bias"])
        #expect(numbers(other).suffix(2) == before.suffix(2))
        #expect(numbers(other)[0] != before[0])
    }

    /// An array of a variable shows the numbers of its time, though the variable's change in place.
    @Test func arraysAreSnapshots() throws {
        let variable = try Variable(Tensor(shape: [2], scalars: [1, 2]))
        let array = variable.array
        variable.storageForUpdate().floats[0] = 5
        #expect(array.floats() == [1, 2])
        #expect(variable.value.scalars == [5, 2])
        variable.assign(array)
        #expect(variable.value.scalars == [1, 2])
    }

    @Test func anotherModelIsLeftAsItWas() throws {
        let path = directory.file("w.npz")
        try model(units: 4).saveWeights(to: path)
        let other = model(units: 3, seed: 5)
        let before = numbers(other)
        let shapes = "dense/kernel is [20, 4], not [20, 3], dense/bias is [4], not [3]"
        #expect(
            throws: StrataError("\(path) does not fit the model: of another shape: \(shapes).")
        ) { try other.loadWeights(from: path) }
        #expect(numbers(other) == before)
    }

    @Test func wrongModelsAreNotSaved() {
        let wrong = Sequential(inputShape: [4, 4, 2]) { Conv2D(5, kernelSize: 7) }
        #expect(throws: StrataError.self) { try wrong.saveWeights(to: directory.file("w.npz")) }
        #expect(directory.contents.isEmpty)
    }
}
