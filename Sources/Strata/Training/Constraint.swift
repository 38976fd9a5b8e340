/// What a weight is brought back to after each step of training.
///
/// Norms are taken over `axis`: 0, the inputs, for the kernel of a ``Dense`` layer (the norm of each
/// unit's weights); [0, 1, 2] for the kernel of a ``Conv2D``.
public struct Constraint: DescribedFunction {
    typealias Function = @Sendable (Tensor) -> Tensor

    let described: Described<Function>
    init(_ described: Described<Function>) { self.described = described }

    private init(
        _ className: String, _ settings: Configuration,
        make: @escaping @Sendable (Configuration) throws -> Function
    ) {
        described = Described(className, settings, make: make)
    }

    /// The weight within its bounds.
    /// - Parameter weight: the weight after a step.
    /// - Returns: a tensor of the same shape.
    public func callAsFunction(_ weight: Tensor) -> Tensor {
        do {
            return try described.made()(weight)
        } catch {
            return Tensor(error: StrataError(error))
        }
    }

    /// Norms of at most a value.
    /// - Parameters:
    ///   - maxValue: the largest norm; 2 by default.
    ///   - axis: the axes that norms are taken over; 0 by default.
    public static func maxNorm(_ maxValue: Float = 2, axis: Axes = 0) -> Constraint {
        Constraint("MaxNorm", ["max_value": maxValue, "axis": axis]) { settings in
            let limit: Float = try settings.value("max_value")
            let axis: Axes = try settings.value("axis")
            return { weight in
                let norm = norm(weight, axis)
                return weight * (minimum(norm, limit) / (norm + epsilon))
            }
        }
    }

    /// No negative numbers: they become 0.
    public static let nonNegative = Constraint("NonNeg", [:]) { _ in { relu($0) } }

    /// Norms of 1.
    /// - Parameter axis: the axes that norms are taken over; 0 by default.
    public static func unitNorm(axis: Axes = 0) -> Constraint {
        Constraint("UnitNorm", ["axis": axis]) { settings in
            let axis: Axes = try settings.value("axis")
            return { $0 / (norm($0, axis) + epsilon) }
        }
    }

    /// Norms between two values.
    /// - Parameters:
    ///   - minValue: the smallest norm; 0 by default.
    ///   - maxValue: the largest norm; 1 by default.
    ///   - rate: the part of the way to the bounds that a norm is moved; 1, all of it, by default.
    ///   - axis: the axes that norms are taken over; 0 by default.
    public static func minMaxNorm(
        minValue: Float = 0, maxValue: Float = 1, rate: Float = 1, axis: Axes = 0
    ) -> Constraint {
        Constraint(
            "MinMaxNorm",
            ["min_value": minValue, "max_value": maxValue, "rate": rate, "axis": axis]
        ) { settings in
            let low: Float = try settings.value("min_value")
            let high: Float = try settings.value("max_value")
            let rate: Float = try settings.value("rate")
            let axis: Axes = try settings.value("axis")
            return { weight in
                let norm = norm(weight, axis)
                let inside = minimum(maximum(norm, low), high)
                return weight * ((inside * rate + norm * (1 - rate)) / (norm + epsilon))
            }
        }
    }

    private static let epsilon: Float = 1e-7

    private static func norm(_ weight: Tensor, _ axis: Axes) -> Tensor {
        sqrt(square(weight).sum(axes: axis.list, keepDims: true))
    }
}

extension Constraint {
    static let kind = "constraint"
    /// Adding a constraint adds a line here.
    static let registry: [Constraint] = [.maxNorm(), .nonNegative, .unitNorm(), .minMaxNorm()]

    /// The names that ``named(_:)`` knows.
    public static var names: [String] { allNames }

    /// The constraint of a name with its defaults.
    /// - Parameter name: Keras's name: `max_norm`.
    /// - Throws: ``StrataError`` that lists the names, if there is none of that name.
    public static func named(_ name: String) throws -> Constraint { try find(name) }
}
