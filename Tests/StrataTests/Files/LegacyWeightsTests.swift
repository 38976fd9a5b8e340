import Strata
import Testing

/// Files that Keras wrote in the form of its versions 1 and 2 (Fixtures/make_weights.py).
@Suite struct LegacyWeightsTests {
    private func model(units: Int = 3, inner: Bool = true) -> Model {
        let nested = Sequential(inputShape: [4, 4, 2], name: "inner") {
            BatchNormalization(name: "norm")
            Conv2D(2, kernelSize: 1, name: "mix")
        }
        let input = Input(shape: [5, 5, 1])
        var x = Conv2D(2, kernelSize: 2, name: "first")(input)
        x = BatchNormalization(name: "norm")(x)
        x = ReLU()(x)
        if inner { x = nested(x) }
        x = Dense(units, name: "last")(Flatten()(x))
        return Model(inputs: input, outputs: x)
    }

    @Test(arguments: ["legacy", "legacy_model"])
    func layersAreMatchedInOrder(name: String) throws {
        let model = model()
        #expect(try model.loadWeights(from: fixture("\(name).h5")).isEmpty)
        let expected = try NPZ.read(fixture("legacy.npz"))
        #expect(expected.count == model.weights.count)
        for (expected, weight) in zip(expected, model.weights) {
            #expect(weight.value.shape.dimensions == expected.array.shape)
            #expect(weight.value.scalars == expected.array.floats(), "\(expected.name)")
        }
    }

    @Test func differencesAreExplained() throws {
        let path = fixture("legacy.h5")
        let start = "\(path) does not fit the model: "
        let other = model(units: 4)
        let before = other.weights.map(\.value.scalars)
        #expect(
            throws: StrataError(
                start + "of another shape: last/kernel is [32, 3], not [32, 4], "
                    + "last/bias is [3], not [4].")
        ) { try other.loadWeights(from: path) }
        #expect(other.weights.map(\.value.scalars) == before)

        let skipped = try other.loadWeights(from: path, skipMismatch: true)
        #expect(skipped == ["last/kernel", "last/bias"])
        let after = other.weights.map(\.value.scalars)
        #expect(after.suffix(2) == before.suffix(2))
        #expect(zip(after, before).dropLast(2).allSatisfy { $0 != $1 })

        #expect(
            throws: StrataError(start + "it has 4 layers with weights, the model has 3.")
        ) { try model(inner: false).loadWeights(from: path) }
    }

    @Test func numbersOfWeightsAreCompared() throws {
        let path = fixture("legacy.h5")
        let model = Sequential(inputShape: [5, 5, 1]) {
            Conv2D(2, kernelSize: 2, useBias: false, name: "first")
            BatchNormalization()
            Conv2D(2, kernelSize: 1)
            Conv2D(2, kernelSize: 1)
        }
        let reason = "its layer conv has 2 weights, the model's layer first has 1"
        #expect(throws: StrataError("\(path) does not fit the model: \(reason).")) {
            try model.loadWeights(from: path)
        }
    }
}
