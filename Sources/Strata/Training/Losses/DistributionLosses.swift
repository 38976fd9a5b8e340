// Losses that compare distributions and sets.
extension Loss {
    /// The Kullback–Leibler divergence: Σ t · ln(t / p) over the last axis.
    public static var klDivergence: Loss {
        Loss("kl_divergence", "KLDivergence") { target, prediction in
            func clipped(_ x: Tensor) -> Tensor { minimum(maximum(x, 1e-7), 1) }
            let t = clipped(target)
            return (t * log(t / clipped(prediction))).sum(axes: [-1])
        }
    }

    /// Dice loss, for segmentation: 1 - 2 · Σ t·p / (Σ t + Σ p).
    /// - Parameter axis: the axes over which a set extends, without 0, the batch; by default one set is
    ///   the whole batch.
    public static func dice(axis: Axes? = nil) -> Loss {
        Loss("dice", "Dice", ["axis": axis?.list]) { settings in
            let axes: [Int]? = try settings.optional("axis")
            return { target, prediction in
                let common = (target * prediction).sum(axes: axes)
                let both = target.sum(axes: axes) + prediction.sum(axes: axes)
                return 1 - common * 2 / (both + 1e-7)
            }
        }
    }

    /// Tversky loss, for segmentation: 1 - Σ t·p / (Σ t·p + α · Σ t·(1 - p) + β · Σ (1 - t)·p) (Salehi et
    /// al., 2017).
    /// - Parameters:
    ///   - alpha: the weight α of false negatives; 0.5 by default.
    ///   - beta: the weight β of false positives; 0.5 by default.
    ///   - axis: the axes over which a set extends, without 0, the batch; by default one set is the whole
    ///     batch.
    public static func tversky(alpha: Float = 0.5, beta: Float = 0.5, axis: Axes? = nil) -> Loss {
        Loss("tversky", "Tversky", ["alpha": alpha, "beta": beta, "axis": axis?.list]) { settings in
            let alpha: Float = try settings.value("alpha")
            let beta: Float = try settings.value("beta")
            let axes: [Int]? = try settings.optional("axis")
            return { target, prediction in
                let common = (target * prediction).sum(axes: axes)
                let missed = ((1 - prediction) * target).sum(axes: axes)
                let wrong = (prediction * (1 - target)).sum(axes: axes)
                return 1 - common / (common + missed * alpha + wrong * beta + 1e-7)
            }
        }
    }
}
