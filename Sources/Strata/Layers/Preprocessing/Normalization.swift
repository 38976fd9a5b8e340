/// Shifts and scales features by their mean and variance over a data set:
/// (x - mean) / max(√variance, 1e-7), in training and inference alike.
///
/// Mean and variance are given, or computed by ``adapt(_:)``, which makes them weights. Output shape:
/// the input's.
public final class Normalization: ConfigurableLayer {
    public let core: LayerCore
    /// The axes with a mean and a variance for each index, the channels by default. Negative axes
    /// count from the end.
    public private(set) var axis: Axes
    /// The given numbers: one, or one for each index of the axes.
    public private(set) var givenMean: [Float]?
    /// The variance that was given; nil if it is adapted.
    public private(set) var givenVariance: [Float]?
    /// Whether the normalization is undone: x · max(√variance, 1e-7) + mean.
    public private(set) var invert: Bool

    /// The mean.
    public private(set) var mean: Variable?
    /// The variance.
    public private(set) var variance: Variable?
    private var count: Variable?

    /// - Parameters:
    ///   - axis: the axes with a mean and a variance for each index, the last by default; negative
    ///     ones count from the end.
    ///   - mean: the means: one, or one for each index of the axes; by default they are computed by
    ///     ``adapt(_:)``.
    ///   - variance: the variances, given together with the means.
    ///   - invert: whether the normalization is undone: x · max(√variance, 1e-7) + mean; false by
    ///     default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        axis: Axes = -1, mean: [Float]? = nil, variance: [Float]? = nil, invert: Bool = false,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.axis = axis
        givenMean = mean
        givenVariance = variance
        self.invert = invert
    }

    public static func prototype() -> Normalization { Normalization() }

    public static var hyperparameters: [Hyperparameter<Normalization>] {
        [
            .value("axis", \.axis.list.nilIfEmpty), .value("invert", \.invert),
            .value("mean", \.givenMean.oneOrMany), .value("variance", \.givenVariance.oneOrMany),
        ]
    }

    private var axes: [Int] { axis.list }

    /// Whether the layer is for pixels of 0 to 255, as far as its numbers tell.
    var isForPixels: Bool {
        guard !invert else { return false }
        let means = givenMean ?? mean?.value.scalars ?? []
        let variances = givenVariance ?? variance?.value.scalars ?? []
        return means.contains { $0 >= 16 } || variances.contains { $0 >= 16 * 16 }
    }

    public func build(_ inputs: [Shape]) throws {
        let resolved = axes.compactMap { inputs[0].axis($0) }.sorted()
        guard resolved.count == axes.count, resolved.first ?? 1 > 0 else {
            throw StrataError(
                "axes of shape \(inputs[0]) other than the batch were expected, but got \(axes)")
        }
        let shape = Shape(resolved.map { inputs[0][$0] })
        guard (givenMean == nil) == (givenVariance == nil) else {
            throw StrataError("mean and variance are given together, or neither is.")
        }
        guard let givenMean, let givenVariance else {
            mean = addWeight("mean", shape: shape, initializer: .zeros, trainable: false)
            variance = addWeight("variance", shape: shape, initializer: .ones, trainable: false)
            count = addWeight("count", shape: [], initializer: .zeros, trainable: false)
            count?.isCount = true
            return
        }
        guard [givenMean, givenVariance].allSatisfy({ $0.count == 1 || $0.count == shape.count })
        else {
            throw StrataError(
                "one mean and variance, or \(shape.count), were expected, but got "
                    + "\(givenMean.count) and \(givenVariance.count)")
        }
    }

    /// Computes mean and variance of a data set, `[samples, …]`; earlier ones are forgotten.
    public func adapt(_ data: Tensor) throws {
        if !core.isBuilt {
            try build([data.shape])
            core.isBuilt = true
        }
        guard let mean, let variance, let count else {
            throw StrataError("\(description) has a given mean and variance, so it cannot adapt.")
        }
        let kept = Set(axes.compactMap { data.shape.axis($0) })
        let sizes = data.shape.dimensions.indices.filter(kept.contains).map { data.shape[$0] }
        guard Shape(sizes) == mean.shape else {
            throw StrataError(
                "\(description) has means of shape \(mean.shape), but got data of shape "
                    + "\(data.shape)")
        }
        // In double precision: a data set is long.
        let groups = Swift.max(mean.shape.count, 1)
        let inner = data.shape.strides
        let strides = Shape(sizes).strides
        let places = zip(kept.sorted(), strides).map { (axis: $0, stride: $1) }
        func group(_ position: Int) -> Int {
            places.reduce(0) { $0 + position / inner[$1.axis] % data.shape[$1.axis] * $1.stride }
        }
        let scalars = try data.computedScalars()
        let share = Double(scalars.count / groups)
        var means = [Double](repeating: 0, count: groups)
        for (position, x) in scalars.enumerated() { means[group(position)] += Double(x) / share }
        var variances = [Double](repeating: 0, count: groups)
        for (position, x) in scalars.enumerated() {
            let difference = Double(x) - means[group(position)]
            variances[group(position)] += difference * difference / share
        }
        mean.assign(means.map { Float($0) })
        variance.assign(variances.map { Float($0) })
        count.assign([Float(share)])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let kept = x.shape.dimensions.indices.map { axis in
            axes.contains(axis) || axes.contains(axis - x.rank) ? x.shape[axis] : 1
        }
        func placed(_ weight: Variable?, _ given: [Float]?) -> Tensor {
            if let weight { return weight.value.reshaped(to: Shape(kept)) }
            let numbers = given ?? [0]
            return Tensor(numbers).reshaped(to: numbers.count == 1 ? [] : Shape(kept))
        }
        let mean = placed(mean, givenMean)
        let deviation = maximum(sqrt(placed(variance, givenVariance)), 1e-7)
        return invert ? x * deviation + mean : (x - mean) / deviation
    }
}
