/// Exponential moving averages of the weights.
struct WeightAveraging {
    let momentum: Float
    let overwriteFrequency: Int?

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
