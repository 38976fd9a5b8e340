/// Exponential moving averages of the weights (Polyak and Juditsky, 1992), which often generalise
/// better than the last weights do. They become the weights when `fit` ends, and every
/// `overwriteFrequency` steps if that is given.
public struct WeightAveraging: Hashable, Sendable {
    public let momentum: Float
    public let overwriteFrequency: Int?

    public init(momentum: Float = 0.99, overwriteFrequency: Int? = nil) {
        precondition(
            (0...1).contains(momentum),
            "The momentum of averaging is between 0 and 1. Received: \(momentum)")
        precondition(
            overwriteFrequency ?? 1 >= 1,
            "Weights are overwritten every 1 or more steps. Received: \(overwriteFrequency ?? 1)")
        self.momentum = momentum
        self.overwriteFrequency = overwriteFrequency
    }

    /// What one step of averaging needs.
    struct Numbers<Value> {
        /// 0 for the first step.
        let momentum: Value
        /// 1 if the step overwrites the weights, otherwise 0.
        let overwrites: Value
    }

    func numbers(_ iterations: Int) -> Numbers<Float> {
        let overwrites = overwriteFrequency.map { (iterations + 1) % $0 == 0 } ?? false
        return Numbers(momentum: iterations == 0 ? 0 : momentum, overwrites: overwrites ? 1 : 0)
    }

    func step(
        _ weight: Tensor, _ average: Tensor, _ numbers: Numbers<Tensor>
    ) -> (weight: Tensor, average: Tensor) {
        let next = average * numbers.momentum + weight * (1 - numbers.momentum)
        let isOverwriting = overwriteFrequency != nil
        return (isOverwriting ? select(numbers.overwrites, next, weight) : weight, next)
    }
}
