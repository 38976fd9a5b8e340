import Foundation
import Strata
import TestSupport
import Testing

@Suite struct TransferLearningTests {
    /// A small network as one that was trained before: convolution, batch normalization, dropout, classifier.
    private func makeBase(dropout: Float = 0) -> Model {
        let input = Input(shape: [8, 8, 3])
        var x = Conv2D(4, kernelSize: 3, padding: .same, name: "conv")(input)
        x = BatchNormalization(name: "bn")(x)
        x = ReLU(name: "relu")(x)
        x = GlobalAveragePooling2D(name: "pool")(x)
        if dropout > 0 { x = Dropout(dropout, name: "dropout")(x) }
        x = Dense(5, name: "old")(x)
        x = Softmax(name: "probabilities")(x)
        let model = Model(inputs: input, outputs: x)
        model.seed = 3
        return model
    }

    private func data(_ count: Int = 24) throws -> Examples {
        var random = TestRandom(5)
        return try Examples(
            x: ArrayData(shape: [count, 8, 8, 3], floats: random.floats(count * 192)),
            y: ArrayData(shape: [count], (0..<count).map { Int32($0 % 3) }))
    }

    private func compile(_ model: Model) throws {
        try model.compile(
            optimizer: SGD(learningRate: 0.1), loss: .sparseCategoricalCrossentropy,
            metrics: [.accuracy])
    }

