/// A measure of how good a model is, reported beside the loss. It is computed from sums over the samples of
/// all batches.
public struct Metric: Sendable {
    /// The key in `History`: `accuracy`.
    public let name: String
    /// Whether higher values are better, which decides the automatic mode of callbacks. Nil if unknown.
    public let isBetterWhenHigher: Bool?
    /// As files keep it; nil for a metric of your own.
    private var described: Described<Metric>?
    /// What a file says of it, in the file's own words, or a plain name.
    private var source: JSON?
    /// What is wrong with the settings; thrown by `compile`.
    private(set) var error: StrataError?
    /// Maps targets, predictions and sample weights to sums over a batch.
    let sums: @Sendable (Tensor, Tensor, Tensor?) -> [Tensor]
    /// Maps the sums over all batches to the metric.
    let result: @Sendable ([[Double]]) -> Double

    /// Makes a custom metric that is not a mean.
    /// - Parameters:
    ///   - name: the key in `History`.
    ///   - isBetterWhenHigher: whether higher values are better; unknown by default.
    ///   - sums: maps targets, predictions and sample weights (nil if samples are not weighted) to
    ///     quantities that are summed over the batches.
    ///   - result: maps these sums, each as an array in row-major order, to the metric.
    public init(
        _ name: String, isBetterWhenHigher: Bool? = nil,
        sums: @escaping @Sendable (Tensor, Tensor, Tensor?) -> [Tensor],
        result: @escaping @Sendable ([[Double]]) -> Double
    ) {
        self.name = name
        self.isBetterWhenHigher = isBetterWhenHigher
        self.sums = sums
        self.result = result
    }

    /// A metric that Keras has.
    /// - Parameters:
    ///   - className: the class's name.
    ///   - settings: the settings by their names in files.
    ///   - fixed: settings of which there is one value.
    ///   - make: makes the metric of the settings.
    init(
        _ className: String, _ settings: Configuration = [:], fixed: Configuration = [:],
        make: @escaping @Sendable (Configuration) throws -> Metric
    ) {
        self.init(Described(className, settings, fixed: fixed, make: make))
    }

    private init(_ described: Described<Metric>) {
        do {
            self = try described.made()
        } catch {
            let error = StrataError(error)
            self.init(snakeCase(described.className)) { _, _, _ in
                [Tensor(error: error)]
            } result: { _ in
                .nan
            }
            self.error = error
        }
        self.described = described
    }

    /// The metric with the settings that a file has.
    func reading(_ file: Configuration) throws -> Metric {
        guard let described else { return self }
        return Metric(try described.reading(file))
    }

    /// The class that Keras has for it.
    var className: String? { described?.className }

    /// Makes a custom metric that is a mean.
    /// - Parameters:
    ///   - name: the key in `History`.
    ///   - isBetterWhenHigher: whether higher values are better; unknown by default.
    ///   - values: maps targets and predictions to the values that are averaged, `[batch, …]`.
    public init(
        _ name: String, isBetterWhenHigher: Bool? = nil,
        values: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) {
        self.init(
            name, isBetterWhenHigher: isBetterWhenHigher,
            sums: { Metric.meanSums(values($0, $1), $2) }, result: Metric.mean)
    }

    /// The mean of a loss.
    /// - Parameter loss: the loss.
    public init(_ loss: Loss) {
        self.init(loss.name, isBetterWhenHigher: false) { target, prediction in
            let isSparse = loss.isSparse(target.shape, prediction.shape)
            let losses = loss.values(
                isSparse ? target : target.matched(to: prediction), prediction)
            return loss.isCounted(target, prediction).map { losses * $0 } ?? losses
        }
        source = loss.serialized
        error = loss.error
    }

    /// The same metric with another name.
    public func named(_ name: String) -> Metric {
        var metric = Metric(
            name, isBetterWhenHigher: isBetterWhenHigher, sums: sums, result: result)
        (metric.described, metric.source, metric.error) = (described, source, error)
        return metric
    }

    /// The same metric, with the form in which files keep it.
    func serialized(as source: JSON) -> Metric {
        var metric = self
        metric.source = source
        return metric
    }

    /// The metric as Keras serializes it; nil for a custom metric.
    package var serialized: JSON? {
        let object =
            source ?? described.map { .keras("metrics", $0.className, $0.configuration) }
        guard case .object(var members)? = object,
            let place = members.firstIndex(where: { $0.name == "config" }),
            let parameters = try? Configuration(members[place].value)
        else { return object }
        let common: Configuration = ["name": name, "dtype": "float32"]
        members[place].value = common.overlaid(by: parameters, except: common).json
        return .object(members)
    }

    /// Computes the metric of targets and predictions.
    /// - Parameters:
    ///   - targets: the targets, `[batch, …]`.
    ///   - predictions: the predictions, `[batch, …]`.
    ///   - weights: a weight for each sample, `[batch]`; none by default.
    /// - Throws: ``StrataError`` if the tensors cannot be computed or their shapes do not match.
    public func callAsFunction(
        _ targets: Tensor, _ predictions: Tensor, weights: Tensor? = nil
    ) throws -> Double {
        let sums = sums(targets, predictions, weights)
        return result(try sums.map { try $0.computedScalars().map(Double.init) })
    }

    /// The sum over samples, or positions if these have weights, of the mean of their values times their
    /// weight, and the sum of the weights.
    static func meanSums(_ values: Tensor, _ weights: Tensor?) -> [Tensor] {
        guard values.rank > 0 else { return [values, Tensor(1)] }
        let count = Float(values.shape[0])
        guard let weights else {
            let part = count / Float(max(values.shape.count, 1))
            return [part == 1 ? values.sum() : values.sum() * part, Tensor(count)]
        }
        let means = values.mean(axes: Array(Swift.min(weights.rank, values.rank)..<values.rank))
        return [(means * weights.samplesBroadcast(to: means.shape)).sum(), weights.sum()]
    }

    static let mean: @Sendable ([[Double]]) -> Double = { ratio($0[0][0], $0[1][0]) }
}

/// a / b, or 0 if b is 0.
func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a / b }

extension Tensor {
    /// Reshapes targets to the shape of predictions if the two differ by an axis of 1: `[batch]` and
    /// `[batch, 1]`.
    func matched(to prediction: Tensor) -> Tensor {
        let isMissing = rank + 1 == prediction.rank && prediction.shape[-1] == 1
        let isExtra = rank == prediction.rank + 1 && shape[-1] == 1
        return isMissing || isExtra ? reshaped(to: prediction.shape) : self
    }

    /// Repeats a weight for each sample, or for each position of one, along the other axes of a shape.
    func samplesBroadcast(to shape: Shape) -> Tensor {
        guard shape.dimensions.starts(with: self.shape.dimensions) else {
            return Tensor(
                error: error
                    ?? StrataError(
                        "Weights of shape \(self.shape) do not fit numbers of shape \(shape)."))
        }
        let ones = [Int](repeating: 1, count: shape.rank - rank)
        return reshaped(to: Shape(self.shape.dimensions + ones)).broadcast(to: shape)
    }
}
