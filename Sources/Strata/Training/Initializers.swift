import Foundation

/// How a weight's first numbers are drawn, as Keras draws them.
public enum Initializer: Hashable, Sendable {
    case zeros
    case ones
    case constant(Float)
    /// Ones on the diagonal of the last two axes, times a gain.
    case identity(gain: Float = 1)
    /// Uniform between two bounds, ±0.05 by default.
    case randomUniform(minimum: Float = -0.05, maximum: Float = 0.05)
    case randomNormal(mean: Float = 0, standardDeviation: Float = 0.05)
    /// Normal, redrawn beyond two standard deviations.
    case truncatedNormal(mean: Float = 0, standardDeviation: Float = 0.05)
    /// Variance scale / fan.
    case varianceScaling(
        scale: Float = 1, fan: Fan = .input, distribution: Distribution = .truncatedNormal)
    /// Glorot and Bengio (2010): uniform within ±√(6 / (fan in + fan out)).
    case glorotUniform
    case glorotNormal
    /// He et al. (2015): variance 2 / fan in.
    case heUniform
    case heNormal
    /// LeCun et al. (1998): variance 1 / fan in.
    case lecunUniform
    case lecunNormal
    /// Saxe et al. (2014): rows or columns, whichever are fewer, that are orthogonal and of length
    /// `gain`, of the weight seen as a matrix with its last axis as columns.
    case orthogonal(gain: Float = 1)

    /// What a variance is divided by: a kernel's receptive field times its input channels, its
    /// output channels, or the mean of both.
    public enum Fan: String, Hashable, Sendable {
        case input = "fan_in"
        case output = "fan_out"
        case average = "fan_avg"
    }

    public enum Distribution: String, Hashable, Sendable {
        case uniform
        /// Cut at two deviations.
        case truncatedNormal = "truncated_normal"
        case untruncatedNormal = "untruncated_normal"
    }

    /// The numbers for a weight of a shape, in row-major order.
    public func make(_ shape: Shape, _ key: Random.Key) -> [Float] {
        let count = shape.count
        func drawn(_ draw: (Int) -> Double) -> [Float] {
            [Float](unsafeUninitializedCapacity: count) { buffer, made in
                for position in 0..<count { buffer[position] = Float(draw(position)) }
                made = count
            }
        }
        func truncated(_ mean: Double, _ deviation: Double) -> [Float] {
            drawn { position in
                // A position's redraws come from its own part of the stream.
                for attempt in 0..<64 {
                    let value = key.normal(position * 64 + attempt)
                    if Swift.abs(value) <= 2 { return mean + deviation * value }
                }
                return mean
            }
        }
        switch self {
        case .zeros: return [Float](repeating: 0, count: count)
        case .ones: return [Float](repeating: 1, count: count)
        case .constant(let value): return [Float](repeating: value, count: count)
        case .identity(let gain):
            let columns = shape.rank > 0 ? Swift.max(shape[-1], 1) : 1
            let rows = shape.rank > 1 ? Swift.max(shape[-2], 1) : 1
            return drawn { $0 % columns == $0 / columns % rows ? Double(gain) : 0 }
        case .randomUniform(let minimum, let maximum):
            return drawn { Double(minimum) + Double(maximum - minimum) * key.uniform($0) }
        case .randomNormal(let mean, let deviation):
            return drawn { Double(mean) + Double(deviation) * key.normal($0) }
        case .truncatedNormal(let mean, let deviation):
            return truncated(Double(mean), Double(deviation))
        case .varianceScaling(let scale, let fan, let distribution):
            let variance = Double(scale) / Swift.max(1, fan.size(of: shape))
            switch distribution {
            case .uniform:
                let limit = (3 * variance).squareRoot()
                return drawn { limit * (2 * key.uniform($0) - 1) }
            case .truncatedNormal:
                // The deviation of a normal distribution cut at two is 0.8796 of the whole one's.
                return truncated(0, variance.squareRoot() / 0.87962566103423978)
            case .untruncatedNormal:
                return drawn { variance.squareRoot() * key.normal($0) }
            }
        case .orthogonal(let gain):
            return orthogonalMatrix(shape, Double(gain), key)
        case .glorotUniform, .glorotNormal, .heUniform, .heNormal, .lecunUniform, .lecunNormal:
            return scaling.make(shape, key)
        }
    }

    /// A named scheme as the ``varianceScaling(scale:fan:distribution:)`` it stands for.
    private var scaling: Initializer {
        switch self {
        case .glorotUniform: .varianceScaling(fan: .average, distribution: .uniform)
        case .glorotNormal: .varianceScaling(fan: .average)
        case .heUniform: .varianceScaling(scale: 2, distribution: .uniform)
        case .heNormal: .varianceScaling(scale: 2)
        case .lecunUniform: .varianceScaling(distribution: .uniform)
        case .lecunNormal: .varianceScaling()
        default: self
        }
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
