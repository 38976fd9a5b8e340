/// What a weight is brought back to after each step of training.
///
/// Norms are taken over `axes`: 0, the inputs, for the kernel of a ``Dense`` layer (the norm of each
/// unit's weights); [0, 1, 2] for the kernel of a ``Conv2D``.
public enum Constraint: Hashable, Sendable {
    /// Norms of at most a value.
    case maxNorm(Float = 2, axes: [Int] = [0])
    /// No negative numbers: they become 0.
    case nonNegative
    /// Norms of 1.
    case unitNorm(axes: [Int] = [0])
    /// Norms between two values; `rate` is how much of the way a norm is moved, 1 for all of it.
    case minMaxNorm(minimum: Float = 0, maximum: Float = 1, rate: Float = 1, axes: [Int] = [0])

    public func callAsFunction(_ weight: Tensor) -> Tensor {
        func norm(_ axes: [Int]) -> Tensor {
            sqrt(square(weight).sum(axes: axes, keepingDimensions: true))
        }
        let epsilon: Float = 1e-7
        switch self {
        case .maxNorm(let limit, let axes):
            let norm = norm(axes)
            return weight * (minimum(norm, Tensor(limit)) / (norm + epsilon))
        case .nonNegative: return relu(weight)
        case .unitNorm(let axes): return weight / (norm(axes) + epsilon)
        case .minMaxNorm(let low, let high, let rate, let axes):
            let norm = norm(axes)
            let inside = minimum(maximum(norm, Tensor(low)), Tensor(high))
            return weight * ((inside * rate + norm * (1 - rate)) / (norm + epsilon))
        }
    }
}

extension Constraint: ConfigurationValue {
    public var json: JSON {
        func written(_ axes: [Int]) -> JSON { axes.count == 1 ? .integer(axes[0]) : axes.json }
        switch self {
        case .maxNorm(let limit, let axes):
            return .keras("constraints", "MaxNorm", ["max_value": limit, "axis": written(axes)])
        case .nonNegative: return .keras("constraints", "NonNeg", [:])
        case .unitNorm(let axes):
            return .keras("constraints", "UnitNorm", ["axis": written(axes)])
        case .minMaxNorm(let low, let high, let rate, let axes):
            return .keras(
                "constraints", "MinMaxNorm",
                ["min_value": low, "max_value": high, "rate": rate, "axis": written(axes)])
        }
    }

    public init(json: JSON) throws {
        let (className, configuration) = try json.object("a constraint")
        let axes = try configuration.value("axis", default: [0])
        switch className {
        case "MaxNorm", "max_norm":
            self = .maxNorm(try configuration.value("max_value", default: 2), axes: axes)
        case "NonNeg", "non_neg": self = .nonNegative
        case "UnitNorm", "unit_norm": self = .unitNorm(axes: axes)
        case "MinMaxNorm", "min_max_norm":
            self = .minMaxNorm(
                minimum: try configuration.value("min_value", default: 0),
                maximum: try configuration.value("max_value", default: 1),
                rate: try configuration.value("rate", default: 1), axes: axes)
        default: throw StrataError("the constraint \(className) is not known")
        }
    }
}
