import Foundation

/// How a weight's first values are drawn, as Keras draws them.
public struct Initializer: DescribedFunction {
    typealias Function = @Sendable (Shape, Random.Key) -> [Float]

    let described: Described<Function>
    init(_ described: Described<Function>) { self.described = described }

    private init(
        _ className: String, _ settings: Configuration = [:], isRandom: Bool = true,
        make: @escaping @Sendable (Configuration) throws -> Function
    ) {
        described = Described(
            className, settings, ignored: isRandom ? ["seed": nil] : [:], make: make)
    }

    /// The values of a weight, in row-major order.
    /// - Parameters:
    ///   - shape: the weight's shape.
    ///   - key: what random numbers follow from.
    public func make(_ shape: Shape, _ key: Random.Key) -> [Float] {
        // Settings are checked when they are read, and those of people are of the right type.
        let function = try? described.made()
        return function?(shape, key) ?? [Float](repeating: .nan, count: shape.count)
    }

    // MARK: - Constants

    /// 0 everywhere.
    public static let zeros = Initializer("Zeros", isRandom: false) { _ in
        { shape, _ in [Float](repeating: 0, count: shape.count) }
    }

    /// 1 everywhere.
    public static let ones = Initializer("Ones", isRandom: false) { _ in
        { shape, _ in [Float](repeating: 1, count: shape.count) }
    }

    /// One value everywhere.
    /// - Parameter value: the value; 0 by default.
    public static func constant(_ value: Float = 0) -> Initializer {
        Initializer("Constant", ["value": value], isRandom: false) { settings in
            let value: Float = try settings.value("value")
            return { shape, _ in [Float](repeating: value, count: shape.count) }
        }
    }

    /// A value on the diagonal of the last two axes, 0 elsewhere.
    /// - Parameter gain: the value; 1 by default.
    public static func identity(gain: Float = 1) -> Initializer {
        Initializer("Identity", ["gain": gain], isRandom: false) { settings in
            let gain: Float = try settings.value("gain")
            return { shape, _ in
                let columns = shape.rank > 0 ? Swift.max(shape[-1], 1) : 1
                let rows = shape.rank > 1 ? Swift.max(shape[-2], 1) : 1
                return (0..<shape.count).map {
                    $0 % columns == $0 / columns % rows ? gain : 0
                }
            }
        }
    }

    // MARK: - Random numbers

    /// Uniform between two bounds.
    /// - Parameters:
    ///   - minval: the lower bound; -0.05 by default.
    ///   - maxval: the upper bound; 0.05 by default.
    public static func randomUniform(minval: Float = -0.05, maxval: Float = 0.05) -> Initializer {
        Initializer("RandomUniform", ["minval": minval, "maxval": maxval]) { settings in
            let minval: Float = try settings.value("minval")
            let maxval: Float = try settings.value("maxval")
            return { shape, key in
                drawn(shape) { Double(minval) + Double(maxval - minval) * key.uniform($0) }
            }
        }
    }

    /// Normal.
    /// - Parameters:
    ///   - mean: the mean; 0 by default.
    ///   - stddev: the standard deviation; 0.05 by default.
    public static func randomNormal(mean: Float = 0, stddev: Float = 0.05) -> Initializer {
        Initializer("RandomNormal", ["mean": mean, "stddev": stddev]) { settings in
            let mean: Float = try settings.value("mean")
            let stddev: Float = try settings.value("stddev")
            return { shape, key in
                drawn(shape) { Double(mean) + Double(stddev) * key.normal($0) }
            }
        }
    }

    /// Normal, redrawn beyond two standard deviations.
    /// - Parameters:
    ///   - mean: the mean; 0 by default.
    ///   - stddev: the standard deviation before the tails are cut; 0.05 by default.
    public static func truncatedNormal(mean: Float = 0, stddev: Float = 0.05) -> Initializer {
        Initializer("TruncatedNormal", ["mean": mean, "stddev": stddev]) { settings in
            let mean: Float = try settings.value("mean")
            let stddev: Float = try settings.value("stddev")
            return { truncated($0, Double(mean), Double(stddev), $1) }
        }
    }

    /// Variance scale / fan.
    /// - Parameters:
    ///   - scale: the variance before it is divided; 1 by default.
    ///   - mode: what it is divided by; the number of inputs by default.
    ///   - distribution: how values are distributed; normal, cut at two deviations, by default.
    public static func varianceScaling(
        scale: Float = 1, mode: Fan = .input, distribution: Distribution = .truncatedNormal
    ) -> Initializer {
        Initializer(
            "VarianceScaling", ["scale": scale, "mode": mode, "distribution": distribution]
        ) { settings in
            let scale: Float = try settings.value("scale")
            let mode: Fan = try settings.value("mode")
            let distribution: Distribution = try settings.value("distribution")
            return { scaled($0, Double(scale), mode, distribution, $1) }
        }
    }

    private static func named(
        _ className: String, _ scale: Double, _ mode: Fan, _ distribution: Distribution
    ) -> Initializer {
        Initializer(className) { _ in { scaled($0, scale, mode, distribution, $1) } }
    }

    /// Glorot and Bengio (2010): uniform within ±√(6 / (fan in + fan out)).
    public static let glorotUniform = named("GlorotUniform", 1, .average, .uniform)
    /// Glorot and Bengio (2010): normal, of variance 2 / (fan in + fan out).
    public static let glorotNormal = named("GlorotNormal", 1, .average, .truncatedNormal)
    /// He et al. (2015): uniform, of variance 2 / fan in.
    public static let heUniform = named("HeUniform", 2, .input, .uniform)
    /// He et al. (2015): normal, of variance 2 / fan in.
    public static let heNormal = named("HeNormal", 2, .input, .truncatedNormal)
    /// LeCun et al. (1998): uniform, of variance 1 / fan in.
    public static let lecunUniform = named("LecunUniform", 1, .input, .uniform)
    /// LeCun et al. (1998): normal, of variance 1 / fan in.
    public static let lecunNormal = named("LecunNormal", 1, .input, .truncatedNormal)

