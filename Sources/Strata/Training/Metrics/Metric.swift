/// A number that tells how good a model is, beside the loss: sums over the samples of all batches,
/// and what they amount to.
public struct Metric: Sendable {
    /// The key in `History`: `accuracy`.
    public let name: String
    /// Whether more is better: the direction that the `auto` mode of callbacks takes. Nil if it is
    /// not known.
    public let isBetterWhenHigher: Bool?
    /// The metric without its name, as Keras serializes it; nil for a metric of your own.
    private let object: JSON?
    /// (targets, predictions, weights of the samples) to sums over a batch.
    let sums: @Sendable (Tensor, Tensor, Tensor?) -> [Tensor]
    /// The sums over all batches to the metric.
    let result: @Sendable ([[Double]]) -> Double

    /// A metric that is more than a mean.
    /// - Parameters:
    ///   - sums: targets, predictions and, where samples are weighted, a weight for each, to what is
    ///     added up over the batches.
    ///   - result: the numbers of the sums over all batches, in row-major order, to the metric.
    public init(
        _ name: String, isBetterWhenHigher: Bool? = nil,
        sums: @escaping @Sendable (Tensor, Tensor, Tensor?) -> [Tensor],
        result: @escaping @Sendable ([[Double]]) -> Double
    ) {
        self.init(name, nil, isBetterWhenHigher, sums, result)
    }

    private init(
        _ name: String, _ object: JSON?, _ isBetterWhenHigher: Bool?,
        _ sums: @escaping @Sendable (Tensor, Tensor, Tensor?) -> [Tensor],
        _ result: @escaping @Sendable ([[Double]]) -> Double
    ) {
        self.name = name
        self.object = object
        self.isBetterWhenHigher = isBetterWhenHigher
        self.sums = sums
        self.result = result
    }

    /// A metric of your own: the mean of the numbers that `values` gives for targets and predictions.
    public init(
        _ name: String, isBetterWhenHigher: Bool? = nil,
        values: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) {
        self.init(
            name, isBetterWhenHigher: isBetterWhenHigher,
            sums: { Metric.meanSums(values($0, $1), $2) }, result: Metric.mean)
    }

    /// The mean of a loss.
    public init(_ loss: Loss) {
        let mean = Metric(loss.name, isBetterWhenHigher: false) { target, prediction in
            let isSparse = loss.isSparse(target.shape, prediction.shape)
            let losses = loss.values(
                isSparse ? target : target.matched(to: prediction), prediction)
            return loss.isCounted(target, prediction).map { losses * $0 } ?? losses
        }
        self = loss.serialized.map(mean.serialized(as:)) ?? mean
    }

    /// The same metric under another name.
    public func named(_ name: String) -> Metric {
        Metric(name, object, isBetterWhenHigher, sums, result)
    }

    /// The same metric, which files can keep.
    func serialized(_ className: String, _ parameters: Configuration = [:]) -> Metric {
        serialized(as: .keras("metrics", className, parameters))
    }

    func serialized(as object: JSON) -> Metric {
        Metric(name, object, isBetterWhenHigher, sums, result)
    }

    /// The metric as Keras serializes it; nil for a metric of your own.
    package var serialized: JSON? {
        guard case .object(var members)? = object,
            let place = members.firstIndex(where: { $0.name == "config" }),
            let parameters = try? Configuration(members[place].value)
        else { return object }
        let common: Configuration = ["name": name, "dtype": "float32"]
        members[place].value = common.overlaid(by: parameters, except: common).json
        return .object(members)
    }

    /// The metric of targets and predictions that are at hand.
    public func callAsFunction(
        _ targets: Tensor, _ predictions: Tensor, weights: Tensor? = nil
    ) throws -> Double {
        let sums = sums(targets, predictions, weights)
        return result(try sums.map { try $0.computedScalars().map(Double.init) })
    }

    /// The sum over samples, each the mean of its values times its weight, and the sum of weights.
    static func meanSums(_ values: Tensor, _ weights: Tensor?) -> [Tensor] {
        guard values.rank > 0 else { return [values, 1] }
        let count = Float(values.shape[0])
        guard let weights else {
            let part = count / Float(max(values.shape.count, 1))
            return [part == 1 ? values.sum() : values.sum() * part, Tensor(count)]
        }
        let samples = values.mean(axes: Array(1..<values.rank))
        return [(samples * weights).sum(), weights.sum()]
    }

    static let mean: @Sendable ([[Double]]) -> Double = { ratio($0[0][0], $0[1][0]) }
}

/// a / b, or 0 where that is not a number: of nothing.
func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a / b }

extension Tensor {
    /// Targets in the shape of predictions where the two differ by an axis of 1: `[batch]` for
    /// `[batch, 1]`, or the other way round.
    func matched(to prediction: Tensor) -> Tensor {
        let isMissing = rank + 1 == prediction.rank && prediction.shape[-1] == 1
        let isExtra = rank == prediction.rank + 1 && shape[-1] == 1
        return isMissing || isExtra ? reshaped(to: prediction.shape) : self
    }

    /// A weight for each sample, repeated for the other axes of a shape.
    func samplesBroadcast(to shape: Shape) -> Tensor {
        let column = [shape[0]] + [Int](repeating: 1, count: shape.rank - 1)
        return reshaped(to: Shape(column)).broadcast(to: shape)
    }
}
