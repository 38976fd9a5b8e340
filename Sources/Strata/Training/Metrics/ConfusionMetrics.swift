// Metrics from counts of true and false, positive and negative predictions.
extension Metric {
    /// The fraction of positive predictions that are right.
    /// - Parameters:
    ///   - threshold: the probability above which the prediction is 1; 0.5 by default.
    ///   - classID: the class to consider alone, a column of targets and predictions; all by default.
    public static func precision(threshold: Float = 0.5, classID: Int? = nil) -> Metric {
        part("Precision", "precision", threshold, classID) {
            ratio($0.hits, $0.hits + $0.falseAlarms)
        }
    }

    /// ``precision(threshold:classID:)`` with a threshold of 0.5, for all classes.
    public static var precision: Metric { precision() }

    /// The fraction of positive targets that are predicted.
    /// - Parameters:
    ///   - threshold: the probability above which the prediction is 1; 0.5 by default.
    ///   - classID: the class to consider alone, a column of targets and predictions; all by default.
    public static func recall(threshold: Float = 0.5, classID: Int? = nil) -> Metric {
        part("Recall", "recall", threshold, classID) { ratio($0.hits, $0.hits + $0.misses) }
    }

    /// ``recall(threshold:classID:)`` with a threshold of 0.5, for all classes.
    public static var recall: Metric { recall() }

    /// The weighted number of true positives.
    /// - Parameter threshold: the probability above which the prediction is 1; 0.5 by default.
    public static func truePositives(threshold: Float = 0.5) -> Metric {
        count("TruePositives", threshold, isBetterWhenHigher: true) { $0.hits }
    }

    /// The weighted number of true negatives.
    /// - Parameter threshold: the probability above which the prediction is 1; 0.5 by default.
    public static func trueNegatives(threshold: Float = 0.5) -> Metric {
        count("TrueNegatives", threshold, isBetterWhenHigher: true) { $0.rejections }
    }

    /// The weighted number of false positives.
    /// - Parameter threshold: the probability above which the prediction is 1; 0.5 by default.
    public static func falsePositives(threshold: Float = 0.5) -> Metric {
        count("FalsePositives", threshold, isBetterWhenHigher: false) { $0.falseAlarms }
    }

    /// The weighted number of false negatives.
    /// - Parameter threshold: the probability above which the prediction is 1; 0.5 by default.
    public static func falseNegatives(threshold: Float = 0.5) -> Metric {
        count("FalseNegatives", threshold, isBetterWhenHigher: false) { $0.misses }
    }

    private static func part(
        _ className: String, _ name: String, _ threshold: Float, _ classID: Int?,
        _ chosen: @escaping @Sendable (Counts) -> Double
    ) -> Metric {
        Metric(
            className, ["thresholds": threshold, "class_id": classID], fixed: ["top_k": nil]
        ) { settings in
            counts(
                name, try oneThreshold(settings), try settings.optional("class_id"), chosen)
        }
    }

    private static func count(
        _ className: String, _ threshold: Float, isBetterWhenHigher: Bool,
        _ chosen: @escaping @Sendable (Counts) -> Double
    ) -> Metric {
        Metric(className, ["thresholds": threshold]) { settings in
            counts(
                snakeCase(className), try oneThreshold(settings), nil,
                isBetterWhenHigher: isBetterWhenHigher, chosen)
        }
    }

    private static func oneThreshold(_ settings: Configuration) throws -> Float {
        let thresholds: [Float] = try settings.value("thresholds")
        guard thresholds.count == 1 else {
            throw StrataError("one threshold is supported, but got \(thresholds)")
        }
        return thresholds[0]
    }

    /// How the scores of several classes are averaged.
    public enum Averaging: String, CaseIterable, ConfigurationValue, Hashable, Sendable {
        /// The mean of the scores of the classes.
        case macro
        /// The score of the counts of all classes together.
        case micro
        /// The mean weighted by the number of targets of each class.
        case weighted
    }

