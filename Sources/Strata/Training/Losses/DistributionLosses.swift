// Losses that compare distributions and sets.
extension Loss {
    /// Σ t · ln(t / p) over the last axis: Kullback and Leibler's divergence.
    public static var klDivergence: Loss {
        Loss("kl_divergence", "KLDivergence") { target, prediction in
            func clipped(_ x: Tensor) -> Tensor { minimum(maximum(x, 1e-7), 1) }
            let t = clipped(target)
            return (t * log(t / clipped(prediction))).sum(axes: [-1])
        }
    }

    /// 1 - 2 · Σ t·p / (Σ t + Σ p), for segmentation: one number for the whole batch, or the mean over
    /// sets if `axes` (without 0, the batch) says what a set extends over.
    public static func dice(axes: [Int]? = nil) -> Loss {
        Loss("dice", "Dice", ["axis": axes]) { target, prediction in
            let common = (target * prediction).sum(axes: axes)
            let both = target.sum(axes: axes) + prediction.sum(axes: axes)
            return 1 - common * 2 / (both + 1e-7)
        }
    }

    /// 1 - Σ t·p / (Σ t·p + α · Σ t·(1 - p) + β · Σ (1 - t)·p), for segmentation (Salehi et al.,
    /// 2017); `axes` as for ``dice(axes:)``.
    public static func tversky(alpha: Float = 0.5, beta: Float = 0.5, axes: [Int]? = nil) -> Loss {
        Loss("tversky", "Tversky", ["alpha": alpha, "beta": beta, "axis": axes]) {
            target, prediction in
            let common = (target * prediction).sum(axes: axes)
            let missed = ((1 - prediction) * target).sum(axes: axes)
            let wrong = (prediction * (1 - target)).sum(axes: axes)
            return 1 - common / (common + missed * alpha + wrong * beta + 1e-7)
        }
    }
}
