import Strata
import Testing

@Suite struct LossTests {
    static let losses: [String: Loss] = [
        "mean_absolute_percentage_error": .meanAbsolutePercentageError,
        "mean_squared_logarithmic_error": .meanSquaredLogarithmicError,
        "mean_squared_error": .meanSquaredError,
        "mean_absolute_error": .meanAbsoluteError,
        "huber_loss": .huber(),
        "huber_loss 2.5": .huber(delta: 2.5),
        "log_cosh": .logCosh,
        "poisson": .poisson,
        "cosine_similarity": .cosineSimilarity,
        "hinge": .hinge,
        "squared_hinge": .squaredHinge,
        "categorical_hinge": .categoricalHinge,
        "kl_divergence": .klDivergence,
        "dice": .dice(),
        "dice axes": .dice(axis: [1, 2, 3]),
        "binary_crossentropy": .binaryCrossentropy(labelSmoothing: 0.1),
        "categorical_crossentropy": .categoricalCrossentropy(labelSmoothing: 0.1),
        "sparse_categorical_crossentropy": .sparseCategoricalCrossentropy,
    ]

    @Test(arguments: try TrainingFixture.read.get().losses)
    func followsKeras(_ expected: TrainingFixture.Case) throws {
        let fixture = try TrainingFixture.read.get()
        let loss = try #require(Self.losses[expected.name])
        let (target, prediction) = fixture.data[expected.data]!.tensors
        let weights = Tensor(fixture.weights)
        let plain = try loss(target, prediction).computedScalars()
        let weighted = try loss(target, prediction, weights: weights).computedScalars()
        let what = "\(expected.name) of \(expected.data)"
        expectClose(
            plain.map(Double.init), [expected.plain], relative: 3e-6, absolute: 1e-7, what)
        expectClose(
            weighted.map(Double.init), [expected.weighted!], relative: 3e-6, absolute: 1e-7,
            what + ", weighted")
        #expect(expected.name.hasPrefix(loss.name))
    }

    /// Against differences of the loss in double steps of the predictions.
    @Test(arguments: [
        ("huber_loss", "real"), ("log_cosh", "real"), ("poisson", "counts"),
        ("kl_divergence", "classes"), ("cosine_similarity", "counts"), ("squared_hinge", "flags"),
        ("dice", "flags"), ("mean_squared_logarithmic_error", "counts"),
    ])
    func hasAGradient(_ name: String, _ data: String) throws {
        let fixture = try TrainingFixture.read.get()
        let loss = Self.losses[name]!
        let (target, given) = fixture.data[data]!.tensors
        // Away from the edges, where there is none.
        let start = maximum(given, Tensor(0.05))
        let gradients = gradient(of: loss(target, start), wrt: start).scalars
        let numbers = start.scalars
        for index in stride(from: 0, to: numbers.count, by: 5) {
            let step: Float = 0.01
            func value(_ change: Float) -> Double {
                var moved = numbers
                moved[index] += change
                return Double(loss(target, Tensor(shape: start.shape, scalars: moved)).scalar)
            }
            let slope = (value(step) - value(-step)) / Double(2 * step)
            #expect(
                Swift.abs(slope - Double(gradients[index]))
                    < 2e-3 + 0.03 * Swift.abs(slope), "\(name) at \(index)")
        }
    }
}