    @Test func newHeads() throws {
        let base = makeBase(dropout: 0.5)
        let model = try base.withNewHead(classes: 3)
        #expect(model.layers.map(\.name).suffix(3) == ["pool", "dropout", "head"])
        #expect(model.outputs[0].shape == [-1, 3] || model.outputs[0].shape.dimensions.last == 3)
        #expect(try model.layer(named: "conv") === base.layer(named: "conv"))
        let again = try model.withNewHead(classes: 7)
        #expect(again.layers.map(\.name).suffix(2) == ["dropout", "head"])
        // Feature maps are pooled.
        let maps = Model(inputs: base.inputs, outputs: try base.layer(named: "relu").output)
        let pooled = try maps.withNewHead(classes: 2, name: "conv")
        #expect(pooled.layers.suffix(2).first is GlobalAveragePooling2D)
        #expect(pooled.layers.last?.name == "dense")
        let input = Input(shape: [4])
        let two = Model(inputs: input, outputs: [Dense(1)(input), Dense(2)(input)])
        #expect(
            errorMessage { _ = try two.withNewHead(classes: 2) }.hasSuffix("but \(two.name) has 2"))
        let rows = Input(shape: [4, 5])
        let sequence = Model(inputs: rows, outputs: ReLU()(rows))
        #expect(
            errorMessage { _ = try sequence.withNewHead(classes: 2) }
                .hasPrefix("A new head is for features [batch, numbers]"))
    }

    /// What is frozen stays as it is, moving averages included.
    @Test func freezing() throws {
        let model = try makeBase().withNewHead(classes: 3)
        try model.freeze()
        #expect(model.layers.filter(\.isTrainable).map(\.name) == ["head"])
        try compile(model)
        let before = model.namedWeights.map { ($0.path, $0.variable.value.scalars) }
        try model.fit(data(), batchSize: 8, epochs: 2, verbose: 0)
        for ((path, old), new) in zip(before, model.weights.map(\.value.scalars)) {
            #expect((old == new) == !path.hasPrefix("head/"), "\(path)")
        }
        try model.unfreeze(from: "bn")
        #expect(!(try model.layer(named: "conv").isTrainable))
        #expect(try model.layer(named: "bn").isTrainable && model.layer(named: "head").isTrainable)
        try model.freeze(before: "relu")
        #expect(!(try model.layer(named: "bn").isTrainable))
        #expect(
            errorMessage { try model.unfreeze(from: "none") }.hasPrefix("There is no layer none."))
    }

    /// Training on features that were computed once is training the whole model.
    @Test func cachedFeatures() throws {
        let (whole, model) = (
            try makeBase().withNewHead(classes: 3), try makeBase().withNewHead(classes: 3)
        )
        for model in [whole, model] {
            try model.freeze()
            try compile(model)
        }
        let expected = try whole.fit(
            data(), batchSize: 8, epochs: 3, verbose: 0, validationSplit: 0.25)
        let (base, head) = try model.dividedAtFrozen()
        #expect(base.outputs.map(\.shape.dimensions) == [[-1, 4]] || base.outputs[0].rank == 2)
        #expect(head.layers.last?.name == "head")
        try head.compile(like: model)
        let history = try head.fit(
            base.features(of: data()), batchSize: 8, epochs: 3, verbose: 0, validationSplit: 0.25)
        for name in ["loss", "accuracy", "val_loss"] {
            for (one, other) in zip(try #require(history[name]), try #require(expected[name])) {
                #expect(abs(one - other) < 1e-5)
            }
        }
        for (one, other) in zip(model.weights, whole.weights) {
            for (a, b) in zip(one.value.scalars, other.value.scalars) { #expect(abs(a - b) < 1e-5) }
        }
    }

    @Test func whereFrozenLayersEnd() throws {
        // Dropout is another in each step, so the features end before it.
        let model = try makeBase(dropout: 0.5).withNewHead(classes: 3)
        try model.freeze()
        let (_, head) = try model.dividedAtFrozen()
        #expect(head.layers.map(\.name).suffix(2) == ["dropout", "head"])
        // Two branches leave the frozen part.
        let input = Input(shape: [6])
        let frozen = Dense(4, name: "frozen")(input)
        let sum = Add()([Dense(4, name: "a")(frozen), ReLU()(frozen)])
        let branches = Model(inputs: input, outputs: Dense(2, name: "b")(sum))
        try branches.freeze(before: "a")
        let (base, rest) = try branches.dividedAtFrozen()
        #expect(base.outputs.count == rest.inputs.count)
        let x = Tensor(shape: [2, 6], scalars: TestRandom(1).numbers(12))
        let features: [Tensor] = try base.predict([x])
        let joined: [Tensor] = try rest.predict(features.map { $0 as any SampleArray })
        let whole: Tensor = try branches.predict(x)
        #expect(joined[0].scalars == whole.scalars)
        try model.unfreeze(from: "conv")
        #expect(
            errorMessage { _ = try model.dividedAtFrozen() }
                .hasSuffix(
                    "has no frozen layers at its beginning, whose features could be computed once.")
        )
    }

    /// As keras.applications.imagenet_utils.preprocess_input computes.
    @Test(arguments: ImagePreprocessing.allCases)
    func preprocessing(_ preset: ImagePreprocessing) throws {
        let input = Input(shape: [1, 2, 3])
        let identity = Model(inputs: input, outputs: Activation(.linear)(input))
        let model = try identity.withPreprocessing(preset)
        #expect(model.scalesPixels && !identity.scalesPixels)
        let pixels: [Float] = [10, 20, 30, 255, 0, 128]
        let expected: [Float] =
            switch preset {
            case .tf: pixels.map { $0 / 127.5 - 1 }
            case .torch:
                pixels.enumerated().map { place, pixel in
                    (pixel / 255 - [0.485, 0.456, 0.406][place % 3])
                        / [0.229, 0.224, 0.225][place % 3]
                }
            case .caffe:
                [30 - 103.939, 20 - 116.779, 10 - 123.68, 128 - 103.939, -116.779, 255 - 123.68]
            }
        let x = Tensor(shape: [1, 1, 2, 3], scalars: pixels)
        func check(_ model: Model) throws {
            for (one, other) in zip(try model.predict(x).scalars, expected) {
                #expect(abs(one - other) < 2e-5)
            }
        }
        try check(model)
        // The layers are in the file.
        let folder = try TemporaryFolder()
        try model.save(to: folder.file("m.keras"))
        let loaded = try Model.load(from: folder.file("m.keras"))
        try check(loaded)
        #expect(loaded.scalesPixels && loaded.trainableWeights.isEmpty)
    }

    /// Bytes are not scaled twice.
    @Test func bytesOfModelsThatScalePixels() throws {
        let bytes = ArrayData(shape: [2, 2, 2, 1], [0, 50, 100, 255, 8, 16, 32, 64] as [UInt8])
        let examples = try Examples(x: bytes, y: ArrayData(shape: [2], [0, 1] as [UInt8]))
        func predictions(_ layers: [any Layer]) throws -> [Float] {
            try Sequential(inputShape: [2, 2, 1], layers + [Flatten()]).predict(examples).scalars
        }
        let plain = try predictions([])
        #expect(plain == bytes.floats().map { $0 * (1 / 255) })
        #expect(try predictions([Rescaling(1 / 255)]) == plain)
        #expect(
            try predictions([Normalization(mean: [127], variance: [128 * 128])])
                == bytes.floats().map { ($0 - 127) / 128 })
        // These are no pixels any more.
        #expect(try predictions([Rescaling(2)]) == plain.map { $0 * 2 })
        #expect(
            try predictions([Normalization(mean: [0.5], variance: [1])]) == plain.map { $0 - 0.5 })
    }
}

extension TestRandom {
    fileprivate func numbers(_ count: Int) -> [Float] {
        var random = self
        return random.floats(count)
    }
}
