/// What training makes small: a function of targets and predictions that gives one number a sample
/// (or a position of a sample), averaged over the batch.
public struct Loss: Sendable {
    /// Keras's name: `sparse_categorical_crossentropy`.
    public let name: String
    /// How the losses of samples and positions become one.
    public var reduction = Reduction.sumOverBatchSize
    /// Whether targets are class numbers; nil where it is for their shape to say.
    private let sparse: Bool?
    /// The class number of targets that do not count.
    package var ignoredClass: Int?
    /// The class as Keras names it; nil for a loss of your own.
    private let className: String?
    private let parameters: Configuration
    /// (targets, predictions) to losses without the last axis.
    let values: @Sendable (Tensor, Tensor) -> Tensor

    /// How the losses of samples and positions become one.
    public enum Reduction: String, Hashable, Sendable {
        case sum
        /// The mean over all samples and positions, those of weight zero too.
        case sumOverBatchSize = "sum_over_batch_size"
        case mean
        /// The sum, divided by the sum of the samples' weights.
        case meanWithSampleWeight = "mean_with_sample_weight"
    }

    /// A loss of your own, which files cannot keep. `values` gets targets and predictions of one
    /// shape, `[batch, …, features]`, and gives `[batch, …]`.
    public init(_ name: String, values: @escaping @Sendable (Tensor, Tensor) -> Tensor) {
        self.init(name, nil, values: values)
    }

    /// A loss that Keras has: its class, and its configuration beside name and reduction.
    init(
        _ name: String, _ className: String?, _ parameters: Configuration = [:],
        isSparse: Bool? = false, values: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) {
        self.name = name
        self.className = className
        self.parameters = parameters
        sparse = isSparse
        self.values = values
    }

    /// The loss as Keras serializes it; nil for a loss of your own.
    package var serialized: JSON? {
        className.map { className in
            let common: Configuration = ["name": name, "reduction": reduction.rawValue]
            return .keras("losses", className, common + parameters)
        }
    }

    /// Whether all targets are class numbers.
    package var isSparse: Bool { sparse == true }

    /// Whether targets of a shape are class numbers, which must be below the number of classes.
    func isSparse(_ target: Shape, _ prediction: Shape) -> Bool {
        sparse ?? Loss.areClassNumbers(target, prediction)
    }

    /// Whether targets are class numbers by their shape alone, as Keras tells.
    static func areClassNumbers(_ target: Shape, _ prediction: Shape) -> Bool {
        prediction.dimensions.last ?? 1 != 1
            && (target.rank < prediction.rank || target.dimensions.last == 1)
    }

    /// The same loss under another reduction.
    public func reduced(by reduction: Reduction) -> Loss {
        var loss = self
        loss.reduction = reduction
        return loss
    }

    /// The loss of targets and predictions: by ``reduction`` of those of samples and positions, as a
    /// rule the mean; weights of samples multiply their losses before that.
    public func callAsFunction(
        _ targets: Tensor, _ predictions: Tensor, weights: Tensor? = nil
    ) -> Tensor {
        let isSparse = isSparse(targets.shape, predictions.shape)
        let target = isSparse ? targets : targets.matched(to: predictions)
        // Targets of another rank might be broadcast along the wrong axes.
        guard isSparse || target.rank == predictions.rank else {
            return Tensor(
                error: target.error ?? predictions.error
                    ?? StrataError(
                        "The loss \(name) needs targets of shape \(predictions.shape), as predictions "
                            + "are. Received: \(targets.shape)"))
        }
        let losses = values(target, predictions)
        let counted = isCounted(targets, predictions)
        let sizes = weights.map { losses.rank == 0 ? $0 : $0.samplesBroadcast(to: losses.shape) }
        let each = counted.map { counted in sizes.map { $0 * counted } ?? counted } ?? sizes
        let weighted = each.map { losses * $0 } ?? losses
        let total: Tensor?
        switch reduction {
        case .sum: return weighted.sum()
        case .sumOverBatchSize, .mean: total = counted?.sum()
        case .meanWithSampleWeight: total = each?.sum()
        }
        // The mean of nothing is 0.
        return total.map { weighted.sum() / maximum($0, Tensor(Float.leastNormalMagnitude)) }
            ?? weighted.mean()
    }

    /// 1 for the targets that count, 0 for those of the ignored class; nil if there is none.
    func isCounted(_ targets: Tensor, _ predictions: Tensor) -> Tensor? {
        ignoredClass.map { 1 - (Loss.classNumbers(targets, predictions) .== Tensor(Float($0))) }
    }