    /// Saxe et al. (2014): rows or columns, whichever are fewer, that are orthogonal, of the weight seen
    /// as a matrix with its last axis as columns.
    /// - Parameter gain: the length of these rows or columns; 1 by default.
    public static func orthogonal(gain: Float = 1) -> Initializer {
        Initializer("Orthogonal", ["gain": gain]) { settings in
            let gain: Float = try settings.value("gain")
            return { orthogonalMatrix($0, Double(gain), $1) }
        }
    }

    /// What a variance is divided by: a kernel's receptive field times its input channels, its
    /// output channels, or the mean of both.
    public enum Fan: String, CaseIterable, ConfigurationValue, Hashable, Sendable {
        case input = "fan_in"
        case output = "fan_out"
        case average = "fan_avg"
    }

    /// How values are distributed.
    public enum Distribution: String, CaseIterable, ConfigurationValue, Hashable, Sendable {
        /// Uniform.
        case uniform
        /// Normal, cut at two standard deviations.
        case truncatedNormal = "truncated_normal"
        /// Normal.
        case untruncatedNormal = "untruncated_normal"

        public init(json: JSON) throws {
            guard case .string(let word) = json,
                let value = Self(rawValue: word == "normal" ? "truncated_normal" : word)
            else {
                throw json.mismatch(
                    "\"uniform\", \"truncated_normal\" or \"untruncated_normal\"")
            }
            self = value
        }
    }
}

extension Initializer {
    static let kind = "initializer"
    /// Adding an initializer adds a line here.
    static let registry: [Initializer] = [
        .zeros, .ones, .constant(), .identity(), .randomUniform(), .randomNormal(),
        .truncatedNormal(), .varianceScaling(), .glorotUniform, .glorotNormal, .heUniform,
        .heNormal, .lecunUniform, .lecunNormal, .orthogonal(),
    ]
    static let aliases = [
        "IdentityInitializer": "Identity", "OrthogonalInitializer": "Orthogonal",
    ]

    /// The names that ``named(_:)`` knows.
    public static var names: [String] { allNames }

    /// The initializer of a name with its defaults.
    /// - Parameter name: Keras's name: `glorot_uniform`.
    /// - Throws: ``StrataError`` that lists the names, if there is none of that name.
    public static func named(_ name: String) throws -> Initializer { try find(name) }
}

// MARK: - Drawing

private func drawn(_ shape: Shape, _ draw: (Int) -> Double) -> [Float] {
    [Float](unsafeUninitializedCapacity: shape.count) { buffer, made in
        for position in 0..<shape.count { buffer[position] = Float(draw(position)) }
        made = shape.count
    }
}

private func truncated(
    _ shape: Shape, _ mean: Double, _ deviation: Double, _ key: Random.Key
) -> [Float] {
    drawn(shape) { position in
        // A position's redraws come from its own part of the stream.
        for attempt in 0..<64 {
            let value = key.normal(position * 64 + attempt)
            if Swift.abs(value) <= 2 { return mean + deviation * value }
        }
        return mean
    }
}

private func scaled(
    _ shape: Shape, _ scale: Double, _ fan: Initializer.Fan,
    _ distribution: Initializer.Distribution, _ key: Random.Key
) -> [Float] {
    let variance = scale / Swift.max(1, fan.size(of: shape))
    switch distribution {
    case .uniform:
        let limit = (3 * variance).squareRoot()
        return drawn(shape) { limit * (2 * key.uniform($0) - 1) }
    case .truncatedNormal:
        // The deviation of a normal distribution cut at two is 0.8796 of the whole one's.
        return truncated(shape, 0, variance.squareRoot() / 0.87962566103423978, key)
    case .untruncatedNormal:
        return drawn(shape) { variance.squareRoot() * key.normal($0) }
    }
}

extension Initializer.Fan {
    /// As Keras counts: the receptive field is all axes but the last two.
    func size(of shape: Shape) -> Double {
        let field = shape.dimensions.dropLast(2).reduce(1, *)
        let input = Double(shape.rank > 1 ? shape[-2] * field : shape.count)
        let output = Double(shape.rank > 1 ? shape[-1] * field : shape.count)
        return switch self {
        case .input: input
        case .output: output
        case .average: (input + output) / 2
        }
    }
}

/// Normal numbers made orthogonal by Gram and Schmidt's method, each vector twice for accuracy.
private func orthogonalMatrix(_ shape: Shape, _ gain: Double, _ key: Random.Key) -> [Float] {
    let columns = shape.rank > 0 ? max(shape[-1], 1) : 1
    let rows = shape.count / columns
    let (length, count) = (max(rows, columns), min(rows, columns))
    var vectors: [[Double]] = []
    for vector in 0..<count {
        var fresh = (0..<length).map { key.normal($0 * count + vector) }
        for known in vectors + vectors {
            let overlap = zip(fresh, known).reduce(0) { $0 + $1.0 * $1.1 }
            for position in 0..<length { fresh[position] -= overlap * known[position] }
        }
        let norm = fresh.reduce(0) { $0 + $1 * $1 }.squareRoot()
        vectors.append(fresh.map { $0 / norm })
    }
    return (0..<shape.count).map { position in
        let (row, column) = (position / columns, position % columns)
        return Float(gain * (rows >= columns ? vectors[column][row] : vectors[row][column]))
    }
}
