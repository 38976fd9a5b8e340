// Losses that compare distributions and sets.
extension Loss {
    /// Σ t · ln(t / p) over the last axis: Kullback and Leibler's divergence.
    public static var klDivergence: Loss {
        Loss("kl_divergence") { target, prediction in
            func clipped(_ x: Tensor) -> Tensor { minimum(maximum(x, 1e-7), 1) }
            let t = clipped(target)
            return (t * log(t / clipped(prediction))).sum(axes: [-1])
        }
    }

    /// 1 - 2 · Σ t·p / (Σ t + Σ p), for segmentation: one number for the whole batch, or the mean over
    /// sets if `axes` (without 0, the batch) says what a set extends over.
    public static func dice(axes: [Int]? = nil) -> Loss {
        Loss("dice") { target, prediction in
            let common = (target * prediction).sum(axes: axes)
            let both = target.sum(axes: axes) + prediction.sum(axes: axes)
            return 1 - common * 2 / (both + 1e-7)
        }
    }
}
