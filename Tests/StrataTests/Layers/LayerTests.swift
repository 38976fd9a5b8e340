import Strata
import Testing

/// A user's own layer made of others, as a user's module would have it.
private final class ResidualBlock: Layer {
    let core: LayerCore
    let first: Conv2D
    let second: Conv2D
    let add = Add()
    let activation = ReLU()

    init(_ filters: Int, name: String? = nil) {
        core = LayerCore(name: name)
        first = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)
        second = Conv2D(filters, kernelSize: 3, padding: .same)
    }

    func call(_ x: Tensor, _ context: Context) -> Tensor {
        activation(add([second(first(x)), x]))
    }
}

/// One with a weight of its own, an inner layer, a state and a penalty.
private final class Counter: Layer {
    let core = LayerCore()
    let dense = Dense(3, useBias: false)
    private(set) var scale: Variable!
    private(set) var steps: Variable!

    func build(_ inputs: [Shape]) throws {
        scale = addWeight("scale", shape: [3], initializer: .ones)
        steps = addWeight("steps", shape: [], initializer: .zeros, trainable: false)
    }

    func call(_ x: Tensor, _ context: Context) -> Tensor {
        if context.isTraining {
            context.update(steps, to: steps.value + 1)
            context.addLoss(square(scale.value).sum() * 0.5)
        }
        return dense(x) * scale.value
    }
}

/// One that normalizes inside.
private final class NormalizedBlock: Layer {
    let core = LayerCore()
    let norm = BatchNormalization()
    func call(_ x: Tensor, _ context: Context) -> Tensor { relu(norm(x)) }
}

@Suite struct LayerTests {
    let task = SmallTask()

    private func residual() -> (Sequential, ResidualBlock) {
        let block = ResidualBlock(4)
        let model = Sequential(inputShape: [6, 6, 3]) {
            Conv2D(4, kernelSize: 1)
            block
            ResidualBlock(4, name: "second")
            GlobalAveragePooling2D()
            Dense(3, activation: .softmax)
        }
        return (model, block)
    }

