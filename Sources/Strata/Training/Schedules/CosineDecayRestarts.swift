import Foundation

/// Half waves of the cosine, each `tMul` times as long and `mMul` times as high as the one before
/// (Loshchilov and Hutter, 2017).
public struct CosineDecayRestarts: LearningRateSchedule, Configurable, Hashable {
    /// The rate at the start.
    public private(set) var initialLearningRate: Float
    /// The number of steps of the first wave.
    public private(set) var firstDecaySteps: Int
    /// How many times as long as the one before each wave is.
    public private(set) var tMul: Float
    /// How many times as high as the one before each wave is.
    public private(set) var mMul: Float
    /// The rate at the end of a wave, as a part of the initial rate.
    public private(set) var alpha: Float

    /// - Parameters:
    ///   - initialLearningRate: the rate at the start.
    ///   - firstDecaySteps: the number of steps of the first wave, at least 1.
    ///   - tMul: how many times as long as the one before each wave is, at least 1; 2 by default.
    ///   - mMul: how many times as high as the one before each wave is; 1 by default.
    ///   - alpha: the rate at the end of a wave, as a part of the initial rate; 0 by default.
    public init(
        initialLearningRate: Float, firstDecaySteps: Int, tMul: Float = 2, mMul: Float = 1,
        alpha: Float = 0
    ) {
        self.initialLearningRate = initialLearningRate
        self.firstDecaySteps = firstDecaySteps
        self.tMul = tMul
        self.mMul = mMul
        self.alpha = alpha
    }

    public static func prototype() -> CosineDecayRestarts {
        CosineDecayRestarts(initialLearningRate: 0, firstDecaySteps: 0)
    }

    public static var hyperparameters: [Hyperparameter<CosineDecayRestarts>] {
        [
            .required("initial_learning_rate", \.initialLearningRate),
            .required("first_decay_steps", \.firstDecaySteps.steps), .value("t_mul", \.tMul),
            .value("m_mul", \.mMul), .value("alpha", \.alpha), .ignored("name", "SGDRDecay"),
        ]
    }

    public func check() throws {
        try Steps.check(firstDecaySteps, "firstDecaySteps")
        guard tMul >= 1 else { throw StrataError("tMul must be at least 1, but got \(tMul)") }
    }

    public func callAsFunction(step: Int) -> Float {
        // Where the step is: in which wave, and how far in it.
        var wave = 0.0
        var passed = Double(step) / Double(firstDecaySteps)
        if tMul == 1 {
            wave = passed.rounded(.down)
            passed -= wave
        } else {
            // The waves before number i are (tMulⁱ - 1) / (tMul - 1) times as long as the first.
            let growth = Double(tMul)
            func end(_ wave: Double) -> Double {
                (Foundation.pow(growth, wave) - 1) / (growth - 1)
            }
            wave = (Foundation.log(1 + passed * (growth - 1)) / Foundation.log(growth))
                .rounded(.down)
            // Rounding may have missed by one.
            if passed >= end(wave + 1) { wave += 1 }
            if passed < end(wave) { wave -= 1 }
            passed = (passed - end(wave)) / Foundation.pow(growth, wave)
        }
        let height = Foundation.pow(Double(mMul), wave)
        let cosine = 0.5 * height * (1 + Foundation.cos(Double.pi * passed))
        return Float(
            Double(initialLearningRate) * ((1 - Double(alpha)) * cosine + Double(alpha)))
    }
}
