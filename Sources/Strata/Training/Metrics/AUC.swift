import Foundation

extension Metric {
    /// A curve whose area is measured.
    public enum Curve: String, CaseIterable, ConfigurationValue, Hashable, Sendable {
        /// The true positive rate against the false positive rate.
        case roc = "ROC"
        /// Precision against recall.
        case pr = "PR"
    }

    /// The area under a curve over all thresholds between 0 and 1, for probabilities and targets 0 and 1.
    ///
    /// As in Keras, scores are sorted into `numThresholds - 1` bins and the curve is interpolated between
    /// them: linearly for ROC, and as in Davis and Goadrich (2006) for PR.
    /// - Parameters:
    ///   - curve: the curve; `.roc` by default.
    ///   - numThresholds: the number of thresholds, at least 2; 200 by default.
    public static func auc(_ curve: Curve = .roc, numThresholds: Int = 200) -> Metric {
        Metric(
            "AUC", ["num_thresholds": numThresholds, "curve": curve],
            fixed: [
                "summation_method": "interpolation", "multi_label": false, "num_labels": nil,
                "label_weights": nil, "from_logits": false, "thresholds": nil,
            ]
        ) { settings in
            let thresholds: Int = try settings.value("num_thresholds")
            guard (2...10_000).contains(thresholds) else {
                throw StrataError(
                    "num_thresholds must be between 2 and 10000, but got \(thresholds)")
            }
            return area(under: try settings.value("curve"), thresholds)
        }
    }

    /// The area under the ROC curve.
    public static var auc: Metric { auc() }

    private static func area(under curve: Curve, _ thresholds: Int) -> Metric {
        Metric("auc", isBetterWhenHigher: true) { target, prediction, weights in
            let isTrue = 1 - (target.matched(to: prediction) .== 0)
            let weight = weights?.samplesBroadcast(to: prediction.shape)
            func flat(_ x: Tensor) -> Tensor { x.reshaped(to: [x.shape.count, 1]) }
            // A score's bin: the last whose threshold it is above; 0 for the score 0.
            let scores = minimum(maximum(prediction, 0), 1)
            let bin = maximum(-floor(scores * -Float(thresholds - 1)) - 1, 0)
            let bins = flat(bin) .== Tensor((0..<thresholds).map(Float.init))
            return [isTrue, 1 - isTrue].map { counted in
                (bins * flat(weight.map { counted * $0 } ?? counted)).sum(axes: [0])
            }
        } result: { bins in
            // What is above each threshold.
            func above(_ bins: [Double]) -> [Double] {
                var sum = 0.0
                return bins.reversed().map { bin in
                    sum += bin
                    return sum
                }.reversed()
            }
            let (hits, falseAlarms) = (above(bins[0]), above(bins[1]))
            return curve == .roc ? rocArea(hits, falseAlarms) : prArea(hits, falseAlarms)
        }
    }

    private static func rocArea(_ hits: [Double], _ falseAlarms: [Double]) -> Double {
        (1..<hits.count).reduce(0) { area, index in
            let width = ratio(falseAlarms[index - 1] - falseAlarms[index], falseAlarms[0])
            return area + width * ratio((hits[index - 1] + hits[index]) / 2, hits[0])
        }
    }

    private static func prArea(_ hits: [Double], _ falseAlarms: [Double]) -> Double {
        let predicted = zip(hits, falseAlarms).map(+)
        return (1..<hits.count).reduce(0) { area, index in
            let gained = hits[index - 1] - hits[index]
            let slope = ratio(gained, predicted[index - 1] - predicted[index])
            let intercept = hits[index] - slope * predicted[index]
            let growth = predicted[index] > 0 ? predicted[index - 1] / predicted[index] : 1
            return area + ratio(slope * (gained + intercept * Foundation.log(growth)), hits[0])
        }
    }
}
