import Strata
import TestSupport
import Testing

@Suite struct OptimizerTests {
    nonisolated(unsafe) static let optimizers: [String: () -> Optimizer] = [
        "sgd": { SGD(learningRate: 0.1) },
        "momentum": { SGD(learningRate: 0.1, momentum: 0.9) },
        "nesterov": { SGD(learningRate: 0.1, momentum: 0.9, nesterov: true) },
        "rmsprop": { RMSprop(learningRate: 0.1) },
        "rmsprop centered": { RMSprop(learningRate: 0.1, momentum: 0.9, centered: true) },
        "adagrad": { Adagrad(learningRate: 0.1) },
        "adadelta": { Adadelta(learningRate: 1) },
        "adam": { Adam(learningRate: 0.1) },
        "amsgrad": { Adam(learningRate: 0.1, amsgrad: true) },
        "adamw": { AdamW(learningRate: 0.1) },
        "adamax": { Adamax(learningRate: 0.1) },
        "nadam": { Nadam(learningRate: 0.1) },
        "lion": { Lion(learningRate: 0.1) },
        "lion options": {
            Lion(
                learningRate: 0.1, beta1: 0.8, beta2: 0.9, weightDecay: 0.1, clipnorm: 1)
        },
        "ftrl": { Ftrl(learningRate: 0.1) },
        "ftrl options": {
            Ftrl(
                learningRate: 0.1, learningRatePower: -0.7, initialAccumulatorValue: 0.3,
                l1RegularizationStrength: 0.2, l2RegularizationStrength: 0.1,
                l2ShrinkageRegularizationStrength: 0.05, beta: 0.4, weightDecay: 0.1)
        },
        "adam epsilon": { Adam(learningRate: 0.1, epsilon: 0.5) },
        "adamax epsilon": { Adamax(learningRate: 0.1, epsilon: 0.5) },
        "nadam epsilon": { Nadam(learningRate: 0.1, epsilon: 0.5) },
        "rmsprop epsilon": { RMSprop(learningRate: 0.1, epsilon: 0.5) },
        "adagrad epsilon": { Adagrad(learningRate: 0.1, epsilon: 0.5) },
        "adadelta epsilon": { Adadelta(learningRate: 1, epsilon: 0.5) },
        "decay": { SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.2) },
        "clipnorm": { SGD(learningRate: 0.1, clipnorm: 1.5) },
        "clipvalue": { SGD(learningRate: 0.1, clipvalue: 0.7) },
        "global clipnorm": { Adam(learningRate: 0.1, globalClipnorm: 2) },
        "ema": { SGD(learningRate: 0.1, useEMA: true, emaMomentum: 0.6) },
        "ema overwrite": {
            SGD(
                learningRate: 0.1, momentum: 0.9,
                useEMA: true, emaMomentum: 0.6, emaOverwriteFrequency: 2)
        },
        "all": {
            Adam(
                learningRate: 0.1, weightDecay: 0.1, clipnorm: 1, useEMA: true, emaMomentum: 0.5,
                emaOverwriteFrequency: 3)
        },
        "accumulation": { Adam(learningRate: 0.1, weightDecay: 0.1, gradientAccumulationSteps: 2) },
        "accumulation, averaged": {
            SGD(
                learningRate: ExponentialDecay(
                    initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5),
                momentum: 0.9, clipnorm: 1, useEMA: true, emaMomentum: 0.6,
                emaOverwriteFrequency: 2,
                gradientAccumulationSteps: 3)
        },
        "schedule": {
            SGD(
                learningRate: ExponentialDecay(
                    initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5), weightDecay: 0.2)
        },
    ]

    /// Six steps with the same gradients.
    @Test(arguments: Array(optimizers.keys).sorted())
    func followsKeras(_ name: String) throws {
        let fixture = try TrainingFixture.read.get()
        let optimizer = Self.optimizers[name]!()
        let shapes: [Shape] = [[3, 4], [5]]
        func tensors(_ numbers: [[Float]]) -> [Tensor] {
            zip(shapes, numbers).map { Tensor(shape: $0, scalars: $1) }
        }
        let weights = try tensors(fixture.start).map { try Variable($0) }
        var numbers: [Double] { weights.flatMap { $0.value.scalars.map(Double.init) } }
        let expected = try #require(fixture.optimizers[name])
        for (step, gradients) in fixture.gradients.enumerated() {
            try optimizer.apply(tensors(gradients), to: weights)
            expectClose(
                numbers, expected.steps[step].map(Double.init), relative: 5e-6, absolute: 2e-6,
                "\(name), step \(step + 1)")
        }
        let steps = fixture.gradients.count / optimizer.gradientAccumulationSteps
        #expect(optimizer.iterations == steps)
        optimizer.finish(weights)
        expectClose(
            numbers, expected.finished.map(Double.init), relative: 5e-6, absolute: 2e-6,
            "\(name), finished")
    }

    /// `fit` makes the steps that the tape makes, whose gradients are known here: of Σ w · x.
    @Test(arguments: Array(optimizers.keys).sorted())
    func fitsAsItApplies(_ name: String) throws {
        let x = Tensor(randomNormal: [4, 3], seed: 1)
        let model = Sequential(inputShape: [3]) { Dense(2) }
        let loss = Loss("sum") { $1.sum(axes: [-1]) + 0 * $0.sum(axes: [-1]) }
        try model.compile(optimizer: Self.optimizers[name]!(), loss: loss)
        let weights = try model.weights.map { try Variable($0.value) }
        let zeros = Tensor.zeros([4, 2])
        try model.fit(x, zeros, batchSize: 4, epochs: 5, verbose: 0, shuffle: false)

        let optimizer = Self.optimizers[name]!()
        let mean = x.mean(axes: [0]).reshaped(to: [3, 1]).broadcast(to: [3, 2])
        for _ in 0..<5 { try optimizer.apply([mean, Tensor.ones([2])], to: weights) }
        optimizer.finish(weights)
        for (fitted, applied) in zip(model.weights, weights) {
            expectClose(
                fitted.value.scalars.map(Double.init), applied.value.scalars.map(Double.init),
                relative: 1e-5, absolute: 1e-6, "\(name), \(fitted.name)")
        }
    }

    @Test func namesAreThoseOfKeras() {
        let made: [Optimizer] = [
            SGD(), RMSprop(), Adagrad(), Adadelta(), Adam(), AdamW(), Adamax(), Nadam(),
        ]
        #expect(
            made.map(\.name) == [
                "sgd", "rm_sprop", "adagrad", "adadelta", "adam", "adam_w", "adamax", "nadam",
            ])
        #expect(AdamW().weightDecay == 0.004)
        #expect(made.dropLast(2).filter { $0 is AdamW }.allSatisfy { $0.learningRate == 0.001 })
    }

    /// As Keras counts what it keeps for 8 weights.
    @Test func countsAreThoseOfKeras() {
        let counts = [
            "accumulation": 26, "sgd": 2, "nadam": 19, "ema": 10, "schedule": 1, "amsgrad": 26,
            "adamax": 18,
        ]
        for (name, count) in counts {
            #expect(Self.optimizers[name]!().stateCount(weights: 8) == count, "\(name)")
        }
    }

    @Test func explodedGradientsShow() throws {
        let optimizer = SGD(learningRate: 1, globalClipnorm: 1)
        let weights = [try Variable(Tensor([1, 2])), try Variable(Tensor([3]))]
        try optimizer.apply([Tensor([1, .infinity]), Tensor([1])], to: weights)
        #expect(weights.allSatisfy { $0.value.scalars.allSatisfy(\.isNaN) })
    }

    @Test func noGradientIsNotClipped() throws {
        for optimizer in [
            SGD(learningRate: 1, clipnorm: 1), SGD(learningRate: 1, globalClipnorm: 1),
            SGD(learningRate: 1, clipvalue: 1),
        ] {
            let weight = try Variable(Tensor([1, 2]))
            try optimizer.apply([Tensor([0, 0])], to: [weight])
            #expect(weight.value.scalars == [1, 2])
        }
    }

    /// What is out of range is reported when the optimizer is used, and never traps.
    @Test func badSettings() throws {
        func message(_ optimizer: Optimizer) throws -> String {
            let weight = try Variable(Tensor([1]))
            return errorMessage { try optimizer.apply([Tensor([1])], to: [weight]) }
        }
        #expect(
            try message(SGD(gradientAccumulationSteps: 0))
                == "gradientAccumulationSteps must be at least 1, but got 0")
        #expect(
            try message(SGD(clipnorm: 1, clipvalue: 2))
                == "at most one of clipnorm, clipvalue and globalClipnorm can be given, but got 2")
        #expect(
            try message(Adam(useEMA: true, emaMomentum: 2))
                == "emaMomentum must be between 0 and 1, but got 2.0")
        #expect(
            try message(Ftrl(learningRatePower: 1))
                == "learningRatePower must be at most 0, but got 1.0")
        #expect(
            try message(SGD(learningRate: CosineDecay(initialLearningRate: 1, decaySteps: 0)))
                == "decaySteps must be at least 1, but got 0")
        let model = Sequential(inputShape: [2]) { Dense(1) }
        #expect(throws: StrataError.self) {
            try model.compile(optimizer: SGD(emaOverwriteFrequency: 0), loss: .meanSquaredError)
        }
        let schedule = PiecewiseConstantDecay(boundaries: [3, 1], values: [])
        #expect(schedule(step: 2).isNaN)
    }

    /// Every optimizer by its names, with the same defaults of what all have.
    @Test func byName() throws {
        for name in Optimizer.registry.names {
            let optimizer = try Optimizer.named(name)
            let lowercased = try Optimizer.named(name.lowercased())
            #expect(type(of: optimizer) == type(of: lowercased))
            #expect(optimizer.emaMomentum == 0.99 && optimizer.gradientAccumulationSteps == 1)
            #expect(!optimizer.useEMA && optimizer.clipnorm == nil && optimizer.clipvalue == nil)
        }
        let error = errorMessage { try Optimizer.named("adamm") }
        #expect(error.hasPrefix("the optimizer adamm is not known; there are Ada"))
    }
}
