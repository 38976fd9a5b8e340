import Strata
import TestSupport
import Testing

/// Names, order and connections of layers, as in Keras (Fixtures/make_keras.py has the same graphs).
@Suite struct GraphTests {
    static func convolution(_ filters: Int, _ size: Int, same: Bool = false, bias: Bool = true)
        -> Conv2D
    {
        Conv2D(
            filters, kernelSize: Pair(size), padding: same ? .same : .valid, useBias: bias)
    }

    static let graphs: [String: @Sendable () -> Model] = [
        "shared": {
            let i = Input(shape: [8, 8, 3])
            let c = convolution(3, 3, same: true)
            let a = c(i)
            let b = c(a)
            let s = Add()([b, a])
            let r = ReLU()(c(s))
            return Model(inputs: i, outputs: GlobalAveragePooling2D()(r))
        },
        "branches": branches,
        "shortcut": {
            let i = Input(shape: [8, 8, 3])
            var x = ReLU()(BatchNormalization()(convolution(4, 3, same: true)(i)))
            for f in [4, 8] {
                var y = BatchNormalization()(convolution(f, 3, same: true, bias: false)(x))
                y = BatchNormalization()(convolution(f, 3, same: true, bias: false)(ReLU()(y)))
                let s = f == 4 ? x : BatchNormalization()(convolution(f, 1, bias: false)(x))
                x = ReLU()(Add()([y, s]))
            }
            return Model(inputs: i, outputs: Dense(2)(GlobalMaxPooling2D()(x)))
        },
        "nested": {
            let inner = Sequential(inputShape: [8, 8, 3]) {
                convolution(3, 3, same: true)
                ReLU()
            }
            let j = Input(shape: [8, 8, 3])
            let other = Model(
                inputs: j, outputs: Activation(.tanh)(convolution(3, 1)(j)), name: "other")
            let i = Input(shape: [8, 8, 3])
            var x = Add()([inner(i), other(i)])
            x = inner(x)
            return Model(inputs: i, outputs: Dense(2)(Flatten()(x)), name: "outer")
        },
        "two_inputs": {
            let a = Input(shape: [4])
            let b = Input(shape: [4])
            let d = Dense(4)
            let first = d(b)
            let second = d(a)
            let x = Add()([Dense(4)(second), first])
            return Model(inputs: [a, b], outputs: [Dense(1)(x), ReLU()(first)])
        },
        "late_shared": {
            let i = Input(shape: [4])
            let d = Dense(4)
            let e = Dense(4)
            let deep = e(ReLU()(ReLU()(d(i))))
            let x = Add()([d(Activation(.tanh)(i)), deep, e(i)])
            return Model(inputs: i, outputs: d(x))
        },
        "order_of_making": {
            let last = Dense(2)
            let first = convolution(3, 3)
            let flat = Flatten()
            let named = Conv2D(3, kernelSize: 1, name: "named")
            let i = Input(shape: [8, 8, 3])
            let third = convolution(3, 1)
            return Model(inputs: i, outputs: last(flat(third(named(first(i))))))
        },
    ]

    @Sendable static func branches() -> Model {
        let i = Input(shape: [8, 8, 3])
        let a = convolution(4, 1)(i)
        let b = ReLU()(convolution(4, 3, same: true)(convolution(4, 1)(i)))
        let c = convolution(4, 1)(MaxPool2D(3, strides: 1, padding: .same)(i))
        let x = Add()([c, a, b])
        return Model(inputs: i, outputs: Dense(2)(Flatten()(x)))
    }

    @Test(arguments: graphs.keys.sorted())
    func isListedAsInKeras(_ name: String) throws {
        let make = try #require(GraphTests.graphs[name])
        let model = make()
        let expected = try #require(try KerasFixture.facts.get().graphs[name])
        #expect(model.error == nil)
        #expect(model.name == expected.name)
        #expect(model.layers.map(\.name) == expected.layers)
        #expect(model.weights.map(\.shape.dimensions) == expected.weights)
        #expect(model.summaryText(lineLength: 80) == expected.summary)
    }

