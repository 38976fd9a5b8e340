/// The objective that training minimizes: a function of targets and predictions that gives a number for
/// each sample, or each position of a sample. These are averaged over the batch.
public struct Loss: Sendable {
    /// Keras's name: `sparse_categorical_crossentropy`.
    public let name: String
    /// How the losses of samples and positions are combined into one number.
    public var reduction = Reduction.sumOverBatchSize
    /// Whether targets are class numbers; nil if their shape decides.
    private let sparse: Bool?
    /// As files keep it; nil for a loss of your own.
    private let described: Described<Values>?
    /// What is wrong with the settings; thrown by `compile`.
    let error: StrataError?
    /// Maps targets and predictions to losses, without the last axis.
    let values: Values
    typealias Values = @Sendable (Tensor, Tensor) -> Tensor

    /// How the losses of samples and positions are combined into one number.
    public enum Reduction: String, CaseIterable, ConfigurationValue, Hashable, Sendable {
        /// The sum.
        case sum
        /// The mean over all samples and positions, including those of weight zero. The default.
        case sumOverBatchSize = "sum_over_batch_size"
        /// The same as `sumOverBatchSize`.
        case mean
        /// The sum, divided by the sum of the weights of the samples.
        case meanWithSampleWeight = "mean_with_sample_weight"
    }

    /// Makes a custom loss, which cannot be saved in files.
    /// - Parameters:
    ///   - name: the name of the loss, in snake case as in Keras.
    ///   - isSparse: whether targets are class numbers, `[batch, …]` or `[batch, …, 1]`, which `values`
    ///     receives exactly as they are given. By default targets must have the shape of predictions.
    ///   - values: maps targets and predictions, `[batch, …, features]`, to losses, `[batch, …]`.
    public init(
        _ name: String, isSparse: Bool = false,
        values: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) {
        self.init(name, nil, isSparse: isSparse, values: values)
    }

    private init(
        _ name: String, _ described: Described<Values>?, isSparse: Bool?, error: StrataError? = nil,
        values: @escaping Values
    ) {
        self.name = name
        self.described = described
        self.error = error
        sparse = isSparse
        self.values = values
    }

    private init(_ name: String, _ described: Described<Values>, isSparse: Bool?) {
        do {
            let values = try described.made()
            self.init(name, described, isSparse: isSparse, values: values)
        } catch {
            let error = StrataError(error)
            self.init(name, described, isSparse: isSparse, error: error) { _, _ in
                Tensor(error: error)
            }
        }
    }

    /// A loss that Keras has.
    /// - Parameters:
    ///   - name: the function's name.
    ///   - className: the class's name.
    ///   - settings: the settings by their names in files.
    ///   - comparesLastAxis: whether files say that it compares along the last axis.
    ///   - isSparse: whether targets are class numbers; nil where it is for their shape to say.
    ///   - make: makes the loss of the settings.
    init(
        _ name: String, _ className: String, _ settings: Configuration,
        comparesLastAxis: Bool = false, isSparse: Bool? = false,
        make: @escaping @Sendable (Configuration) throws -> Values
    ) {
        let fixed: Configuration = comparesLastAxis ? ["axis": -1] : [:]
        self.init(
            name, Described(className, settings, fixed: fixed, make: make), isSparse: isSparse)
    }

    /// A loss that Keras has, without settings.
    init(_ name: String, _ className: String, values: @escaping Values) {
        self.init(name, className, [:]) { _ in values }
    }

    /// The loss with the settings that a file has.
    func reading(_ file: Configuration) throws -> Loss {
        guard let described else { return self }
        var read = Loss(name, try described.reading(file), isSparse: sparse)
        read.reduction = try file.value("reduction", default: reduction)
        return read
    }

    /// The class that Keras has for it.
    var className: String? { described?.className }

    /// The loss as Keras serializes it; nil for a custom loss.
    package var serialized: JSON? {
        described.map { described in
            let common: Configuration = ["name": name, "reduction": reduction]
            return .keras("losses", described.className, common + described.configuration)
        }
    }

    /// The class number of targets that do not count.
    package var ignoreClass: Int? { try? described?.settings.optional("ignore_class") }

    /// Whether class numbers must be in range; to a custom loss, others may have a meaning.
    var checksLabels: Bool { described != nil || sparse == nil }

    /// Whether targets are always class numbers.
    package var isSparse: Bool { sparse == true }

    /// Whether targets of a shape are class numbers, which must be less than the number of classes.
    func isSparse(_ target: Shape, _ prediction: Shape) -> Bool {
        sparse ?? Loss.areClassNumbers(target, prediction)
    }

    /// Whether targets are class numbers judging by their shape, as in Keras.
    static func areClassNumbers(_ target: Shape, _ prediction: Shape) -> Bool {
        prediction.dimensions.last ?? 1 != 1
            && (target.rank < prediction.rank || target.dimensions.last == 1)
    }

    /// The same loss with another reduction.
    public func reduced(by reduction: Reduction) -> Loss {
        var loss = self
        loss.reduction = reduction
        return loss
    }

