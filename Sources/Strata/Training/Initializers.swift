import Foundation

/// How a weight's first numbers are drawn, as Keras draws them.
public enum Initializer: Hashable, Sendable {
    case zeros
    case ones
    case constant(Float)
    /// Uniform between two bounds, ±0.05 by default.
    case randomUniform(minimum: Float = -0.05, maximum: Float = 0.05)
    case randomNormal(mean: Float = 0, standardDeviation: Float = 0.05)
    /// Normal, redrawn beyond two standard deviations.
    case truncatedNormal(mean: Float = 0, standardDeviation: Float = 0.05)
    /// Glorot and Bengio (2010): uniform within ±√(6 / (fan in + fan out)).
    case glorotUniform
    case glorotNormal
    /// He et al. (2015): variance 2 / fan in.
    case heUniform
    case heNormal
    /// LeCun et al. (1998): variance 1 / fan in.
    case lecunUniform
    case lecunNormal

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
        case .randomUniform(let minimum, let maximum):
            return drawn { Double(minimum) + Double(maximum - minimum) * key.uniform($0) }
        case .randomNormal(let mean, let deviation):
            return drawn { Double(mean) + Double(deviation) * key.normal($0) }
        case .truncatedNormal(let mean, let deviation):
            return truncated(Double(mean), Double(deviation))
        case .glorotUniform, .heUniform, .lecunUniform:
            let limit = (3 * variance(shape)).squareRoot()
            return drawn { limit * (2 * key.uniform($0) - 1) }
        case .glorotNormal, .heNormal, .lecunNormal:
            // The deviation of a normal distribution cut at two deviations is 0.8796 of the whole one's.
            return truncated(0, variance(shape).squareRoot() / 0.87962566103423978)
        }
    }

    /// Scale over fan, as Keras counts fans: a kernel's receptive field times its channels.
    private func variance(_ shape: Shape) -> Double {
        let field = shape.dimensions.dropLast(2).reduce(1, *)
        let fanIn = Double(shape.rank > 1 ? shape[-2] * field : shape.count)
        let fanOut = Double(shape.rank > 1 ? shape[-1] * field : shape.count)
        switch self {
        case .heUniform, .heNormal: return 2 / max(1, fanIn)
        case .lecunUniform, .lecunNormal: return 1 / max(1, fanIn)
        default: return 2 / max(1, fanIn + fanOut)
        }
    }
}
