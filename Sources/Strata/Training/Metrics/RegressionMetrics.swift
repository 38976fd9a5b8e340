// Distances between predicted numbers and targets.
extension Metric {
    /// The mean of (t - p)².
    public static var meanSquaredError: Metric {
        Metric("MeanSquaredError") { _ in Metric(.meanSquaredError) }
    }

    /// The mean of |t - p|.
    public static var meanAbsoluteError: Metric {
        Metric("MeanAbsoluteError") { _ in Metric(.meanAbsoluteError) }
    }

    /// The mean of 100 · |t - p| / |t|.
    public static var meanAbsolutePercentageError: Metric {
        Metric("MeanAbsolutePercentageError") { _ in Metric(.meanAbsolutePercentageError) }
    }

    /// The square root of the mean of (t - p)².
    public static var rootMeanSquaredError: Metric {
        Metric("RootMeanSquaredError") { _ in
            Metric("root_mean_squared_error", isBetterWhenHigher: false) {
                target, prediction, weights in
                meanSums(square(prediction - target.matched(to: prediction)), weights)
            } result: {
                mean($0).squareRoot()
            }
        }
    }

    /// The mean cosine of the angle between targets and predictions along the last axis.
    public static var cosineSimilarity: Metric {
        Metric("CosineSimilarity", fixed: ["axis": -1]) { _ in
            Metric("cosine_similarity", isBetterWhenHigher: true) {
                cosine($0.matched(to: $1), $1)
            }
        }
    }

    /// The coefficient of determination, 1 - Σ(t - p)² / Σ(t - mean t)², averaged over the outputs: 1 is
    /// perfect, 0 is no better than predicting the mean.
    public static var r2Score: Metric {
        Metric(
            "R2Score", fixed: ["class_aggregation": "uniform_average", "num_regressors": 0]
        ) { _ in r2 }
    }

    private static var r2: Metric {
        Metric("r2_score", isBetterWhenHigher: true) { target, prediction, weights in
            let target = target.matched(to: prediction)
            let weight =
                weights?.samplesBroadcast(to: target.shape) ?? Tensor(1).broadcast(to: target.shape)
            let samples = Array(0..<max(target.rank - 1, 0))
            return [
                target * weight, target * target * weight, square(target - prediction) * weight,
                weight,
            ].map { $0.sum(axes: samples) }
        } result: { sums in
            let scores = sums[0].indices.map { output in
                let (sum, squares) = (sums[0][output], sums[1][output])
                let (residual, count) = (sums[2][output], sums[3][output])
                let score = 1 - residual / (squares - sum * sum / count)
                return score.isInfinite ? 0 : score
            }
            return scores.reduce(0, +) / Double(scores.count)
        }
    }
}