    /// Computes the loss of a batch.
    /// - Parameters:
    ///   - targets: the targets, `[batch, …]`.
    ///   - predictions: the predictions, `[batch, …, features]`.
    ///   - weights: a weight for each sample, `[batch]`, that multiplies its losses; none by default.
    /// - Returns: a scalar, by ``reduction``.
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
                        "The targets of the loss \(name) must have the shape of the predictions, "
                            + "\(predictions.shape), but got \(targets.shape)"))
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
        return total.map { weighted.sum() / maximum($0, Float.leastNormalMagnitude) }
            ?? weighted.mean()
    }

    /// 1 for targets that count and 0 for those of the ignored class; nil if no class is ignored.
    func isCounted(_ targets: Tensor, _ predictions: Tensor) -> Tensor? {
        ignoreClass.map { 1 - (Loss.classNumbers(targets, predictions) .== Float($0)) }
    }

    /// Cross-entropy for class numbers: -ln p(class). Targets are `[batch, …]` or `[batch, …, 1]`.
    ///
    /// Predictions are probabilities or logits. If they come directly from a softmax, the loss is computed
    /// from its logits, which is more accurate.
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits rather than probabilities; false by default.
    ///   - ignoreClass: a class number, in or out of range, whose targets are ignored; none by default.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil
    ) -> Loss {
        Loss(
            "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy",
            ["from_logits": fromLogits, "ignore_class": ignoreClass], isSparse: true
        ) { settings in
            let fromLogits: Bool = try settings.value("from_logits")
            let ignoreClass: Int? = try settings.optional("ignore_class")
            return { target, prediction in
                let given = Loss.classNumbers(target, prediction)
                let classes =
                    ignoreClass.map { select(given .== Float($0), 0, given) } ?? given
                // Keras takes the logarithms of probabilities for logits, which also makes them sum
                // to 1.
                let logits = Loss.logits(prediction, fromLogits) ?? log(Loss.clipped(prediction))
                return Tensor.record(SoftmaxCrossEntropy(sparse: true), [logits, classes])[0]
            }
        }
    }

    /// Cross-entropy for class numbers, from probabilities.
    public static var sparseCategoricalCrossentropy: Loss { sparseCategoricalCrossentropy() }

    /// Cross-entropy for one-hot targets or distributions: -Σ t · ln p over the last axis.
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits rather than probabilities; false by default.
    ///   - labelSmoothing: the fraction of each target that is spread evenly over all classes; 0 by
    ///     default.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "categorical_crossentropy", "CategoricalCrossentropy",
            ["from_logits": fromLogits, "label_smoothing": labelSmoothing], comparesLastAxis: true
        ) { settings in
            let fromLogits: Bool = try settings.value("from_logits")
            let smoothing: Float = try settings.value("label_smoothing")
            return { target, prediction in
                let smooth = smoothed(target, smoothing, classes: prediction.shape[-1])
                if let logits = Loss.logits(prediction, fromLogits) {
                    return Tensor.record(SoftmaxCrossEntropy(sparse: false), [logits, smooth])[0]
                }
                let sums = prediction.sum(axes: [-1], keepDims: true)
                return -(smooth * log(Loss.clipped(prediction / sums))).sum(axes: [-1])
            }
        }
    }

    /// Cross-entropy for one-hot targets, from probabilities.
    public static var categoricalCrossentropy: Loss { categoricalCrossentropy() }

    /// Binary cross-entropy: -(t · ln p + (1 - t) · ln(1 - p)), averaged over the last axis.
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits rather than probabilities; false by default.
    ///   - labelSmoothing: the fraction by which targets are moved towards 1/2; 0 by default.
    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Float = 0
    ) -> Loss {
        Loss(
            "binary_crossentropy", "BinaryCrossentropy",
            ["from_logits": fromLogits, "label_smoothing": labelSmoothing], comparesLastAxis: true
        ) { settings in
            let fromLogits: Bool = try settings.value("from_logits")
            let smoothing: Float = try settings.value("label_smoothing")
            return { target, prediction in
                let smooth = smoothed(target, smoothing, classes: 2)
                if let logits = Loss.logits(prediction, fromLogits) {
                    return (softplus(logits) - logits * smooth).mean(axes: [-1])
                }
                let p = Loss.clipped(prediction)
                return -(smooth * log(p) + (1 - smooth) * log(1 - p)).mean(axes: [-1])
            }
        }
    }

    /// Binary cross-entropy, from probabilities.
    public static var binaryCrossentropy: Loss { binaryCrossentropy() }

    /// Targets of which a part is spread over all classes.
    static func smoothed(_ target: Tensor, _ smoothing: Float, classes: Int) -> Tensor {
        smoothing == 0 ? target : target * (1 - smoothing) + smoothing / Float(classes)
    }

    /// Chooses as Keras does for the name alone: ``binaryCrossentropy`` if the last axis of the
    /// predictions is 1, ``sparseCategoricalCrossentropy`` if targets are class numbers, otherwise
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

    /// Mean squared error: (t - p)², averaged over the last axis.
    public static var meanSquaredError: Loss {
        Loss("mean_squared_error", "MeanSquaredError") { square($1 - $0).mean(axes: [-1]) }
    }

    /// Mean absolute error: |t - p|, averaged over the last axis.
    public static var meanAbsoluteError: Loss {
        Loss("mean_absolute_error", "MeanAbsoluteError") { abs($1 - $0).mean(axes: [-1]) }
    }

    /// The logits of predictions that come from a softmax or a sigmoid, or the predictions themselves if
    /// they are logits. As in Keras, this holds even with `fromLogits`, and for either function: the
    /// softmax cross-entropy of a sigmoid's output uses the sigmoid's input as logits.
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

    /// Probabilities clipped to 1e-7 … 1 - 1e-7, as in Keras.
    static func clipped(_ prediction: Tensor) -> Tensor {
        minimum(maximum(prediction, 1e-7), 1 - 1e-7)
    }

    /// Class numbers without a last axis of 1.
    static func classNumbers(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let rows = Shape(Array(prediction.shape.dimensions.dropLast()))
        return target.shape.count == rows.count ? target.reshaped(to: rows) : target
    }
}