    /// The harmonic mean of precision and recall, averaged over the classes.
    /// - Parameters:
    ///   - average: how the scores of the classes are averaged; `.macro` by default.
    ///   - threshold: the score above which a class is predicted; by default the class with the largest
    ///     score is.
    public static func f1Score(
        average: Averaging = .macro, threshold: Float? = nil
    ) -> Metric {
        Metric("F1Score", ["average": average, "threshold": threshold]) { settings in
            f1(try settings.value("average"), try settings.optional("threshold"))
        }
    }

    /// ``f1Score(average:threshold:)`` as the plain mean over the classes, with the largest score as the
    /// prediction.
    public static var f1Score: Metric { f1Score() }

    private static func f1(_ average: Averaging, _ threshold: Float?) -> Metric {
        Metric("f1_score", isBetterWhenHigher: true) { target, prediction, weights in
            let truth = rows(target, prediction)
            let guess = threshold.map { prediction .> $0 } ?? largest(prediction)
            let others = Array(0..<max(prediction.rank - 1, 0))
            return [guess * truth, guess * (1 - truth), (1 - guess) * truth].map { counted in
                let weight = weights?.samplesBroadcast(to: counted.shape)
                return (weight.map { counted * $0 } ?? counted).sum(axes: others)
            }
        } result: { sums in
            let classes = sums[0].indices.map { index in
                Counts(hits: sums[0][index], falseAlarms: sums[1][index], misses: sums[2][index])
            }
            switch average {
            case .macro:
                return classes.reduce(0) { $0 + $1.f1 } / Double(classes.count)
            case .micro:
                return classes.reduce(Counts(hits: 0, falseAlarms: 0, misses: 0), +).f1
            case .weighted:
                let total = classes.reduce(0) { $0 + $1.hits + $1.misses } + 1e-7
                return classes.reduce(0) { $0 + $1.f1 * ($1.hits + $1.misses) } / total
            }
        }
    }

    /// The mean over the classes of intersection over union: true positives divided by the number of
    /// positions that are of the class or predicted to be. Targets are class numbers or one-hot,
    /// predictions are scores of the classes, `[batch, …, classes]`.
    /// - Parameter numClasses: the number of classes.
    public static func meanIoU(numClasses: Int) -> Metric {
        Metric("MeanIoU", ["num_classes": numClasses], fixed: unionSettings(sparse: true)) {
            try union($0, "mean_io_u")
        }
    }

    /// ``meanIoU(numClasses:)`` for one-hot targets.
    /// - Parameter numClasses: the number of classes, from 1 to 10,000.
    public static func oneHotMeanIoU(numClasses: Int) -> Metric {
        Metric("OneHotMeanIoU", ["num_classes": numClasses], fixed: unionSettings(sparse: nil)) {
            try union($0, "one_hot_mean_io_u")
        }
    }

    private static func unionSettings(sparse: Bool?) -> Configuration {
        let common: Configuration = ["ignore_class": nil, "sparse_y_pred": false, "axis": -1]
        return sparse.map { ["sparse_y_true": $0] + common } ?? common
    }

    private static func union(_ settings: Configuration, _ name: String) throws -> Metric {
        let classes: Int = try settings.value("num_classes")
        guard (1...10_000).contains(classes) else {
            throw StrataError("num_classes must be between 1 and 10000, but got \(classes)")
        }
        return union(classes, name)
    }

    private static func union(_ classes: Int, _ name: String) -> Metric {
        Metric(name, isBetterWhenHigher: true) { target, prediction, weights in
            let labels = rows(target, prediction)
            let guesses = oneHot(argmax(prediction), classes: classes)
            return [confusion(labels, guesses, weights, classes: classes)]
        } result: { sums in
            let matrix = sums[0]
            var scores: [Double] = []
            for index in 0..<classes {
                let isTrue = (0..<classes).reduce(0) { $0 + matrix[index * classes + $1] }
                let isGuessed = (0..<classes).reduce(0) { $0 + matrix[$1 * classes + index] }
                let both = matrix[index * classes + index]
                let either = isTrue + isGuessed - both
                if either > 1e-9 { scores.append(both / either) }
            }
            return ratio(scores.reduce(0, +), Double(scores.count))
        }
    }

