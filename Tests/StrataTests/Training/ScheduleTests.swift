import Strata
import Testing

@Suite struct ScheduleTests {
    static let schedules: [String: any LearningRateSchedule] = [
        "exponential": ExponentialDecay(
            initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.7),
        "exponential staircase": ExponentialDecay(
            initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.7, staircase: true),
        "piecewise": PiecewiseConstantDecay(
            boundaries: [5, 20, 60], values: [1, 0.5, 0.1, 0.01]),
        "polynomial": PolynomialDecay(initialLearningRate: 0.1, decaySteps: 30),
        "polynomial power": PolynomialDecay(
            initialLearningRate: 0.1, decaySteps: 30, endLearningRate: 0.01, power: 2),
        "polynomial cycle": PolynomialDecay(
            initialLearningRate: 0.1, decaySteps: 30, endLearningRate: 0.01, power: 0.5,
            cycle: true),
        "inverse": InverseTimeDecay(initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5),
        "inverse staircase": InverseTimeDecay(
            initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5, staircase: true),
        "cosine": CosineDecay(initialLearningRate: 0.1, decaySteps: 50),
        "cosine alpha": CosineDecay(initialLearningRate: 0.1, decaySteps: 50, alpha: 0.1),
        "cosine warm-up": CosineDecay(
            initialLearningRate: 0.01, decaySteps: 50, alpha: 0.1, warmupTarget: 0.2,
            warmupSteps: 12),
        "restarts": CosineDecayRestarts(initialLearningRate: 0.1, firstDecaySteps: 10),
        "restarts alpha": CosineDecayRestarts(
            initialLearningRate: 0.1, firstDecaySteps: 10, tMul: 1.5, mMul: 0.8, alpha: 0.1),
        "restarts equal": CosineDecayRestarts(
            initialLearningRate: 0.1, firstDecaySteps: 10, tMul: 1, mMul: 0.9),
    ]

    /// Keras computes in single precision, where 1 - cos loses digits near the end of a wave.
    @Test(arguments: Array(schedules.keys).sorted())
    func followsKeras(_ name: String) throws {
        let fixture = try TrainingFixture.read.get()
        let schedule = Self.schedules[name]!
        expectClose(
            fixture.steps.map { Double(schedule(step: $0)) }, fixture.schedules[name]!,
            relative: 2e-6, absolute: 2e-8, name)
    }

    @Test func aNumberIsASchedule() {
        let optimizer = SGD(learningRate: 0.5)
        #expect(optimizer.learningRate == 0.5)
        optimizer.learningRate = 0.25
        #expect(optimizer.learningRate == 0.25)
        #expect(SGD(learningRate: Float(0.1)).learningRate == 0.1)
        #expect(SGD(learningRate: 1).learningRate == 1)
    }

    @Test func theRateIsThatOfTheNextStep() throws {
        let optimizer = SGD(
            learningRate: ExponentialDecay(
                initialLearningRate: 1, decaySteps: 1, decayRate: 0.5))
        let weight = try Variable(Tensor([1]))
        #expect(optimizer.learningRate == 1)
        try optimizer.apply([Tensor([0.25])], to: [weight])
        #expect(weight.value.scalars == [0.75])
        #expect(optimizer.learningRate == 0.5)
        try optimizer.apply([Tensor([0.25])], to: [weight])
        #expect(weight.value.scalars == [0.625])
    }
}
