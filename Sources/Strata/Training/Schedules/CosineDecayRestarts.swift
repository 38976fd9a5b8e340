import Foundation

/// Half waves of the cosine, each `tMul` times as long and `mMul` times as high as the one before
/// (Loshchilov and Hutter, 2017).
public struct CosineDecayRestarts: LearningRateSchedule, Hashable {
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

    public func callAsFunction(step: Int) -> Float {
        // Where the step is: in which wave, and how far in it.
        var wave = 0.0
        var passed = Double(step) / Double(firstDecaySteps)
        if tMul == 1 {
            wave = passed.rounded(.down)
            passed -= wave
        } else {
            var length = 1.0
            while passed >= length {
                passed -= length
                length *= Double(tMul)
                wave += 1
            }
            passed /= length
        }
        let height = Foundation.pow(Double(mMul), wave)
        let cosine = 0.5 * height * (1 + Foundation.cos(Double.pi * passed))
        return Float(
            Double(initialLearningRate) * ((1 - Double(alpha)) * cosine + Double(alpha)))
    }
}
