import Strata
import Testing

/// A training that Keras has done too: the model, what it is compiled with and how it is fitted.
struct ParityCase: Sendable, CustomTestStringConvertible {
    let name: String
    let layers: @Sendable () -> Model
    let optimizer: @Sendable () -> Optimizer
    let loss: Loss
    var metrics: [Metric] = [.accuracy]
    var x = "vectors"
    var y = "labels"
    /// Applied to the targets before they are given.
    var shape: @Sendable (ArrayData) -> any SampleArray = { $0 }
    /// The rows trained on, all by default.
    var rows: Range<Int>?
    var epochs = 3
    var batchSize = 5
    var fit: @Sendable (Model, any SampleArray, any SampleArray, Int, Int) throws -> History = {
        try $0.fit($1, $2, batchSize: $3, epochs: $4, verbose: 0, shuffle: false)
    }

    var testDescription: String { name }

    /// Two dense layers on vectors.
    static func net(
        _ name: String, _ units: Int = 3, _ activation: ActivationFunction = .softmax,
        _ loss: Loss = .sparseCategoricalCrossentropy, y: String = "labels",
        optimizer: @autoclosure @escaping @Sendable () -> Optimizer = SGD(learningRate: 0.1)
    ) -> ParityCase {
        ParityCase(
            name: name,
            layers: {
                Sequential(inputShape: [6]) {
                    Dense(5, activation: .tanh)
                    Dense(units, activation: activation)
                }
            }, optimizer: optimizer, loss: loss, y: y)
    }

    /// Layers on images of bytes.
    static func images(
        _ name: String, @LayerListBuilder _ layers: @escaping @Sendable () -> [any Layer]
    ) -> ParityCase {
        var made = ParityCase(
            name: name,
            layers: {
                Sequential(inputShape: [6, 7, 3]) {
                    Rescaling(1 / 127.5, offset: -1)
                    layers()
                }
            }, optimizer: { SGD(learningRate: 0.1) }, loss: .sparseCategoricalCrossentropy)
        (made.x, made.y, made.batchSize) = ("images", "image_labels", 4)
        return made
    }

    func with(_ change: (inout ParityCase) -> Void) -> ParityCase {
        var copy = self
        change(&copy)
        return copy
    }
}

/// `[rows]` of `[rows, columns]`: one column.
@Sendable private func column(_ array: ArrayData) -> ArrayData {
    let width = array.shape[1]
    let numbers = stride(from: 0, to: array.count, by: width).map { Float(array.numbers[$0]) }
    return ArrayData(shape: [array.shape[0]], floats: numbers)
}

private func rows(_ array: ArrayData, _ range: Range<Int>) -> Tensor {
    let width = array.count / array.shape[0]
    let numbers = array.numbers[range.lowerBound * width..<range.upperBound * width]
    return Tensor(
        shape: Shape([range.count] + array.shape.dropFirst()), scalars: numbers.map { Float($0) })
}

private let optimizers: [ParityCase] =
    ([
        .net("sgd"),
        .net("momentum", optimizer: SGD(learningRate: 0.05, momentum: 0.9)),
        .net("nesterov", optimizer: SGD(learningRate: 0.05, momentum: 0.9, nesterov: true)),
        .net("adam", optimizer: Adam(learningRate: 0.01)),
        .net(
            "adam_options",
            optimizer: Adam(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-3)),
        .net("rmsprop", optimizer: RMSprop(learningRate: 0.01)),
        .net("rmsprop_momentum", optimizer: RMSprop(learningRate: 0.01, rho: 0.8, momentum: 0.5)),
        .net(
            "rmsprop_centered",
            optimizer: RMSprop(learningRate: 0.01, momentum: 0.3, centered: true)),
        .net("adagrad", optimizer: Adagrad(learningRate: 0.1)),
    ] as [ParityCase]).map { $0.with { $0.epochs = 4 } }