    @Test func aBlockIsOneRowOfTheSummary() {
        let (model, block) = residual()
        #expect(model.error == nil)
        #expect(
            model.layers.map(\.name) == [
                "conv2d_2", "residual_block", "second", "global_average_pooling2d", "dense",
            ])
        let rows = model.summaryText().split(separator: "\n").filter { $0.contains("│ ") }
        #expect(rows.count == 6)
        #expect(rows[1].contains("residual_block (ResidualBlock)"))
        #expect(rows[1].contains("(None, 6, 6, 4)") && rows[1].contains("296"))
        #expect(
            block.namedWeights.map(\.path) == [
                "conv2d/kernel", "conv2d/bias", "conv2d_1/kernel", "conv2d_1/bias",
            ])
        let paths = model.namedWeights.map(\.path)
        #expect(paths.count == 12 && Set(paths).count == 12)
        #expect(paths[2] == "residual_block/conv2d/kernel")
        #expect(paths[9] == "second/conv2d_4/bias")
        #expect(model.parameterCount == 16 + 296 + 296 + 15)
        #expect(model.trainableWeights.count == 12)
    }

    @Test func aBlockTrains() throws {
        let (model, block) = residual()
        _ = try model.compiled()
        let before = block.weights.map { $0.value.scalars }
        let history = try model.fit(task.x, task.y, batchSize: 8, epochs: 10, verbose: 0)
        #expect(history["loss"]!.last! < 0.7 * history["loss"]!.first!)
        for (weight, old) in zip(block.weights, before) { #expect(weight.value.scalars != old) }
    }

    /// The block does what its parts do.
    @Test func aBlockCalledOnNumbers() throws {
        let block = ResidualBlock(3)
        let y = block(task.x)
        #expect(y.shape == task.x.shape)
        let byHand = relu(block.second(block.first(task.x)) + task.x)
        #expect(zip(y.scalars, byHand.scalars).allSatisfy { abs($0 - $1) < 1e-5 })
        // Layers outside any model differ from each other too.
        #expect(block.first.kernel.value.scalars != block.second.kernel.value.scalars)
        #expect(Dense(4)(Tensor.ones([1, 3])).scalars != Dense(4)(Tensor.ones([1, 3])).scalars)
    }

    @Test func weightsStatesAndPenaltiesOfAUsersLayer() throws {
        let layer = Counter()
        let model = Sequential(inputShape: [6], [layer])
        #expect(layer.namedWeights.map(\.path) == ["scale", "steps", "dense/kernel"])
        #expect(model.trainableWeights.map(\.name) == ["scale", "kernel"])
        try model.compile(optimizer: SGD(learningRate: 0), loss: .meanSquaredError)
        let (x, y) = (try KerasFixture.data("vectors"), try KerasFixture.data("numbers"))
        let plain = try model.evaluate(x, y, verbose: 0)["loss"]!
        let history = try model.fit(x, y, batchSize: 5, epochs: 2, verbose: 0)
        // The penalty of three ones is added to the loss; the state counts ten steps.
        #expect(abs(history["loss"]![0] - plain - 1.5) < 1e-5)
        #expect(layer.steps.value.scalar == 10)
        #expect(abs(try model.evaluate(x, y, verbose: 0)["loss"]! - plain) < 1e-7)
    }

    @Test func sharedLayersShareWeights() throws {
        let dense = Dense(6, activation: .tanh)
        let input = Input(shape: [6])
        let model = Model(inputs: input, outputs: dense(dense(input)))
        #expect(model.weights.count == 2)
        let x = Tensor(randomNormal: [5, 6], seed: 1)
        let expected = dense(dense(x)).scalars
        #expect(zip(try model.predict(x).scalars, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        // In two models: training one changes the other.
        let other = Sequential(inputShape: [6], [dense])
        let before = try other.predict(x).scalars
        try model.compile(optimizer: SGD(learningRate: 0.5), loss: .meanSquaredError)
        try model.fit(x, x, verbose: 0)
        #expect(try other.predict(x).scalars != before)
    }

    @Test func sequentialsWrittenInThreeWays() throws {
        let deep = true
        let built = Sequential(inputShape: [6, 6, 3]) {
            for filters in [4, 8] { Conv2D(filters, kernelSize: 3, activation: .relu) }
            if deep { Dropout(0.1) } else { ReLU() }
            if !deep { Dropout(0.2) }
            Flatten()
            [Dense(5), Dense(3)]
        }
        let layers: [any Layer] = [
            Conv2D(4, kernelSize: 3, activation: .relu),
            Conv2D(8, kernelSize: 3, activation: .relu),
            Dropout(0.1), Flatten(), Dense(5), Dense(3),
        ]
        let listed = Sequential(inputShape: [6, 6, 3], layers)
        let added = Sequential(inputShape: [6, 6, 3])
        for layer: any Layer in [
            Conv2D(4, kernelSize: 3, activation: .relu),
            Conv2D(8, kernelSize: 3, activation: .relu),
            Dropout(0.1), Flatten(), Dense(5), Dense(3),
        ] {
            added.add(layer)
        }
        let later = Sequential {
            Conv2D(4, kernelSize: 3, activation: .relu)
            Conv2D(8, kernelSize: 3, activation: .relu)
            Dropout(0.1)
            Flatten()
            Dense(5)
            Dense(3)
        }
        #expect(later.weights.isEmpty)
        let predicted = try later.predict(task.x).scalars
        for model in [built, listed, added] {
            #expect(model.summaryText() == later.summaryText())
            #expect(model.bits == later.bits)
            #expect(try model.predict(task.x).scalars == predicted)
        }
        #expect(built.layers.map(\.name).suffix(2) == ["dense", "dense_1"])
    }

    @Test func addingAfterUse() throws {
        let model = Sequential(inputShape: [6]) { Dense(4) }
        let x = Tensor(randomNormal: [5, 6], seed: 1)
        #expect(try model.predict(x).shape == [5, 4])
        model.add(Dense(2))
        #expect(try model.predict(x).shape == [5, 2])
        #expect(model.layers.map(\.name) == ["dense", "dense_1"])
    }

    @Test func nestedModels() throws {
        func tower() -> Sequential {
            Sequential {
                Conv2D(4, kernelSize: 3)
                GlobalMaxPooling2D()
            }
        }
        let input = Input(shape: [6, 6, 3])
        let (left, right) = (tower(), tower())
        let merged = Add()([left(input), right(input)])
        let model = Model(inputs: input, outputs: Dense(3, activation: .softmax)(merged))
        _ = try model.compiled()
        #expect(model.weights.count == 6)
        #expect(
            Set(model.namedWeights.map(\.path)).isSuperset(of: [
                "sequential/conv2d/kernel", "sequential_1/conv2d_1/kernel",
            ]))
        let history = try model.fit(task.x, task.y, batchSize: 8, epochs: 10, verbose: 0)
        #expect(history["loss"]!.last! < history["loss"]!.first!)
        let sum = left(task.x) + right(task.x)
        let last = try #require(model.layers.last)
        let all = try model.predict(task.x).scalars
        #expect(zip(all, last(sum).scalars).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    /// Frozen from outside, a block's normalization does not move its averages.
    @Test(arguments: [true, false])
    func freezingReachesInnerLayers(_ beforeBuilding: Bool) throws {
        let block = NormalizedBlock()
        if beforeBuilding { block.isTrainable = false }
        let model = Sequential(inputShape: [6, 6, 3]) {
            block
            Flatten()
            Dense(3, activation: .softmax)
        }
        block.isTrainable = false
        _ = try model.compiled()
        try model.fit(task.x, task.y, verbose: 0)
        #expect(block.norm.movingMean.value.scalars == [0, 0, 0])
        #expect(block.norm.gamma?.value.scalars == [1, 1, 1])
        #expect(model.trainableWeights.map(\.name) == ["kernel", "bias"])
        block.isTrainable = true
        _ = try model.compiled()
        try model.fit(task.x, task.y, verbose: 0)
        #expect(block.norm.movingMean.value.scalars != [0, 0, 0])
    }

    @Test func multiplyInputsAndOutputs() throws {
        let (a, b) = (Input(shape: [3]), Input(shape: [3]))
        let sum = Add()([a, b])
        let model = Model(inputs: [a, b], outputs: [sum, ReLU()(a)])
        let (x, y) = (Tensor(shape: [1, 3], scalars: [1, -2, 3]), Tensor.ones([1, 3]))
        let outputs = model.call([x, y], Context(isTraining: false))
        #expect(outputs[0].scalars == [2, -1, 4])
        #expect(outputs[1].scalars == [1, 0, 3])
    }

    @Test(arguments: [
        ("Conv2D", "conv2d"), ("MaxPooling2D", "max_pooling2d"), ("ReLU", "re_lu"),
        ("BatchNormalization", "batch_normalization"), ("PReLU", "p_re_lu"),
        ("GlobalAveragePooling2D", "global_average_pooling2d"), ("LeakyReLU", "leaky_re_lu"),
        ("Conv2DTranspose", "conv2d_transpose"), ("InputLayer", "input_layer"),
        ("UpSampling2D", "up_sampling2d"), ("DepthwiseConv2D", "depthwise_conv2d"), ("ELU", "elu"),
    ])
    func namesAreKerass(_ className: String, _ name: String) {
        #expect(snakeCase(className) == name)
    }
}