    @Test func everyGraphOfTheFixtureIsBuilt() throws {
        #expect(try Set(KerasFixture.facts.get().graphs.keys) == Set(GraphTests.graphs.keys))
    }

    /// Wherever two models meet, no two layers of one container have one name.
    @Test func nestedModelsOfOneClassHaveNamesOfTheirOwn() throws {
        func tower() -> Model {
            Sequential(inputShape: [4]) {
                Dense(4)
                Dense(4)
            }
        }
        let (first, second) = (tower(), tower())
        #expect(first.layers.map(\.name) == ["dense", "dense_1"])
        let input = Input(shape: [4])
        let model = Model(inputs: input, outputs: Add()([first(input), second(input)]))
        #expect(model.error == nil)
        #expect(model.layers.map(\.name) == ["input_layer_2", "sequential", "sequential_1", "add"])
        #expect(first.layers.map(\.name) == ["dense", "dense_1"])
        #expect(second.layers.map(\.name) == ["dense_2", "dense_3"])
        let paths = model.namedWeights.map(\.path)
        #expect(Set(paths).count == 8)
        #expect(paths[0] == "sequential/dense/kernel" && paths[7] == "sequential_1/dense_3/bias")
        // Different paths, different first numbers.
        #expect(model.weights[0].value.scalars != model.weights[4].value.scalars)
    }

    @Test func namesGivenTwiceAreRefused() throws {
        let model = Sequential(inputShape: [4]) {
            Dense(3, name: "a")
            Dense(3, name: "a")
        }
        let error = errorMessage {
            try model.compile(loss: .meanSquaredError)
        }
        #expect(error.contains("a twice"))
    }

    @Test func aModelThatBeginsInsideAnother() throws {
        let input = Input(shape: [4])
        let middle = Dense(3, activation: .tanh)(input)
        let output = Dense(2)(middle)
        let whole = Model(inputs: input, outputs: output)
        let front = Model(inputs: input, outputs: middle)
        let back = Model(inputs: middle, outputs: output)
        #expect(whole.layers.map(\.name) == ["input_layer", "dense", "dense_1"])
        let x = Tensor(randomNormal: [5, 4], seed: 1)
        let half = try front.predict(x)
        #expect(try back.predict(half).scalars == whole.predict(x).scalars)
        #expect(
            throws: StrataError(
                "Model \(back.name) cannot be saved: it begins within another model.")
        ) { try back.serialized() }
    }

    @Test func aDeepModelIsWalkedAndReleased() throws {
        let input = Input(shape: [2])
        var x = input
        for _ in 0..<3000 { x = ReLU()(x) }
        let model = Model(inputs: input, outputs: x)
        #expect(model.error == nil)
        #expect(model.layers.count == 3001)
        #expect(model.layers.last?.name == "re_lu_2999")
    }

    /// A model up to a layer of another gives what that layer does there, and shares its weights.
    @Test func modelsUpToALayer() throws {
        let whole = Self.branches()
        #expect(whole.error == nil)
        let x = Tensor(randomUniform: whole.inputs[0].shape.withoutBatch.batched(3), seed: 1)
        let names = whole.layers.map(\.name)
        for layer in whole.layers.dropFirst() {
            let part = Model(
                inputs: whole.inputs, outputs: try whole.layer(named: layer.name).output)
            #expect(part.error == nil && part.layers.last === layer)
            let isPart = Set(whole.weights.map(ObjectIdentifier.init)).isSuperset(
                of: part.weights.map(ObjectIdentifier.init))
            #expect(isPart)
            let inside = try Model(inputs: whole.inputs, outputs: [layer.output] + whole.outputs)
                .predict([x])
            #expect(try part.predict(x).scalars == inside[0].scalars, "\(layer)")
        }
        #expect(whole.layers.map(\.name) == names)
        let error = errorMessage { try whole.layer(named: "nothing") }
        #expect(error.hasPrefix("There is no layer nothing. The layers are "))
        #expect(ReLU().output.error?.message.contains("was not called") == true)
    }
}
