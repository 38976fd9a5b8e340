// The fraction of predictions that are right.
extension Metric {
    /// The accuracy that fits the shapes, as Keras chooses it: ``binaryAccuracy(threshold:)`` if the last
    /// axis of the predictions is 1, ``sparseCategoricalAccuracy`` if targets are class numbers, otherwise
    /// ``categoricalAccuracy``.
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

    /// The fraction of probabilities on the right side of the threshold, for targets 0 and 1.
    /// - Parameter threshold: the probability above which the prediction is 1; 0.5 by default.
    public static func binaryAccuracy(threshold: Float = 0.5) -> Metric {
        Metric("BinaryAccuracy", ["threshold": threshold]) { settings in
            let threshold: Float = try settings.value("threshold")
            return Metric("binary_accuracy", isBetterWhenHigher: true) {
                binaryMatches($0, $1, threshold)
            }
        }
    }

    /// ``binaryAccuracy(threshold:)`` with a threshold of 0.5.
    public static var binaryAccuracy: Metric { binaryAccuracy() }

    /// The fraction of samples whose largest prediction is at the largest target, for one-hot targets.
    public static var categoricalAccuracy: Metric {
        Metric("CategoricalAccuracy") { _ in
            Metric("categorical_accuracy", isBetterWhenHigher: true) { argmax($1) .== argmax($0) }
        }
    }

    /// The fraction of samples whose largest prediction is that of the target, for class numbers.
    public static var sparseCategoricalAccuracy: Metric {
        Metric("SparseCategoricalAccuracy") { _ in
            Metric("sparse_categorical_accuracy", isBetterWhenHigher: true) {
                argmax($1) .== Loss.classNumbers($0, $1)
            }
        }
    }

    /// The fraction of samples whose class is among the `k` largest predictions, for one-hot targets.
    /// - Parameter k: how many predictions are considered; 5 by default.
    public static func topKCategoricalAccuracy(k: Int = 5) -> Metric {
        Metric("TopKCategoricalAccuracy", ["k": k]) { settings in
            let k: Int = try settings.value("k")
            return Metric("top_k_categorical_accuracy", isBetterWhenHigher: true) {
                isInTop(k, argmax($0), $1)
            }
        }
    }

    /// ``topKCategoricalAccuracy(k:)`` with k = 5.
    public static var topKCategoricalAccuracy: Metric { topKCategoricalAccuracy() }

    /// The fraction of samples whose class is among the `k` largest predictions, for class numbers.
    /// - Parameter k: how many predictions are considered; 5 by default.
    public static func sparseTopKCategoricalAccuracy(k: Int = 5) -> Metric {
        Metric("SparseTopKCategoricalAccuracy", ["k": k]) { settings in
            let k: Int = try settings.value("k")
            return Metric("sparse_top_k_categorical_accuracy", isBetterWhenHigher: true) {
                isInTop(k, Loss.classNumbers($0, $1), $1)
            }
        }
    }

    /// ``sparseTopKCategoricalAccuracy(k:)`` with k = 5.
    public static var sparseTopKCategoricalAccuracy: Metric { sparseTopKCategoricalAccuracy() }

    private static func binaryMatches(
        _ target: Tensor, _ prediction: Tensor, _ threshold: Float
    ) -> Tensor {
        (prediction .> threshold) .== target.matched(to: prediction)
    }

    private static func isInTop(_ k: Int, _ classes: Tensor, _ prediction: Tensor) -> Tensor {
        let own = select(oneHot(classes, classes: prediction.shape[-1]), prediction, 0)
            .sum(axes: [-1], keepDims: true)
        let larger = (prediction .> own).sum(axes: [-1])
        // Predictions that are not all numbers are wrong.
        return (larger .< Float(k)) * isFinite(prediction).min(axes: [-1])
    }
}
