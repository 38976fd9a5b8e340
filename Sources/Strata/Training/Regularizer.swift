/// A penalty on the size of a weight or of a layer's output, added to the loss.
public enum Regularizer: Hashable, Sendable {
    /// l1 · Σ |w|
    case l1(Float = 0.01)
    /// l2 · Σ w², without a half.
    case l2(Float = 0.01)
    /// l1 · Σ |w| + l2 · Σ w²
    case l1l2(l1: Float = 0, l2: Float = 0)

    /// The penalty, a scalar.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .l1(let factor): return abs(x).sum() * factor
        case .l2(let factor): return square(x).sum() * factor
        case .l1l2(let l1, let l2): return abs(x).sum() * l1 + square(x).sum() * l2
        }
    }
}

extension Regularizer: ConfigurationValue {
    public var json: JSON {
        switch self {
        case .l1(let factor): .keras("regularizers", "L1", ["l1": factor])
        case .l2(let factor): .keras("regularizers", "L2", ["l2": factor])
        case .l1l2(let l1, let l2): .keras("regularizers", "L1L2", ["l1": l1, "l2": l2])
        }
    }

    public init(json: JSON) throws {
        let (className, configuration) = try json.object("a regularizer")
        switch className.lowercased() {
        case "l1": self = .l1(try configuration.value("l1", default: 0.01))
        case "l2": self = .l2(try configuration.value("l2", default: 0.01))
        case "l1l2", "l1_l2":
            // By the name alone, Keras means 0.01 for both.
            let fallback: Float = json["config"] == nil ? 0.01 : 0
            self = .l1l2(
                l1: try configuration.value("l1", default: fallback),
                l2: try configuration.value("l2", default: fallback))
        default: throw StrataError("the regularizer \(className) is not known")
        }
    }
}
