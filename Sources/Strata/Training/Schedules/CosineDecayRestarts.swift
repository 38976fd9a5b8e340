import Foundation

/// Half waves of the cosine, each `tMul` times as long and `mMul` times as high as the one before
/// (Loshchilov and Hutter, 2017).
public struct CosineDecayRestarts: LearningRateSchedule, ReadByInit, Hashable {
    public let initialLearningRate: Float
    public let firstDecaySteps: Int
    public let tMul: Float
    public let mMul: Float
    public let alpha: Float

    public init(
        initialLearningRate: Float, firstDecaySteps: Int, tMul: Float = 2, mMul: Float = 1,
        alpha: Float = 0
    ) {
        checkSteps(firstDecaySteps)
        precondition(tMul >= 1, "Waves become longer, or stay as long. Received: \(tMul)")
        self.initialLearningRate = initialLearningRate
        self.firstDecaySteps = firstDecaySteps
        self.tMul = tMul
        self.mMul = mMul
        self.alpha = alpha
    }

    public init(configuration: Configuration) throws {
        let tMul: Float = try configuration.value("t_mul", default: 2)
        guard tMul >= 1 else { throw StrataError("t_mul is at least 1. Received: \(tMul)") }
        self.init(
            initialLearningRate: try configuration.value("initial_learning_rate"),
            firstDecaySteps: try configuration.steps("first_decay_steps"), tMul: tMul,
            mMul: try configuration.value("m_mul", default: 1),
            alpha: try configuration.value("alpha", default: 0))
    }

    public var configuration: Configuration {
        [
            "initial_learning_rate": initialLearningRate, "first_decay_steps": firstDecaySteps,
            "t_mul": tMul, "m_mul": mMul, "alpha": alpha, "name": "SGDRDecay",
        ]
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