    /// -ln p(class) for class numbers `[batch, …]` or `[batch, …, 1]`. Predictions are
    /// probabilities, of which a softmax's logits are used directly, or logits.
    /// - Parameter ignoredClass: a class number, in or out of range, whose targets do not count.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoredClass: Int? = nil
    ) -> Loss {
        var loss = Loss(
            "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy",
            ["from_logits": fromLogits, "ignore_class": ignoredClass], isSparse: true
        ) { target, prediction in
            let given = Loss.classNumbers(target, prediction)
            let classes =
                ignoredClass.map { select(given .== Tensor(Float($0)), 0, given) } ?? given
            if let logits = Loss.logits(prediction, fromLogits) {
                return Tensor.record(SoftmaxCrossEntropy(sparse: true), [logits, classes])[0]
            }
            // Keras takes the logarithms of probabilities for logits, which also makes them sum to 1.
            return Tensor.record(
                SoftmaxCrossEntropy(sparse: true), [log(Loss.clipped(prediction)), classes])[0]
        }
        loss.ignoredClass = ignoredClass
        return loss
    }

    public static var sparseCategoricalCrossentropy: Loss { sparseCategoricalCrossentropy() }

    /// -Σ t · ln p for targets of the predictions' shape.
    /// - Parameter labelSmoothing: the part of a target that is spread over all classes.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "categorical_crossentropy", "CategoricalCrossentropy",
            ["from_logits": fromLogits, "label_smoothing": labelSmoothing, "axis": -1]
        ) { target, prediction in
            let classes = Float(prediction.shape[-1])
            let smooth =
                labelSmoothing == 0
                ? target : target * (1 - labelSmoothing) + labelSmoothing / classes
            if let logits = Loss.logits(prediction, fromLogits) {
                return Tensor.record(SoftmaxCrossEntropy(sparse: false), [logits, smooth])[0]
            }
            let sums = prediction.sum(axes: [-1], keepingDimensions: true)
            return -(smooth * log(Loss.clipped(prediction / sums))).sum(axes: [-1])
        }
    }

    public static var categoricalCrossentropy: Loss { categoricalCrossentropy() }

    /// -(t · ln p + (1 - t) · ln(1 - p)), the mean over the last axis.
    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "binary_crossentropy", "BinaryCrossentropy",
            ["from_logits": fromLogits, "label_smoothing": labelSmoothing, "axis": -1]
        ) { target, prediction in
            let smooth =
                labelSmoothing == 0 ? target : target * (1 - labelSmoothing) + labelSmoothing / 2
            if let logits = Loss.logits(prediction, fromLogits) {
                return (softplus(logits) - logits * smooth).mean(axes: [-1])
            }
            let p = Loss.clipped(prediction)
            return -(smooth * log(p) + (1 - smooth) * log(1 - p)).mean(axes: [-1])
        }
    }

    public static var binaryCrossentropy: Loss { binaryCrossentropy() }

    /// As Keras chooses by a name alone: ``binaryCrossentropy`` if the predictions' last axis is 1,
    /// ``sparseCategoricalCrossentropy`` if targets are class numbers, otherwise
    /// ``categoricalCrossentropy``.
    static var crossentropy: Loss {
        Loss("crossentropy", nil, isSparse: nil) { target, prediction in
            let chosen: Loss =
                areClassNumbers(target.shape, prediction.shape)
                ? .sparseCategoricalCrossentropy
                : prediction.shape.dimensions.last ?? 1 == 1
                    ? .binaryCrossentropy : .categoricalCrossentropy
            return chosen.values(target, prediction)
        }
    }

    /// (t - p)², the mean over the last axis.
    public static var meanSquaredError: Loss {
        Loss("mean_squared_error", "MeanSquaredError") { square($1 - $0).mean(axes: [-1]) }
    }

    /// |t - p|, the mean over the last axis.
    public static var meanAbsoluteError: Loss {
        Loss("mean_absolute_error", "MeanAbsoluteError") { abs($1 - $0).mean(axes: [-1]) }
    }

    /// The logits behind predictions that come from a softmax or a sigmoid; or else the predictions, if
    /// they are logits. As in Keras, even where logits were announced, and whichever of the two it is:
    /// a softmax cross-entropy of sigmoids is that of a softmax in their place.
    private static func logits(_ prediction: Tensor, _ fromLogits: Bool) -> Tensor? {
        let given = fromLogits ? prediction : nil
        guard case .operation(let operation, let inputs) = prediction.node.content else {
            return given
        }
        if let softmax = operation as? RowSoftmax, !softmax.logarithm { return inputs[0] }
        if let function = operation as? Elementwise, function.code == .sigmoid { return inputs[0] }
        if let reshape = operation as? Reshaping, reshape.shape.rank > 0,
            inputs[0].rank > 0, reshape.shape[-1] == inputs[0].shape[-1]
        {
            // A softmax under another shape, if the last axis is the same.
            return logits(inputs[0], false)?.reshaped(to: reshape.shape) ?? given
        }
        return given
    }

    /// Probabilities kept from 0 and 1 by 1e-7, as Keras does.
    static func clipped(_ prediction: Tensor) -> Tensor {
        minimum(maximum(prediction, 1e-7), Tensor(1 - 1e-7))
    }

    /// Class numbers without a last axis of one.
    static func classNumbers(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let rows = Shape(Array(prediction.shape.dimensions.dropLast()))
        return target.shape.count == rows.count ? target.reshaped(to: rows) : target
    }
}
