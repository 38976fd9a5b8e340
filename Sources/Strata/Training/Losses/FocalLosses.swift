// Cross-entropies in which what is already right counts for little (Lin et al., 2018).
extension Loss {
    /// -Σ α · (1 - p)^γ · t · ln p for targets of the predictions' shape.
    public static func categoricalFocalCrossentropy(
        alpha: Float = 0.25, gamma: Float = 2, fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "categorical_focal_crossentropy", "CategoricalFocalCrossentropy",
            [
                "from_logits": fromLogits, "label_smoothing": labelSmoothing, "axis": -1,
                "alpha": alpha, "gamma": gamma,
            ]
        ) { target, prediction in
            let classes = Float(prediction.shape[-1])
            let smooth =
                labelSmoothing == 0
                ? target : target * (1 - labelSmoothing) + labelSmoothing / classes
            let given = fromLogits ? softmax(prediction) : prediction
            let p = clipped(given / given.sum(axes: [-1], keepingDimensions: true))
            let factor = pow(1 - p, Tensor(gamma)) * alpha
            return -(factor * smooth * log(p)).sum(axes: [-1])
        }
    }

    /// The binary cross-entropy times (1 - q)^γ, q the probability given to what is so; the mean over
    /// the last axis.
    /// - Parameters:
    ///   - balancesClasses: whether ones count for `alpha` and zeros for 1 - `alpha`.
    public static func binaryFocalCrossentropy(
        balancesClasses: Bool = false, alpha: Float = 0.25, gamma: Float = 2,
        fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "binary_focal_crossentropy", "BinaryFocalCrossentropy",
            [
                "from_logits": fromLogits, "label_smoothing": labelSmoothing, "axis": -1,
                "apply_class_balancing": balancesClasses, "alpha": alpha, "gamma": gamma,
            ]
        ) { target, prediction in
            let t =
                labelSmoothing == 0 ? target : target * (1 - labelSmoothing) + labelSmoothing / 2
            let given = fromLogits ? sigmoid(prediction) : prediction
            let p = clipped(given)
            let entropy = -(t * log(p) + (1 - t) * log(1 - p))
            let right = t * given + (1 - t) * (1 - given)
            var losses = pow(1 - right, Tensor(gamma)) * entropy
            if balancesClasses { losses = losses * (t * alpha + (1 - t) * (1 - alpha)) }
            return losses.mean(axes: [-1])
        }
    }
}
