// Losses that compare numbers, averaged over the last axis as in Keras.
extension Loss {
    /// Mean absolute percentage error: 100 · |t - p| / |t|, averaged over the last axis.
    public static var meanAbsolutePercentageError: Loss {
        Loss("mean_absolute_percentage_error", "MeanAbsolutePercentageError") {
            target, prediction in
            abs((target - prediction) / maximum(abs(target), 1e-7)).mean(axes: [-1]) * 100
        }
    }

    /// Mean squared logarithmic error: (ln(1 + t) - ln(1 + p))², averaged over the last axis. Negative
    /// numbers count as 0.
    public static var meanSquaredLogarithmicError: Loss {
        Loss("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError") {
            target, prediction in
            square(log(maximum(prediction, 1e-7) + 1) - log(maximum(target, 1e-7) + 1))
                .mean(axes: [-1])
        }
    }

    /// Huber's loss: e² / 2 for errors up to `delta`, and delta · |e| - delta² / 2 beyond, averaged over
    /// the last axis (Huber, 1964).
    /// - Parameter delta: the error at which the loss becomes linear; 1 by default.
    public static func huber(delta: Float = 1) -> Loss {
        Loss("huber_loss", "Huber", ["delta": delta]) { settings in
            let delta: Float = try settings.value("delta")
            return { target, prediction in
                let error = abs(prediction - target)
                let losses = select(
                    error .<= delta, square(error) * 0.5,
                    error * delta - 0.5 * delta * delta)
                return losses.mean(axes: [-1])
            }
        }
    }

    /// ``huber(delta:)`` with its default.
    public static var huber: Loss { huber() }

    /// ln(cosh(p - t)), averaged over the last axis: about e² / 2 for small errors and |e| for large ones.
    public static var logCosh: Loss {
        Loss("log_cosh", "LogCosh") { target, prediction in
            let error = prediction - target
            return (error + softplus(error * -2) - 0.6931471805599453).mean(axes: [-1])
        }
    }

    /// Poisson loss, for counts: p - t · ln p, averaged over the last axis.
    public static var poisson: Loss {
        Loss("poisson", "Poisson") { target, prediction in
            (prediction - target * log(prediction + 1e-7)).mean(axes: [-1])
        }
    }

    /// Minus the cosine of the angle between target and prediction along the last axis: -1 if they have the
    /// same direction.
    public static var cosineSimilarity: Loss {
        Loss("cosine_similarity", "CosineSimilarity") { -cosine($0, $1) }
    }
}

/// The cosine of the angle between rows; 0 if a row is zero.
func cosine(_ a: Tensor, _ b: Tensor) -> Tensor {
    func unit(_ x: Tensor) -> Tensor {
        x * rsqrt(maximum(square(x).sum(axes: [-1], keepDims: true), 1e-14))
    }
    return (unit(a) * unit(b)).sum(axes: [-1])
}
