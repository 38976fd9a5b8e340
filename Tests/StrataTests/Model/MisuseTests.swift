import Strata
import TestSupport
import Testing

/// Every misuse is one sentence, thrown: what was wrong, where, what was expected and received.
@Suite struct MisuseTests {
    let task = SmallTask()

    private func definition(_ model: Model) -> String {
        let thrown = errorMessage { try model.compile(loss: .meanSquaredError) }
        #expect(model.error?.message == thrown)
        #expect(model.summaryText().contains(thrown))
        let x = Tensor.zeros([2, 6, 6, 3])
        #expect(errorMessage { _ = try model.predict(x) } == thrown)
        return thrown
    }

    @Test func shapesThatDoNotMeetAtAnAdd() {
        let input = Input(shape: [6, 6, 3])
        let left = Conv2D(4, kernelSize: 3)(input)
        let right = Conv2D(4, kernelSize: 3, padding: .same)(input)
        let text = definition(Model(inputs: input, outputs: Add(name: "sum")([left, right])))
        #expect(text.hasPrefix("Layer sum (Add): "))
        #expect(text.contains("(1, 4, 4, 4)") && text.contains("(1, 6, 6, 4)"))
    }

    @Test func windowsLargerThanTheImage() {
        let convolution = definition(
            Sequential(inputShape: [6, 6, 3]) {
                Conv2D(4, kernelSize: 3)
                Conv2D(4, kernelSize: 3)
                Conv2D(4, kernelSize: 3)
            })
        #expect(convolution.hasPrefix("Layer conv2d_2 (Conv2D): "))
        #expect(convolution.contains("2") && convolution.contains("3"))
        let pooling = definition(Sequential(inputShape: [6, 6, 3]) { MaxPool2D(7) })
        #expect(pooling.hasPrefix("Layer max_pooling2d (MaxPooling2D): "))
        #expect(pooling.contains("7"))
    }

    /// Layers have their numbers in messages, though the model has never been finished.
    @Test func theFailingLayerHasItsName() {
        let input = Input(shape: [6, 6, 3])
        var x = input
        for _ in 0..<5 { x = Flatten()(Conv2D(4, kernelSize: 3)(x)) }
        let model = Model(inputs: input, outputs: Dense(3)(x))
        #expect(definition(model).hasPrefix("Layer conv2d_1 (Conv2D): "))
        #expect(model.layers.map(\.name) == ["input_layer", "conv2d", "flatten", "conv2d_1"])
        let left = Conv2D(4, kernelSize: 1)(input)
        let right = Conv2D(5, kernelSize: 1)(input)
        let twice = Add()([left, left])
        let sum = Add()([twice, right])
        let text = definition(Model(inputs: input, outputs: ReLU()(sum)))
        #expect(text.hasPrefix("Layer add_1 (Add): "))
        let inner = Sequential(inputShape: [6, 6, 3]) { MaxPool2D(7) }
        let whole = Model(inputs: input, outputs: inner(input))
        #expect(definition(whole).contains("max_pooling2d (MaxPooling2D): "))
    }