    // MARK: - Counting

    private struct Counts {
        var hits: Double
        var falseAlarms: Double
        var misses: Double
        var rejections = 0.0

        var f1: Double {
            let precision = hits / (hits + falseAlarms + 1e-7)
            let recall = hits / (hits + misses + 1e-7)
            return 2 * precision * recall / (precision + recall + 1e-7)
        }

        static func + (a: Counts, b: Counts) -> Counts {
            Counts(
                hits: a.hits + b.hits, falseAlarms: a.falseAlarms + b.falseAlarms,
                misses: a.misses + b.misses)
        }
    }

    private static func counts(
        _ name: String, _ threshold: Float, _ classID: Int?, isBetterWhenHigher: Bool = true,
        _ result: @escaping @Sendable (Counts) -> Double
    ) -> Metric {
        Metric(name, isBetterWhenHigher: isBetterWhenHigher) { target, prediction, weights in
            var truth = target.matched(to: prediction)
            var scores = prediction
            if let classID {
                (truth, scores) = (column(classID, of: truth), column(classID, of: scores))
            }
            let isTrue = 1 - (truth .== 0)
            let isGuessed = scores .> threshold
            let (isFalse, isPassed) = (1 - isTrue, 1 - isGuessed)
            let counted = [
                isGuessed * isTrue, isGuessed * isFalse, isPassed * isTrue, isPassed * isFalse,
            ]
            return counted.map { count in
                guard let weights else { return count.sum() }
                return (weights.samplesBroadcast(to: count.shape) * count).sum()
            }
        } result: {
            result(
                Counts(
                    hits: $0[0][0], falseAlarms: $0[1][0], misses: $0[2][0], rejections: $0[3][0]))
        }
    }

    /// 1 at the largest score of each row; a row of zeros stays zero.
    private static func largest(_ scores: Tensor) -> Tensor {
        let isLargest = scores .>= scores.max(axes: [-1], keepDims: true)
        return isLargest * (abs(scores) .> 1e-9)
    }

    private static func column(_ index: Int, of tensor: Tensor) -> Tensor {
        var (start, size) = (tensor.shape.dimensions.map { _ in 0 }, tensor.shape.dimensions)
        guard let last = size.indices.last else { return tensor }
        (start[last], size[last]) = (index, 1)
        return tensor.sliced(from: start, size: size)
    }

    /// Targets in the shape of the predictions: class numbers become one-hot.
    private static func rows(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let target = target.matched(to: prediction)
        guard target.shape != prediction.shape, prediction.rank > 0 else { return target }
        let classes = Loss.classNumbers(target, prediction)
        return oneHot(classes, classes: prediction.shape[-1])
    }
}

/// Counts samples by true class (rows) and predicted class (columns): `[classes, classes]`.
///
/// ```swift
/// print(confusionMatrix(y, argmax(try model.predict(x)), classes: 10))
/// ```
/// - Parameters:
///   - targets: class numbers, `[samples]`; samples whose target is not a class are not counted.
///   - predictions: class numbers, `[samples]`.
///   - weights: a weight for each sample, `[samples]`; 1 by default.
///   - classes: the number of classes.
public func confusionMatrix(
    _ targets: Tensor, _ predictions: Tensor, weights: Tensor? = nil, classes: Int
) -> Tensor {
    confusion(
        oneHot(targets, classes: classes), oneHot(predictions, classes: classes), weights,
        classes: classes)
}

private func confusion(
    _ targets: Tensor, _ predictions: Tensor, _ weights: Tensor?, classes: Int
) -> Tensor {
    let weighted = weights.map { targets * $0.samplesBroadcast(to: targets.shape) } ?? targets
    func matrix(_ rows: Tensor) -> Tensor {
        rows.reshaped(to: [rows.shape.count / classes, classes])
    }
    return matmul(matrix(weighted), matrix(predictions), transposeA: true)
}
