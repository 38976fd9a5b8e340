extension Context {
    /// While training, `x` with a random part set to zero and the rest scaled by 1 / (1 - rate); otherwise
    /// `x`.
    /// - Parameter noise: a shape that broadcasts to that of `x`; what shares a number of it is kept or
    ///   set to zero as a whole.
    func dropout(_ x: Tensor, rate: Float, noise: Shape) -> Tensor {
        guard isTraining, rate > 0 else { return x }
        guard rate < 1 else { return x * 0 }
        let kept = randomUniform(noise) .>= rate
        return x * (kept * (1 / (1 - rate)))
    }
}
