/// Exponential moving averages of the weights.
struct WeightAveraging {
    let momentum: Float
    let overwriteFrequency: Int?

    /// The momentum of a step, 0 for the first, and whether the step overwrites.
    func numbers(_ iterations: Int) -> [Float] {
        let overwrites = overwriteFrequency.map { (iterations + 1) % $0 == 0 } ?? false
        return [iterations == 0 ? 0 : momentum, overwrites ? 1 : 0]
    }

    func step(
        _ weight: Tensor, _ average: Tensor, _ numbers: [Tensor]
    ) -> (weight: Tensor, average: Tensor) {
        let next = average * numbers[0] + weight * (1 - numbers[0])
        return (overwriteFrequency == nil ? weight : select(numbers[1], next, weight), next)
    }
}