    @Test func argumentsOfConvolutions() {
        func text(_ layer: Conv2D) -> String {
            definition(Sequential(inputShape: [6, 6, 3]) { layer })
        }
        let start = "Layer conv2d (Conv2D): "
        #expect(
            text(Conv2D(4, kernelSize: 3, groups: 2))
                == start + "the 3 input channels and the 4 filters must both be divisible by "
                + "groups, but groups is 2")
        for layer in [
            Conv2D(0, kernelSize: 3), Conv2D(4, kernelSize: 0),
            Conv2D(4, kernelSize: 3, strides: -1),
            Conv2D(4, kernelSize: 3, dilationRate: 0), Conv2D(4, kernelSize: 3, groups: 0),
        ] {
            #expect(
                text(layer).hasPrefix(
                    start + "filters, kernelSize, strides, dilationRate and groups"))
        }
        #expect(
            text(Conv2D(4, kernelSize: 2, strides: 2, dilationRate: 2)).hasPrefix(
                start + "strides and dilationRate cannot both be more than 1"))
    }

    @Test func argumentsOfOtherLayers() {
        func text(_ layers: any Layer...) -> String {
            definition(Sequential(inputShape: [6, 6, 3], layers))
        }
        #expect(
            text(Dropout(1.5)).hasPrefix("Layer dropout (Dropout): rate must be between 0 and 1"))
        #expect(
            text(Dropout(.nan)).hasPrefix("Layer dropout (Dropout): rate must be between 0 and 1"))
        #expect(text(Dense(0)).hasPrefix("Layer dense (Dense): units must be at least 1"))
        #expect(text(Flatten(), Conv2D(2, kernelSize: 1)).contains("but got (1, 108)"))
        #expect(text(Flatten(), GlobalMaxPooling2D()).contains("images of shape"))
        #expect(text(Flatten(), GlobalAveragePooling2D()).contains("images of shape"))
        for pooling in [
            text(Flatten(), MaxPool2D()), text(Flatten(), AveragePooling2D(2)),
            text(MaxPool2D(0)), text(AveragePooling2D(2, strides: 0)),
        ] {
            #expect(pooling.hasPrefix("Layer ") && pooling.contains("but got"))
        }
        #expect(text(Add()).contains("takes a list") || text(Add()).contains("at least two inputs"))
    }

    @Test func definitionsThatAreNoGraphs() {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [3], name: "b"))
        let sum = Add()([a, b])
        #expect(definition(Model(inputs: a, outputs: sum)).contains("b (InputLayer)"))
        let dense = Dense(2)(a)
        #expect(definition(Model(inputs: a, outputs: Tensor([1, 2]))).contains("follow"))
        #expect(definition(Model(inputs: Input(shape: [0]), outputs: dense)).contains("at least 1"))
        #expect(definition(Model(inputs: [], outputs: [dense])).contains("follow"))
        #expect(definition(Model(inputs: [a], outputs: [])).contains("follow"))
        #expect(definition(Model(inputs: a, outputs: a.sum())).contains("a (InputLayer)"))
        #expect(Add()([a, Tensor([1, 2, 3])]).error?.message.contains("mixture") == true)
        #expect(Add()([]).error != nil)
        #expect(Dense(2)([a, b]).error != nil)
        #expect(Flatten()(Tensor(1)).error != nil)
    }

    /// Sizes that files may have too.
    @Test func moreMemoryThanThereIs() {
        let wide = Sequential(inputShape: [4, 4, 3]) { ZeroPadding2D(9_000) }
        let outputs = errorMessage { _ = try wide.predict(Tensor.zeros([64, 4, 4, 3])) }
        #expect(outputs.contains("MiB of memory are needed for the outputs"))
        let inside = Sequential(inputShape: [4, 4, 3]) {
            ZeroPadding2D(9_000)
            MaxPool2D(2)
            GlobalAveragePooling2D()
        }
        let batch = errorMessage {
            _ = try inside.predict(Tensor.zeros([64, 4, 4, 3]), batchSize: 64)
        }
        #expect(batch.contains("MiB of memory are needed for a batch's numbers"))
        let eager = errorMessage {
            _ = try inside(Tensor.zeros([64, 4, 4, 3])).computedScalars()
        }
        #expect(eager.contains("MiB of memory are needed for what tensors are computed from"))
        let tall = Sequential(inputShape: [1, 4_200_000, 1]) {
            Conv2D(1, kernelSize: Pair(65, 1), padding: .same)
        }
        let work = errorMessage { _ = try tall.predict(Tensor.zeros([1, 1, 4_200_000, 1])) }
        #expect(work.contains("MiB of memory are needed for a thread's work, and 1024 are allowed"))
        let large = Sequential(inputShape: [60_000_000]) { Dense(1000) }
        let weights = errorMessage { _ = try large.predict(Tensor.zeros([1, 60_000_000])) }
        #expect(weights.contains("MiB of memory are needed for the weights"))
    }

    /// All of the padding that a far dilation comes to would be gigabytes.
    @Test func dilationBeyondTheImage() throws {
        let far = Sequential(inputShape: [5, 4, 3]) {
            Conv2D(3, kernelSize: 3, padding: .same, dilationRate: Pair(67_108_863, 67_108_864))
        }
        var random = TestRandom(7)
        let x = random.tensor([2, 5, 4, 3])
        let center = try #require(far.weights.first).value.sliced(
            from: [1, 1, 0, 0], size: [1, 1, 3, 3])
        let difference = try far.predict(x) - conv2D(x, center)
        #expect(abs(difference).max().scalar < 1e-6)
        #expect(try far.plan(batchSize: 2).memory.scratch < 1 << 16)
    }

    /// Numbers that overflow, or of which there are too few.
    @Test func sizesOfOperations() {
        func text(_ tensor: Tensor) -> String { tensor.error?.message ?? "no error" }
        let (x, w) = (Tensor.zeros([1, 4, 4, 2]), Tensor.zeros([3, 3, 2, 2]))
        for sizes in [[Int.max, 1], [1, 1 << 40], [0, 1], [1], []] {
            for padding in [Padding.valid, .same] {
                #expect(text(conv2D(x, w, strides: sizes, padding: padding)).contains("\(sizes)"))
                #expect(text(conv2D(x, w, padding: padding, dilation: sizes)).contains("\(sizes)"))
                let wider = [
                    conv2DTranspose(x, w, strides: sizes, padding: padding),
                    conv2DTranspose(x, w, padding: padding, dilation: sizes),
                ]
                #expect(wider.allSatisfy { text($0).contains("\(sizes)") })
                #expect(text(maxPool2D(x, size: sizes, padding: padding)).contains("\(sizes)"))
            }
        }
        #expect(text(conv2DTranspose(x, w, outputPadding: [1])).contains("got [1]"))
        let far = Padding.explicit(top: .max, bottom: .max, left: 0, right: 0)
        #expect(text(conv2D(x, w, padding: far)).contains("padding must be from 0"))
        #expect(text(im2col(x, size: [Int.max, 2])).contains("\(Int.max)"))
        #expect(text(Input(shape: [.max, .max])).contains("at most"))
        #expect(text(conv2D(x, w, groups: .max)).contains("\(Int.max) groups"))
        let vector = Tensor.zeros([4])
        #expect(text(vector.sliced(from: [1], size: [.max])).contains("not inside shape (4,)"))
        #expect(text(vector.sliced(from: [.max], size: [1])).contains("not inside shape (4,)"))
        #expect(
            text(vector.sliced(from: [0], size: [3], steps: [.max])).contains("in steps of"))
        #expect(text(vector.padded(before: [.max], after: [.max])).contains("\(Int.max)"))
        #expect(
            text(vector.padded(before: [0], after: [0], steps: [.max])).contains("\(Int.max)"))
    }

    /// Files may have sizes for which kernels have no room.
    @Test func imagesThatAreTooLarge() {
        for shape: Shape in [[1 << 31, 1, 1], [1, 1, 1 << 31]] {
            let layers: [any Layer] = [
                Conv2D(1, kernelSize: 1), MaxPool2D(1), AveragePooling2D(1), UpSampling2D(2),
                Conv2DTranspose(1, kernelSize: 1),
            ]
            for layer in layers {
                let model = Sequential(inputShape: shape, [layer])
                #expect(
                    errorMessage { _ = try model.plan(batchSize: 1) }.contains("each size at most"))
            }
        }
    }

    @Test func sharedAxesOfSamplesWithoutDimensions() {
        let alone = Sequential(inputShape: []) { PReLU(sharedAxes: [1]) }
        #expect(definition(alone).contains("sharedAxes must be between 1 and 0"))
    }

    @Test func notCompiled() {
        let model = SmallTask.model()
        let text = "The model must be compiled first: call compile(optimizer:loss:metrics:)."
        #expect(errorMessage { try model.fit(task.x, task.y, verbose: 0) } == text)
        #expect(errorMessage { try model.evaluate(task.x, task.y, verbose: 0) } == text)
        #expect(errorMessage { try model.trainOnBatch(task.x, task.y) } == text)
        #expect(errorMessage { _ = try model.testOnBatch(task.x, task.y) } == text)
    }

    @Test func dataThatDoNotFit() throws {
        let model = try SmallTask.model().compiled()
        func fit(_ x: any SampleArray, _ y: any SampleArray) -> String {
            let text = errorMessage { try model.fit(x, y, verbose: 0) }
            #expect(errorMessage { try model.evaluate(x, y, verbose: 0) } == text)
            #expect(errorMessage { try model.trainOnBatch(x, y) } == text)
            #expect(
                errorMessage { try model.fit(task.x, task.y, verbose: 0, validationData: (x, y)) }
                    == text)
            return text
        }
        let other = Tensor.zeros([40, 6, 6, 1])
        #expect(
            fit(other, task.y)
                == "The model takes samples of shape (None, 6, 6, 3), but got (40, 6, 6, 1)")
        #expect(errorMessage { _ = try model.predict(other) } == fit(other, task.y))
        #expect(
            fit(task.x, Tensor([0, 1, 2]))
                == "There must be a target for each sample, but got 40 samples and 3 targets")
        #expect(fit(Tensor.zeros([0, 6, 6, 3]), Tensor.zeros([0])).contains("at least one row"))
        #expect(
            errorMessage { _ = try model.predict(Tensor.zeros([0, 6, 6, 3])) }.contains("one row"))
        #expect(fit(Tensor(1), task.y).contains("but got shape ()"))
        #expect(fit(task.x, Tensor.zeros([40, 0])).contains("but got shape (40, 0)"))
        let classes = errorMessage {
            try model.fit(task.x, Tensor.zeros([40, 0]), verbose: 0, classWeight: [0: 2])
        }
        #expect(classes.contains("but got shape (40, 0)"))
        #expect(
            errorMessage { _ = try model.plan(batchSize: 0) }
                == "batchSize must be at least 1, but got 0")
        #expect(errorMessage { _ = try model.plan(batchSize: .max) }.contains("at most"))
        var labels = task.y.scalars
        for (label, written) in [
            (3, "3"), (-1, "-1"), (0.5, "0.5"), (.nan, "nan"), (1e30, "1e+30"),
        ]
            as [(Float, String)]
        {
            labels[5] = label
            #expect(
                fit(task.x, Tensor(labels))
                    == "Labels must be class numbers from 0 to 2, since the model has 3 outputs, but got "
                    + "\(written) in row 5")
        }
        // One-hot rows for a sparse loss, and class numbers for one that is not.
        let hot = errorMessage {
            try model.fit(task.x, Tensor.zeros([40, 3]), batchSize: 40, verbose: 0)
        }
        #expect(hot.contains("of shape (40, 3) needs targets of shape (40,), but got (40, 3)"))
        try model.compile(optimizer: SGD(), loss: .categoricalCrossentropy)
        let sparse = errorMessage { try model.fit(task.x, task.y, batchSize: 40, verbose: 0) }
        #expect(sparse.contains("the shape of the predictions, (40, 3)"))
    }

    /// Targets that would be broadcast to the predictions by accident.
    @Test(arguments: [Loss.meanSquaredError, .meanAbsoluteError, .binaryCrossentropy])
    func targetsOfAnotherRank(_ loss: Loss) throws {
        let model = SmallTask.model()
        try model.compile(optimizer: SGD(), loss: loss)
        // Three rows of labels look like one row of three numbers.
        let (x, y) = task.rows(0..<3)
        let text = errorMessage { try model.fit(x, y, batchSize: 3, verbose: 0) }
        #expect(text.contains("(3, 3)") && text.contains("(3,)"))
    }

    @Test func argumentsOfFit() throws {
        let model = try SmallTask.model().compiled()
        func fit(
            batchSize: Int = 8, epochs: Int = 1, split: Double = 0,
            classWeight: [Int: Float]? = nil,
            sampleWeight: [Float]? = nil, initialEpoch: Int = 0, validationBatchSize: Int? = nil
        ) -> String {
            errorMessage {
                try model.fit(
                    task.x, task.y, batchSize: batchSize, epochs: epochs, verbose: 0,
                    validationSplit: split, classWeight: classWeight, sampleWeight: sampleWeight,
                    initialEpoch: initialEpoch, validationBatchSize: validationBatchSize)
            }
        }
        #expect(fit(batchSize: 0) == "batchSize must be at least 1, but got 0")
        #expect(fit(batchSize: .min) == "batchSize must be at least 1, but got \(Int.min)")
        #expect(fit(batchSize: .max) == "")
        #expect(fit(validationBatchSize: 0) == "validationBatchSize must be at least 1, but got 0")
        #expect(fit(epochs: -1) == "epochs must be at least 0, but got -1")
        #expect(fit(initialEpoch: -1) == "initialEpoch must be at least 0, but got -1")
        for split in [1.0, -0.1, 2, .nan, .infinity, -.infinity] {
            #expect(
                fit(split: split)
                    == "validationSplit must be at least 0 and below 1, but got \(split)"
            )
        }
        #expect(
            fit(split: 0.999)
                == "A validationSplit of 0.999 leaves 0 of the 40 samples to train on and 40 to "
                + "validate on.")
        let ones = [Float](repeating: 1, count: 40)
        #expect(
            fit(classWeight: [0: 1], sampleWeight: ones)
                == "classWeight and sampleWeight cannot be used together.")
        #expect(
            fit(sampleWeight: [1, 2])
                == "There must be a weight for each of the 40 samples, but got 2")
        #expect(errorMessage { _ = try model.predict(task.x, batchSize: 0) }.contains("batchSize"))
        #expect(
            errorMessage { try model.evaluate(task.x, task.y, batchSize: -1, verbose: 0) }
                .contains("batchSize"))
        // Class weights for targets that are no class numbers do nothing, and do not trap.
        try model.compile(optimizer: SGD(), loss: .meanSquaredError)
        let odd = Tensor(repeating: .nan, shape: [40, 3])
        #expect(
            errorMessage { try model.fit(task.x, odd, verbose: 0, classWeight: [0: 2]) }
                == "")
    }

    /// A model of another number of samples than it was given.
    @Test func layersThatChangeTheBatch() throws {
        final class Unroll: Layer {
            let core = LayerCore()
            func call(_ x: Tensor, _ context: Context) -> Tensor {
                x.reshaped(to: [x.shape.count / 3, 3])
            }
        }
        let model = Sequential(inputShape: [6]) { Unroll() }
        let text = errorMessage { _ = try model.predict(Tensor.zeros([4, 6])) }
        #expect(text.contains("changes the number of samples"))
    }

    @Test func modelsWithoutLayersOrData() throws {
        let empty = Sequential(inputShape: [3]) {}
        let x = Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
        #expect(try empty.predict(x).scalars == x.scalars)
        try empty.compile(loss: .meanSquaredError)
        #expect(try empty.fit(x, x, verbose: 0)["loss"] == [0])
        #expect(Sequential().summaryText().contains("Total params: 0"))
        #expect(errorMessage { _ = try Sequential().predict(Tensor(1)) } != "")
    }

    @Test func unknownVerbosity() throws {
        let model = Sequential(inputShape: [2]) { Dense(1) }
        try model.compile(optimizer: SGD(), loss: .meanSquaredError)
        let (x, y) = (Tensor.ones([4, 2]), Tensor.ones([4, 1]))
        let error = errorMessage { try model.fit(x, y, verbose: 7) }
        #expect(error == "verbose must be 0, 1 or 2, but got 7")
        #expect(throws: StrataError.self) { try model.evaluate(x, y, verbose: -1) }
    }

    /// A callback's program reads and sets the learning rate of the model's optimizer.
    @Test func theOptimizerIsPublic() throws {
        let model = Sequential(inputShape: [2]) { Dense(1) }
        #expect(model.optimizer == nil)
        try model.compile(optimizer: Adam(learningRate: 0.5), loss: .meanSquaredError)
        model.optimizer?.learningRate = 0.25
        #expect(model.optimizer?.learningRate == 0.25)
    }
}
