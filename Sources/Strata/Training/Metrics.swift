/// A number that tells how good a model is, beside the loss: sums over batches and what they amount
/// to.
public struct Metric: Sendable {
    /// The key in `History`: `accuracy`.
    public let name: String
    /// (targets, predictions) to one number for each position; the metric is their mean.
    let values: @Sendable (Tensor, Tensor) -> Tensor
    /// Whether more is better: the direction that `auto` modes of callbacks take.
    public let isBetterWhenHigher: Bool

    /// A metric of your own: the mean of the numbers that `values` gives for targets and predictions.
    public init(
        _ name: String, isBetterWhenHigher: Bool = false,
        values: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) {
        self.name = name
        self.isBetterWhenHigher = isBetterWhenHigher
        self.values = values
    }

    /// How often the prediction is right. As Keras chooses: binary if the predictions' last axis is
    /// 1 (above 0.5), sparse if targets are class numbers, otherwise categorical.
    public static var accuracy: Metric {
        Metric("accuracy", isBetterWhenHigher: true) { target, prediction in
            if prediction.shape.rank > 0, prediction.shape[-1] == 1 {
                return (prediction .> Tensor(0.5)) .== target.reshaped(to: prediction.shape)
            }
            let isSparse =
                target.rank < prediction.rank || target.shape[-1] == 1
            let truth = isSparse ? Loss.classNumbers(target, prediction) : argmax(target)
            return argmax(prediction) .== truth
        }
    }

    public static var meanSquaredError: Metric {
        Metric("mean_squared_error") { square($1 - $0) }
    }

    public static var meanAbsoluteError: Metric {
        Metric("mean_absolute_error") { abs($1 - $0) }
    }
}
