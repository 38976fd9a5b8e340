// How often predictions are right.
extension Metric {
    /// As Keras chooses: ``binaryAccuracy(threshold:)`` if the predictions' last axis is 1,
    /// ``sparseCategoricalAccuracy`` if targets are class numbers, otherwise ``categoricalAccuracy``.
    public static var accuracy: Metric {
        Metric("accuracy", isBetterWhenHigher: true) { target, prediction in
            if prediction.rank > 0, prediction.shape[-1] == 1 {
                return binaryMatches(target, prediction, 0.5)
            }
            let isSparse = Loss.areClassNumbers(target.shape, prediction.shape)
            return argmax(prediction)
                .== (isSparse ? Loss.classNumbers(target, prediction) : argmax(target))
        }.serialized(as: "accuracy")
    }

    /// How often a probability is above the threshold where the target is 1, and not where it is 0.
    public static func binaryAccuracy(threshold: Float = 0.5) -> Metric {
        Metric("binary_accuracy", isBetterWhenHigher: true) {
            binaryMatches($0, $1, threshold)
        }.serialized("BinaryAccuracy", ["threshold": threshold])
    }

    public static var binaryAccuracy: Metric { binaryAccuracy() }

    /// How often the largest prediction is where the largest target is.
    public static var categoricalAccuracy: Metric {
        Metric("categorical_accuracy", isBetterWhenHigher: true) { argmax($1) .== argmax($0) }
            .serialized("CategoricalAccuracy")
    }

    /// How often the largest prediction is that of the class whose number is the target.
    public static var sparseCategoricalAccuracy: Metric {
        Metric("sparse_categorical_accuracy", isBetterWhenHigher: true) {
            argmax($1) .== Loss.classNumbers($0, $1)
        }.serialized("SparseCategoricalAccuracy")
    }

    /// How often fewer than `k` predictions are larger than that of the target's class.
    public static func topKCategoricalAccuracy(k: Int = 5) -> Metric {
        Metric("top_k_categorical_accuracy", isBetterWhenHigher: true) {
            isInTop(k, argmax($0), $1)
        }.serialized("TopKCategoricalAccuracy", ["k": k])
    }

    public static var topKCategoricalAccuracy: Metric { topKCategoricalAccuracy() }

    /// How often fewer than `k` predictions are larger than that of the class whose number is the
    /// target.
    public static func sparseTopKCategoricalAccuracy(k: Int = 5) -> Metric {
        Metric("sparse_top_k_categorical_accuracy", isBetterWhenHigher: true) {
            isInTop(k, Loss.classNumbers($0, $1), $1)
        }.serialized("SparseTopKCategoricalAccuracy", ["k": k])
    }

    public static var sparseTopKCategoricalAccuracy: Metric { sparseTopKCategoricalAccuracy() }

    private static func binaryMatches(
        _ target: Tensor, _ prediction: Tensor, _ threshold: Float
    ) -> Tensor {
        (prediction .> Tensor(threshold)) .== target.matched(to: prediction)
    }

    private static func isInTop(_ k: Int, _ classes: Tensor, _ prediction: Tensor) -> Tensor {
        let own = select(oneHot(classes, classes: prediction.shape[-1]), prediction, 0)
            .sum(axes: [-1], keepingDimensions: true)
        let larger = (prediction .> own).sum(axes: [-1])
        // Predictions that are not all numbers are wrong.
        return (larger .< Tensor(Float(k))) * isFinite(prediction).min(axes: [-1])
    }
}
