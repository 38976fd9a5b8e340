import Foundation

extension Metric {
    /// A curve whose area is measured.
    public enum Curve: String, Hashable, Sendable {
        /// The true positive rate against the false positive rate.
        case roc = "ROC"
        /// Precision against recall.
        case pr = "PR"
    }

    /// The area under a curve over all thresholds between 0 and 1, for probabilities and targets 0 and 1.
    ///
    /// As in Keras, scores are sorted into `thresholds - 1` bins and the curve is interpolated between
    /// them: linearly for ROC, and as in Davis and Goadrich (2006) for PR.
    /// - Parameters:
    ///   - curve: the curve; `.roc` by default.
    ///   - thresholds: the number of thresholds, at least 2; 200 by default.
    public static func auc(_ curve: Curve = .roc, thresholds: Int = 200) -> Metric {
        precondition(thresholds > 1, "thresholds must be at least 2, but got \(thresholds)")
        return Metric("auc", isBetterWhenHigher: true) { target, prediction, weights in
            let isTrue = 1 - (target.matched(to: prediction) .== 0)
            let weight = weights?.samplesBroadcast(to: prediction.shape)
            func flat(_ x: Tensor) -> Tensor { x.reshaped(to: [x.shape.count, 1]) }
            // The bin of a score is the last whose threshold it exceeds; 0 for the score 0.
            let scores = minimum(maximum(prediction, 0), 1)
            let bin = maximum(-floor(scores * -Float(thresholds - 1)) - 1, 0)
            let bins = flat(bin) .== Tensor((0..<thresholds).map(Float.init))
            return [isTrue, 1 - isTrue].map { counted in
                (bins * flat(weight.map { counted * $0 } ?? counted)).sum(axes: [0])
            }
        } result: { bins in
            // The sums above each threshold.
            func above(_ bins: [Double]) -> [Double] {
                var sum = 0.0
                return bins.reversed().map { bin in
                    sum += bin
                    return sum
                }.reversed()
            }
            let (hits, falseAlarms) = (above(bins[0]), above(bins[1]))
            return curve == .roc ? rocArea(hits, falseAlarms) : prArea(hits, falseAlarms)
        }.serialized(
            "AUC",
            [
                "num_thresholds": thresholds, "curve": curve.rawValue,
                "summation_method": "interpolation", "multi_label": false, "num_labels": nil,
                "label_weights": nil, "from_logits": false,
            ])
    }

    /// The area under the ROC curve.
    public static var auc: Metric { auc() }

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