private let losses: [ParityCase] = [
    .net("sparse_column").with {
        $0.shape = { ArrayData(shape: [22, 1], floats: $0.numbers.map { Float($0) }) }
    },
    .net("sparse_logits", 3, .linear, .sparseCategoricalCrossentropy(fromLogits: true)),
    .net("sparse_softplus", 3, .softplus),
    .net("sparse_relu", 3, .relu, optimizer: SGD(learningRate: 0.001)),
    .net("sparse_logits_of_softmax", 3, .softmax, .sparseCategoricalCrossentropy(fromLogits: true)),
    .net(
        "binary_logits_of_sigmoid", 1, .sigmoid, .binaryCrossentropy(fromLogits: true), y: "flags"
    ).with { $0.shape = column },
    .net("categorical", 3, .softmax, .categoricalCrossentropy, y: "one_hot"),
    .net(
        "categorical_smooth", 3, .softmax, .categoricalCrossentropy(labelSmoothing: 0.2),
        y: "one_hot"),
    .net(
        "categorical_logits", 3, .linear,
        .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1), y: "one_hot"),
    .net("categorical_softplus", 3, .softplus, .categoricalCrossentropy, y: "one_hot"),
    .net("binary", 1, .sigmoid, .binaryCrossentropy, y: "flags").with { $0.shape = column },
    .net("binary_column", 1, .sigmoid, .binaryCrossentropy, y: "flags").with {
        $0.shape = { ArrayData(shape: [22, 1], floats: column($0).numbers.map { Float($0) }) }
    },
    .net("binary_logits", 1, .linear, .binaryCrossentropy(fromLogits: true), y: "flags").with {
        $0.shape = column
    },
    .net("binary_many", 3, .sigmoid, .binaryCrossentropy(labelSmoothing: 0.1), y: "flags"),
    .net("binary_relu", 1, .relu, .binaryCrossentropy, y: "flags").with { $0.shape = column },
    .net("squared", 3, .linear, .meanSquaredError, y: "numbers").with {
        $0.metrics = [.meanSquaredError, .meanAbsoluteError]
    },
    .net("squared_flat", 1, .linear, .meanSquaredError, y: "numbers").with {
        $0.shape = column
        $0.metrics = [.meanAbsoluteError]
    },
    .net("absolute", 3, .linear, .meanAbsoluteError, y: "numbers").with { $0.metrics = [] },
]

private let fits: [ParityCase] = [
    .net("validation_split").with {
        $0.fit = {
            try $0.fit(
                $1, $2, batchSize: $3, epochs: $4, verbose: 0, validationSplit: 0.3, shuffle: false)
        }
    },
    .net("validation_data").with {
        $0.rows = 0..<11
        $0.fit = { try validated($0, $1, $2, $3, $4, nil) }
    },
    .net("validation_batch").with {
        $0.rows = 0..<11
        $0.fit = { try validated($0, $1, $2, $3, $4, 3) }
    },
    .net("class_weight").with {
        $0.fit = {
            try $0.fit(
                $1, $2, batchSize: $3, epochs: $4, verbose: 0, validationSplit: 0.3, shuffle: false,
                classWeight: [0: 2, 2: 0.25])
        }
    },
    .net("class_weight_one_hot", 3, .softmax, .categoricalCrossentropy, y: "one_hot").with {
        $0.fit = {
            try $0.fit(
                $1, $2, batchSize: $3, epochs: $4, verbose: 0, shuffle: false,
                classWeight: [0: 2, 2: 0.25])
        }
    },
    .net("sample_weight").with { $0.fit = weighted },
    .net("sample_weight_split").with {
        $0.fit = {
            try $0.fit(
                $1, $2, batchSize: $3, epochs: $4, verbose: 0, validationSplit: 0.3, shuffle: false,
                sampleWeight: KerasFixture.data("sample_weights").tensor.scalars)
        }
    },
    .net("sample_weight_squared", 3, .linear, .meanSquaredError, y: "numbers").with {
        $0.metrics = []
        $0.fit = weighted
    },
]

/// Fits with the other half of the data to validate on.
private func validated(
    _ model: Model, _ x: any SampleArray, _ y: any SampleArray, _ batchSize: Int, _ epochs: Int,
    _ validationBatchSize: Int?
) throws -> History {
    let others = (
        rows(try KerasFixture.data("vectors"), 11..<22),
        rows(try KerasFixture.data("labels"), 11..<22)
    )
    return try model.fit(
        x, y, batchSize: batchSize, epochs: epochs, verbose: 0, validationData: others,
        shuffle: false, validationBatchSize: validationBatchSize)
}

@Sendable private func weighted(
    _ model: Model, _ x: any SampleArray, _ y: any SampleArray, _ batchSize: Int, _ epochs: Int
) throws -> History {
    try model.fit(
        x, y, batchSize: batchSize, epochs: epochs, verbose: 0, shuffle: false,
        sampleWeight: KerasFixture.data("sample_weights").tensor.scalars)
}

private func frozen<L: Layer>(_ layer: L) -> L {
    layer.isTrainable = false
    return layer
}

@LayerListBuilder private func head() -> [any Layer] {
    GlobalAveragePooling2D()
    Dense(3, activation: .softmax)
}

