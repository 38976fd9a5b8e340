/// A penalty on the size of a weight or of a layer's output, added to the loss.
public struct Regularizer: DescribedFunction {
    typealias Function = @Sendable (Tensor) -> Tensor

    let described: Described<Function>
    init(_ described: Described<Function>) { self.described = described }

    private init(
        _ className: String, _ settings: Configuration,
        make: @escaping @Sendable (Configuration) throws -> Function
    ) {
        described = Described(className, settings, make: make)
    }

    /// The penalty.
    /// - Parameter x: a weight, or a layer's output.
    /// - Returns: a scalar.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        do {
            return try described.made()(x)
        } catch {
            return Tensor(error: StrataError(error))
        }
    }

    /// l1 · Σ |w|
    /// - Parameter l1: the factor; 0.01 by default.
    public static func l1(_ l1: Float = 0.01) -> Regularizer {
        Regularizer("L1", ["l1": l1]) { settings in
            let factor: Float = try settings.value("l1")
            return { abs($0).sum() * factor }
        }
    }

    /// l2 · Σ w², without a half.
    /// - Parameter l2: the factor; 0.01 by default.
    public static func l2(_ l2: Float = 0.01) -> Regularizer {
        Regularizer("L2", ["l2": l2]) { settings in
            let factor: Float = try settings.value("l2")
            return { square($0).sum() * factor }
        }
    }

    /// l1 · Σ |w| + l2 · Σ w²
    /// - Parameters:
    ///   - l1: the factor of the sizes; 0 by default.
    ///   - l2: the factor of the squares; 0 by default.
    public static func l1l2(l1: Float = 0, l2: Float = 0) -> Regularizer {
        Regularizer("L1L2", ["l1": l1, "l2": l2]) { settings in
            let (l1, l2): (Float, Float) = (try settings.value("l1"), try settings.value("l2"))
            return { abs($0).sum() * l1 + square($0).sum() * l2 }
        }
    }
}

extension Regularizer {
    static let kind = "regularizer"
    /// Adding a regularizer adds a line here. As in Keras, `l1_l2` by its name alone has 0.01 for both.
    static let registry: [Regularizer] = [.l1(), .l2(), .l1l2(), .l1l2(l1: 0.01, l2: 0.01)]
    static let aliases = ["l1_l2": "L1L2"]

    /// The names that ``named(_:)`` knows.
    public static var names: [String] { ["l1", "l2", "l1_l2"] }

    /// The regularizer of a name with its defaults.
    /// - Parameter name: Keras's name: `l2`.
    /// - Throws: ``StrataError`` that lists the names, if there is none of that name.
    public static func named(_ name: String) throws -> Regularizer {
        try Regularizer(json: .string(name))
    }
}
