import Strata
import TestSupport
import Testing

/// Compile settings in the forms that Keras writes.
struct CompileConfigurationTests {
    private func twoOutputs() -> Model {
        let input = Input(shape: [4])
        return Model(
            inputs: [input],
            outputs: [Dense(3, activation: .softmax, name: "a")(input), Dense(1, name: "b")(input)])
    }

    private func names(_ settings: String, _ model: Model) throws -> [String] {
        try model.compile(serialized: JSON(parsing: settings))
        return try #require(model.compilation).names
    }

    @Test func oneOutput() throws {
        let forms = [
            (#""mse""#, #"["mae"]"#), (#"["mse"]"#, #"[["mae"]]"#),
            (#"{"dense": "MSE"}"#, #"{"dense": "mae"}"#),
            (
                #"{"class_name": "MeanSquaredError", "config": {"reduction": "sum"}}"#,
                #"[{"class_name": "MeanAbsoluteError", "config": {"name": "mae"}}]"#
            ),
            (
                #"{"module": "keras.losses", "class_name": "function", "config": "mean_squared_error"}"#,
                #""mae""#
            ),
        ]
        for (loss, metrics) in forms {
            let model = Sequential(inputShape: [4]) { Dense(2) }
            let settings = #"{"optimizer": "adam", "loss": \#(loss), "metrics": \#(metrics)}"#
            #expect(try names(settings, model) == ["loss", "mae"])
            // Files say it again in the same words.
            let written = try #require(try model.compilation?.serialized)
            let expected = (loss: try JSON(parsing: loss), metrics: try JSON(parsing: metrics))
            #expect(written["loss"] == expected.loss)
            #expect(written["metrics"] == expected.metrics)
            #expect(written["optimizer"]?["class_name"] == "Adam")
        }
    }

    /// A loss in the list of metrics counts batches, a metric counts samples.
    @Test(arguments: [("keras.losses", 8.5), ("keras.metrics", 6)])
    func aLossAsAMetric(_ module: String, _ expected: Double) throws {
        let model = Sequential(inputShape: [1]) { Identity() }
        try model.compile(
            serialized: JSON(
                parsing:
                    #"{"optimizer": "sgd", "loss": "mse", "metrics": [{"module": "\#(module)", "#
                    + #""class_name": "MeanSquaredError", "config": {"name": "m"}}]}"#))
        let logs = try model.evaluate(
            Tensor.zeros([3, 1]), Tensor(shape: [3, 1], scalars: [1, 1, 4]), batchSize: 2)
        #expect(logs.names == ["loss", "m"])
        #expect(logs.values.map { Double($0) } == [6, expected])
    }

    /// What a name alone means is told by shapes, when they are known.
    @Test(arguments: ["crossentropy", "ce"])
    func crossentropy(_ name: String) throws {
        let loss = try Loss(serialized: .string(name))
        var random = TestRandom(2)
        let scores = softmax(random.tensor([5, 3]))
        let labels = Tensor([0, 2, 1, 1, 0])
        let rows = oneHot(labels, classes: 3)
        let flags = Tensor([0, 1, 1, 0, 1])
        let chances = sigmoid(random.tensor([5, 1]))
        let column = labels.reshaped(to: [5, 1])
        for (target, prediction, known) in [
            (labels, scores, Loss.sparseCategoricalCrossentropy),
            (column, scores, .sparseCategoricalCrossentropy),
            (rows, scores, .categoricalCrossentropy), (flags, chances, .binaryCrossentropy),
        ] {
            let expected = known(target, prediction).scalar
            #expect(loss(target, prediction).scalar == expected)
            let model = Sequential(inputShape: prediction.shape.withoutBatch) { Identity() }
            #expect(try names(#"{"optimizer": "sgd", "loss": "\#(name)"}"#, model) == ["loss"])
            let logs = try model.evaluate(prediction, target, verbose: 0)
            #expect(abs(Float(logs["loss"]!) - expected) < 1e-6)
            #expect(try model.compilation?.serialized["loss"] == .string(name))
        }
        let model = Sequential(inputShape: [3]) { Dense(3, activation: .softmax) }
        _ = try names(#"{"optimizer": "sgd", "loss": "\#(name)"}"#, model)
        _ = try model.fit(scores, rows, epochs: 1, verbose: 0)
        _ = try model.fit(scores, labels, epochs: 1, verbose: 0)
        #expect(throws: StrataError.self) {
            try model.fit(scores, labels + 1, epochs: 1, verbose: 0)
        }
    }

    @Test func severalOutputs() throws {
        let reported = ["loss", "a_loss", "b_loss", "a_accuracy", "b_mse"]
        #expect(
            try names(
                """
                {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.5}},
                 "loss": {"b": "mse", "a": "sparse_categorical_crossentropy"},
                 "loss_weights": {"b": 0.3}, "metrics": {"a": ["accuracy"], "b": "mse"}}
                """, twoOutputs()) == reported)
        #expect(
            try names(
                """
                {"optimizer": "SGD", "loss": ["sparse_categorical_crossentropy", "mse"],
                 "loss_weights": [1, 0.3], "metrics": [["accuracy"], ["mse"]]}
                """, twoOutputs()) == reported)
        #expect(
            try names(
                #"{"optimizer": "sgd", "loss": [null, "mse"], "metrics": null}"#, twoOutputs())
                == ["loss"])
    }

    /// What is compiled here and written is compiled the same when it is read.
    @Test func ourOwnSettings() throws {
        let model = twoOutputs()
        try model.compile(
            optimizer: Adam(
                learningRate: PolynomialDecay(initialLearningRate: 0.1, decaySteps: 7),
                globalClipnorm: 2, useEMA: true, emaOverwriteFrequency: 3),
            losses: [.sparseCategoricalCrossentropy(fromLogits: true), .huber(delta: 0.5)],
            lossWeights: [1, 0.25], metrics: [[.accuracy], [.meanAbsoluteError.named("error")]],
            weightedMetrics: [[], [.rootMeanSquaredError]])
        let settings = try #require(try model.compilation?.serialized)
        let other = twoOutputs()
        try other.compile(serialized: settings)
        #expect(other.compilation?.names == model.compilation?.names)
        #expect(try other.compilation?.serialized == settings)
        let optimizer = try #require(other.compilation?.optimizer as? Adam)
        #expect(optimizer.globalClipnorm == 2 && optimizer.clipnorm == nil)
        #expect(optimizer.useEMA && optimizer.emaOverwriteFrequency == 3)
        #expect(optimizer.schedule is PolynomialDecay)
        // A rate that is set ends the schedule, in files too.
        optimizer.learningRate = 0.25
        #expect(
            try other.compilation?.serialized["optimizer"]?["config"]?["learning_rate"] == 0.25)
    }

    @Test(arguments: [
        (#""optimizer": "Magic", "loss": "mse""#, "Magic"),
        (#""optimizer": "sgd", "loss": "guess""#, "guess"),
        (#""optimizer": "sgd", "loss": "mse", "metrics": ["luck"]"#, "luck"),
        (#""optimizer": "sgd", "loss": ["mse", "mse"]"#, "outputs"),
        (
            #""optimizer": {"class_name": "SGD", "config": {"learning_rate": "slow"}}, "loss": "mse""#,
            "number"
        ),
        (
            #""optimizer": {"class_name": "SGD", "config": {"learning_rate": {"class_name": "CosineDecay", "config": {"initial_learning_rate": 1, "decay_steps": -5}}}}, "loss": "mse""#,
            "decaySteps"
        ),
        (
            #""optimizer": {"class_name": "SGD", "config": {"learning_rate": 1, "clipnorm": 1, "clipvalue": 1}}, "loss": "mse""#,
            "clipnorm"
        ),
        (
            #""optimizer": "sgd", "loss": {"class_name": "MeanSquaredError", "config": {"reduction": "none"}}"#,
            "none"
        ),
        (
            #""optimizer": "sgd", "loss": "mse", "metrics": [{"class_name": "AUC", "config": {"num_thresholds": 1000000000}}]"#,
            "num_thresholds"
        ),
    ])
    func wrongSettings(_ settings: String, _ word: String) throws {
        let model = Sequential(inputShape: [4]) { Dense(2) }
        let error = errorMessage {
            try model.compile(serialized: JSON(parsing: "{\(settings)}"))
        }
        #expect(error.contains(word), "\(error)")
    }
}