private let imageCases: [ParityCase] = [
    .images("batch_norm") {
        Conv2D(4, kernelSize: 3, padding: .same, useBias: false)
        BatchNormalization()
        ReLU()
        head()
    },
    .images("batch_norm_plain") {
        Conv2D(4, kernelSize: 3)
        BatchNormalization(momentum: 0.8, epsilon: 0.01, center: false, scale: false)
        head()
    },
    .images("batch_norm_center") {
        Conv2D(4, kernelSize: 3)
        BatchNormalization(momentum: 0.8, scale: false)
        head()
    },
    .images("batch_norm_frozen") {
        Conv2D(4, kernelSize: 3)
        frozen(BatchNormalization())
        head()
    },
    .images("batch_norm_vectors") {
        Flatten()
        Dense(5)
        BatchNormalization(momentum: 0.7)
        Dense(3, activation: .softmax)
    },
    .images("frozen_convolution") {
        frozen(Conv2D(4, kernelSize: 3, activation: .relu))
        Conv2D(4, kernelSize: 3)
        head()
    },
    .images("pooling") {
        Conv2D(4, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
        MaxPool2D(3, strides: 2, padding: .same)
        AveragePooling2D(2, strides: 1, padding: .same)
        Flatten()
        Dense(3, activation: .softmax)
    },
    .images("pooling_valid") {
        Conv2D(4, kernelSize: [2, 3], strides: [1, 2], activation: .sigmoid)
        AveragePooling2D([2, 1], strides: 1)
        MaxPool2D([3, 2])
        Flatten()
        Dense(3, activation: .softmax)
    },
    .images("dilation_groups") {
        Conv2D(4, kernelSize: 2, padding: .same, dilationRate: [2, 1], activation: .relu)
        Conv2D(6, kernelSize: 3, dilationRate: 2, groups: 2, activation: .relu)
        GlobalMaxPooling2D()
        Dense(3, activation: .softmax)
    },
    .images("dropout") {
        Dropout(0.5)
        Conv2D(4, kernelSize: 3)
        Dropout(0.9)
        head()
    }.with { $0.epochs = 0 },
    ParityCase.images("residual") {}.with { made in
        made = ParityCase(
            name: "residual",
            layers: {
                let input = Input(shape: [6, 7, 3])
                let first = Conv2D(4, kernelSize: 3, padding: .same, activation: .relu)
                let x = first(Rescaling(1.0 / 255)(input))
                var y = Conv2D(4, kernelSize: 3, padding: .same, activation: .relu)(x)
                y = Conv2D(4, kernelSize: 3, padding: .same)(y)
                y = GlobalAveragePooling2D()(ReLU()(Add()([y, x])))
                return Model(inputs: input, outputs: Dense(3, activation: .softmax)(y))
            }, optimizer: made.optimizer, loss: made.loss, x: made.x, y: made.y,
            batchSize: made.batchSize)
    },
    ParityCase(
        name: "shared",
        layers: {
            let input = Input(shape: [6])
            let dense = Dense(6, activation: .tanh)
            let sum = Add()([dense(dense(input)), input])
            return Model(inputs: input, outputs: Dense(3, activation: .softmax)(sum))
        }, optimizer: { Adam(learningRate: 0.01) }, loss: .sparseCategoricalCrossentropy),
]

@Suite struct KerasParityTests {
    /// Tolerances: history and weights after a dozen steps in float32 agree to some 1e-5; an
    /// accuracy is a count over the samples and must be the same.
    @Test(arguments: optimizers + losses + fits + imageCases)
    func trainsAsKerasDoes(_ parity: ParityCase) throws {
        let model = parity.layers()
        var before = try #require(KerasFixture.arrays["\(parity.name)/before"]).numbers
        try model.setWeights(
            model.weights.map { weight in
                defer { before.removeFirst(weight.shape.count) }
                return Tensor(
                    shape: weight.shape,
                    scalars: before.prefix(weight.shape.count).map { Float($0) })
            })
        #expect(before.isEmpty)
        try model.compile(
            optimizer: parity.optimizer(), loss: parity.loss, metrics: parity.metrics)
        var x: any SampleArray = try KerasFixture.data(parity.x)
        var y: any SampleArray = parity.shape(try KerasFixture.data(parity.y))
        if let range = parity.rows {
            x = rows(try KerasFixture.data(parity.x), range)
            y = rows(try KerasFixture.data(parity.y), range)
        }
        let history = try parity.fit(model, x, y, parity.batchSize, parity.epochs)

        let prefix = "\(parity.name)/history/"
        let keys = KerasFixture.arrays.keys.filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }.sorted()
        #expect(history.names == keys)
        for key in keys {
            let expected = try #require(KerasFixture.arrays[prefix + key]).numbers
            expectClose(
                history[key] ?? [], expected, relative: 1e-4, absolute: 1e-5, "history \(key)")
        }
        let after = try #require(KerasFixture.arrays["\(parity.name)/after"]).numbers
        expectClose(
            model.weights.flatMap { $0.value.scalars.map { Double($0) } }, after, relative: 1e-3,
            absolute: 2e-5, "weights")
        let evaluation = try model.evaluate(x, y, batchSize: parity.batchSize, verbose: 0)
        #expect(evaluation.names == ["loss"] + parity.metrics.map(\.name))
        expectClose(
            evaluation.values, try #require(KerasFixture.arrays["\(parity.name)/evaluate"]).numbers,
            relative: 1e-4, absolute: 1e-5, "evaluation")
        let predictions = try model.predict(x, batchSize: parity.batchSize)
        let expected = try #require(KerasFixture.arrays["\(parity.name)/predict"])
        #expect(predictions.shape == Shape(expected.shape))
        expectClose(
            predictions.scalars.map { Double($0) }, expected.numbers, relative: 1e-3,
            absolute: 1e-5, "predictions")
    }
}
