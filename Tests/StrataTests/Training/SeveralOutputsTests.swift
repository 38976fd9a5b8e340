import Strata
import Testing

@Suite struct SeveralOutputsTests {
    private func model() -> Model {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [2], name: "b"))
        let left = Dense(4, activation: .tanh, name: "left")(a)
        let right = Dense(3, activation: .tanh, name: "right")(b)
        let x = Join()([left, right])
        return Model(
            inputs: [a, b],
            outputs: [
                Dense(3, activation: .softmax, name: "kind")(x), Dense(1, name: "size")(x),
            ])
    }

    /// Side by side, until there is a layer for it.
    private final class Join: Layer {
        let core = LayerCore()
        func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] { [.concatenate(inputs)] }
    }

    @Test func trainsAsKeras() throws {
        let fixture = try TrainingFixture.read.get()
        let expected = fixture.several
        let model = model()
        var position = 0
        for weight in model.weights {
            let next = position + weight.shape.count
            weight.value = Tensor(
                shape: weight.shape, scalars: Array(expected.before[position..<next]))
            position = next
        }
        let inputs: [Tensor] = zip([[12, 3], [12, 2]] as [Shape], expected.inputs).map {
            Tensor(shape: $0, scalars: $1)
        }
        let outputs: [Tensor] = zip([[12], [12, 1]] as [Shape], expected.outputs).map {
            Tensor(shape: $0, scalars: $1)
        }
        let mae = Metric.meanAbsoluteError.named("mae")
        try model.compile(
            optimizer: SGD(learningRate: 0.1),
            losses: [.sparseCategoricalCrossentropy, .meanSquaredError], lossWeights: [0.7, 0.3],
            metrics: [[.accuracy], [mae]],
            weightedMetrics: [[.accuracy], [mae, .meanSquaredError.named("mse")]])
        let history = try model.fit(
            inputs, outputs, batchSize: 4, epochs: 2, verbose: 0, shuffle: false,
            sampleWeight: fixture.weights)
        #expect(history.names == expected.history.keys.sorted())
        for (name, values) in expected.history {
            expectClose(history[name] ?? [], values, relative: 5e-6, absolute: 1e-6, name)
        }
        expectClose(
            model.weights.flatMap { $0.value.scalars.map(Double.init) }, expected.after,
            relative: 1e-5, absolute: 2e-6, "weights")
        let logs = try model.evaluate(inputs, outputs, batchSize: 4, verbose: 0)
        #expect(logs.names.sorted() == expected.evaluate.keys.sorted())
        for (name, value) in expected.evaluate {
            expectClose([logs[name] ?? .nan], [value], relative: 5e-6, absolute: 1e-6, name)
        }
        let predictions = try model.predict(inputs, batchSize: 4)
        for (prediction, expected) in zip(predictions, expected.predict) {
            expectClose(
                prediction.scalars.map(Double.init), expected, relative: 1e-5, absolute: 2e-6,
                "predict")
        }
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func oneLossHoldsForAll() throws {
        let model = model()
        try model.compile(loss: .meanSquaredError)
        let (a, b) = (Tensor.ones([4, 3]), Tensor.ones([4, 2]))
        let logs = try model.evaluate(
            [a, b], [Tensor.ones([4, 3]), Tensor.ones([4])], verbose: 0)
        #expect(logs.names == ["loss", "kind_loss", "size_loss"])
        #expect(abs(logs["loss"]! - logs["kind_loss"]! - logs["size_loss"]!) < 1e-5)
    }

    /// As Keras 3.15 reports a model of two outputs of one layer, of losses mse and mae and the other as a
    /// metric: `two_loss` is that of the last; and a smaller last batch counts as much as the others.
    @Test func outputsOfOneLayer() throws {
        let input = Input(shape: [2])
        let shared = Dense(1, useBias: false, kernelInitializer: .ones, name: "two")
        let model = Model(inputs: input, outputs: [shared(input), shared(input * 2)])
        let mae = Metric.meanAbsoluteError.named("mae")
        try model.compile(
            losses: [.meanSquaredError, .meanAbsoluteError],
            metrics: [[mae], [Metric.meanSquaredError.named("mse")]])
        let x = Tensor(shape: [3, 2], scalars: [1, 0, 2, 0, 0, 3])
        let y = Tensor(shape: [3, 1], scalars: [0, 0, 0])
        let logs = try model.evaluate([x], [y, y], batchSize: 2, verbose: 0)
        #expect(logs.names == ["loss", "two_loss_1", "two_loss", "two_mae", "two_mse"])
        // Squares 1, 4 and 9 in batches of two and one; doubles 2, 4 and 6.
        #expect(logs["two_loss_1"] == (2.5 + 9) / 2 && logs["two_loss"] == (3 + 6) / 2.0)
        #expect(abs(logs["loss"]! - (14.0 / 3 + 4)) < 1e-6)
        #expect(abs(logs["two_mae"]! - 2) < 1e-6 && abs(logs["two_mse"]! - 56.0 / 3) < 1e-5)
    }

    @Test func anOutputWithoutALossNeedsNoTargets() throws {
        let model = model()
        try model.compile(losses: [.sparseCategoricalCrossentropy, nil])
        let (a, b) = (Tensor.ones([4, 3]), Tensor.ones([4, 2]))
        let history = try model.fit([a, b], [Tensor([0, 1, 2, 0])], verbose: 0)
        #expect(history.names == ["loss"])
        #expect(try model.predict([a, b]).map(\.shape) == [[4, 3], [4, 1]])
    }

    @Test func wrongNumbersAreRefused() throws {
        let model = model()
        let (a, b, y) = (Tensor.ones([4, 3]), Tensor.ones([4, 2]), Tensor.ones([4, 1]))
        #expect(
            message { try model.compile(losses: [.meanSquaredError]) }
                == "The model has 2 outputs, so there must be as many losses, but got 1")
        #expect(
            message { try model.compile(losses: [nil, nil]) }
                == "At least one output must have a loss."
        )
        try model.compile(losses: [nil, .meanSquaredError])
        #expect(
            message { try model.fit([a], [y], verbose: 0) }
                == "The model has 2 inputs, so it must be given as many arrays of samples, but got 1"
        )
        #expect(
            message { try model.fit([a, b], [y, y], verbose: 0) }
                == "There must be targets for 1 outputs, but got 2")
        #expect(
            message { try model.fit([a, Tensor.ones([3, 2])], [y], verbose: 0) }
                == "All inputs must have the same number of samples, but got 4 and 3")
        #expect(
            message { _ = try model.predict(a) }
                == "The model has 2 inputs, so it must be given as many arrays of samples, but got 1"
        )
    }
}
