// Cross-entropies that give less weight to samples that are already predicted well (Lin et al., "Focal
// Loss for Dense Object Detection", 2017).
extension Loss {
    /// Focal cross-entropy for one-hot targets: -Σ α · (1 - p)^γ · t · ln p over the last axis.
    /// - Parameters:
    ///   - alpha: the factor α; 0.25 by default.
    ///   - gamma: the focusing exponent γ; 2 by default.
    ///   - fromLogits: whether predictions are logits rather than probabilities; false by default.
    ///   - labelSmoothing: the fraction of each target that is spread evenly over all classes; 0 by
    ///     default.
    public static func categoricalFocalCrossentropy(
        alpha: Float = 0.25, gamma: Float = 2, fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "categorical_focal_crossentropy", "CategoricalFocalCrossentropy",
            [
                "from_logits": fromLogits, "label_smoothing": labelSmoothing, "alpha": alpha,
                "gamma": gamma,
            ], comparesLastAxis: true
        ) { settings in
            let fromLogits: Bool = try settings.value("from_logits")
            let smoothing: Float = try settings.value("label_smoothing")
            let alpha: Float = try settings.value("alpha")
            let gamma: Float = try settings.value("gamma")
            return { target, prediction in
                let smooth = smoothed(target, smoothing, classes: prediction.shape[-1])
                let given = fromLogits ? softmax(prediction) : prediction
                let p = clipped(given / given.sum(axes: [-1], keepDims: true))
                let factor = pow(1 - p, gamma) * alpha
                return -(factor * smooth * log(p)).sum(axes: [-1])
            }
        }
    }

    /// Binary focal cross-entropy: the binary cross-entropy times (1 - q)^γ, where q is the probability
    /// given to the target, averaged over the last axis.
    /// - Parameters:
    ///   - applyClassBalancing: whether to weight ones by `alpha` and zeros by 1 - `alpha`; false by default.
    ///   - alpha: the weight of ones; 0.25 by default.
    ///   - gamma: the focusing exponent γ; 2 by default.
    ///   - fromLogits: whether predictions are logits rather than probabilities; false by default.
    ///   - labelSmoothing: the fraction by which targets are moved towards 1/2; 0 by default.
    public static func binaryFocalCrossentropy(
        applyClassBalancing: Bool = false, alpha: Float = 0.25, gamma: Float = 2,
        fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "binary_focal_crossentropy", "BinaryFocalCrossentropy",
            [
                "from_logits": fromLogits, "label_smoothing": labelSmoothing,
                "apply_class_balancing": applyClassBalancing, "alpha": alpha, "gamma": gamma,
            ], comparesLastAxis: true
        ) { settings in
            let fromLogits: Bool = try settings.value("from_logits")
            let smoothing: Float = try settings.value("label_smoothing")
            let balances: Bool = try settings.value("apply_class_balancing")
            let alpha: Float = try settings.value("alpha")
            let gamma: Float = try settings.value("gamma")
            return { target, prediction in
                let t = smoothed(target, smoothing, classes: 2)
                let given = fromLogits ? sigmoid(prediction) : prediction
                let p = clipped(given)
                let entropy = -(t * log(p) + (1 - t) * log(1 - p))
                let right = t * given + (1 - t) * (1 - given)
                var losses = pow(1 - right, gamma) * entropy
                if balances { losses = losses * (t * alpha + (1 - t) * (1 - alpha)) }
                return losses.mean(axes: [-1])
            }
        }
    }
}
