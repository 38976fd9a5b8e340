/// An elementwise operation with NumPy's broadcasting: one row of the table in `strata_kernels.h`.
package struct Elementwise: Operation {
    package let code: Code

    package enum Code: UInt8, Sendable, CaseIterable {
        case copy, negate, abs, sign, exp, expm1, log, log1p
        case sqrt, rsqrt, square, reciprocal, floor, round
        case sin, cos, erf, relu, sigmoid, tanh, softplus, isFinite
        case add, subtract, multiply, divide, maximum, minimum, power
        case equal, greater, greaterEqual
        case reluGradient, sigmoidGradient, tanhGradient
        case multiplyAdd, select
        case randomUniform, randomNormal
    }

    package init(_ code: Code) { self.code = code }

    package var name: String { "\(code)" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        var shape = inputs[0].shape
        for input in inputs.dropFirst() {
            guard let joined = shape.broadcast(with: input.shape) else {
                throw StrataError(
                    "\(name) needs shapes that broadcast. Received: "
                        + inputs.map(\.shape.description).joined(separator: " and "))
            }
            shape = joined
        }
        return [TensorType(shape)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        zip(flow.inputs, derivatives(flow)).map { input, gradient in
            gradient.map { $0.summed(to: input.shape) }
        }
    }

    /// The cotangent of each input before it is summed over broadcast dimensions.
    private func derivatives(_ flow: GradientFlow) -> [Tensor?] {
        let g = flow.cotangent
        let y = flow.outputs[0]
        let x = flow.inputs[0]
        let b = flow.inputs.count > 1 ? flow.inputs[1] : x
        func apply(_ code: Code, _ inputs: Tensor...) -> Tensor {
            Tensor.record(Elementwise(code), inputs)[0]
        }
        switch code {
        case .copy: return [g]
        case .negate: return [-g]
        case .abs: return [g * apply(.sign, x)]
        case .exp: return [g * y]
        case .expm1: return [g * (y + 1)]
        case .log: return [g / x]
        case .log1p: return [g / (x + 1)]
        case .sqrt: return [g * 0.5 / y]
        case .rsqrt: return [g * y * y * y * -0.5]
        case .square: return [g * x * 2]
        case .reciprocal: return [-g * y * y]
        case .sin: return [g * apply(.cos, x)]
        case .cos: return [-g * apply(.sin, x)]
        case .erf: return [g * Strata.exp(-x * x) * 1.1283791670955126]
        case .relu: return [apply(.reluGradient, g, y)]
        case .sigmoid: return [apply(.sigmoidGradient, g, y)]
        case .tanh: return [apply(.tanhGradient, g, y)]
        case .softplus: return [g * Strata.sigmoid(x)]
        case .add: return [g, g]
        case .subtract: return [g, -g]
        case .multiply: return [g * b, g * x]
        case .divide:
            let quotient = g / b
            return [quotient, -quotient * y]
        case .maximum:
            let first = apply(.greaterEqual, x, b)
            return [g * first, g * (1 - first)]
        case .minimum:
            let first = apply(.greaterEqual, b, x)
            return [g * first, g * (1 - first)]
        case .power:
            // d(a^b)/db is 0 where a is 0, as TensorFlow has it.
            let logarithm = apply(.select, apply(.greater, x, 0), Strata.log(x), 0)
            return [g * b * apply(.power, x, b - 1), g * y * logarithm]
        case .reluGradient: return [apply(.reluGradient, g, b), nil]
        case .sigmoidGradient:
            return [apply(.sigmoidGradient, g, b), g * x * (1 - b * 2)]
        case .tanhGradient:
            return [apply(.tanhGradient, g, b), g * x * b * -2]
        case .multiplyAdd: return [g * b, g * x, g]
        case .select:
            return [nil, apply(.select, x, g, 0), apply(.select, x, 0, g)]
        case .sign, .floor, .round, .isFinite, .equal, .greater, .greaterEqual,
            .randomUniform, .randomNormal:
            return [nil, nil].prefix(flow.inputs.count).map { $0 }
        }
    }

    /// Elementwise operations are lowered together, as programs, by `Fusion`.
    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        fatalError("Elementwise operations are lowered by fusion.")
    }
}

// MARK: - Arithmetic

extension Tensor {
    private static func apply(_ code: Elementwise.Code, _ inputs: Tensor...) -> Tensor {
        record(Elementwise(code), inputs)[0]
    }

    // The tensor operators yield to those of numbers where a literal could be either: without that,
    // the compiler of Swift 6.0 finds `1 - x` ambiguous.
    @_disfavoredOverload
    public static func + (a: Tensor, b: Tensor) -> Tensor { apply(.add, a, b) }
    @_disfavoredOverload
    public static func - (a: Tensor, b: Tensor) -> Tensor { apply(.subtract, a, b) }
    @_disfavoredOverload
    public static func * (a: Tensor, b: Tensor) -> Tensor { apply(.multiply, a, b) }
    @_disfavoredOverload
    public static func / (a: Tensor, b: Tensor) -> Tensor { apply(.divide, a, b) }
    public static prefix func - (a: Tensor) -> Tensor { apply(.negate, a) }

    public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
    public static func - (a: Tensor, b: Float) -> Tensor { a - Tensor(b) }
    public static func * (a: Tensor, b: Float) -> Tensor { a * Tensor(b) }
    public static func / (a: Tensor, b: Float) -> Tensor { a / Tensor(b) }
    public static func + (a: Float, b: Tensor) -> Tensor { Tensor(a) + b }
    public static func - (a: Float, b: Tensor) -> Tensor { Tensor(a) - b }
    public static func * (a: Float, b: Tensor) -> Tensor { Tensor(a) * b }
    public static func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }

    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }

    /// 1 where equal, otherwise 0; the comparisons below likewise.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { apply(.equal, a, b) }
    public static func .> (a: Tensor, b: Tensor) -> Tensor { apply(.greater, a, b) }
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { apply(.greaterEqual, a, b) }
    public static func .< (a: Tensor, b: Tensor) -> Tensor { apply(.greater, b, a) }
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { apply(.greaterEqual, b, a) }

    /// Sums over the dimensions that broadcasting from `target` to this shape repeated.
    func summed(to target: Shape) -> Tensor {
        if shape == target { return self }
        let leading = rank - target.rank
        let repeated = shape.dimensions.indices.filter { axis in
            axis < leading || (target[axis - leading] == 1 && shape[axis] != 1)
        }
        return sum(axes: repeated).reshaped(to: target)
    }
}

private func elementwise(_ code: Elementwise.Code, _ inputs: Tensor...) -> Tensor {
    Tensor.record(Elementwise(code), inputs)[0]
}

public func abs(_ x: Tensor) -> Tensor { elementwise(.abs, x) }
public func sign(_ x: Tensor) -> Tensor { elementwise(.sign, x) }
public func exp(_ x: Tensor) -> Tensor { elementwise(.exp, x) }
public func expm1(_ x: Tensor) -> Tensor { elementwise(.expm1, x) }
public func log(_ x: Tensor) -> Tensor { elementwise(.log, x) }
public func log1p(_ x: Tensor) -> Tensor { elementwise(.log1p, x) }
public func sqrt(_ x: Tensor) -> Tensor { elementwise(.sqrt, x) }
/// 1 / √x.
public func rsqrt(_ x: Tensor) -> Tensor { elementwise(.rsqrt, x) }
public func square(_ x: Tensor) -> Tensor { elementwise(.square, x) }
public func reciprocal(_ x: Tensor) -> Tensor { elementwise(.reciprocal, x) }
public func floor(_ x: Tensor) -> Tensor { elementwise(.floor, x) }
/// Rounds to the nearest integer, halves to the even one.
public func round(_ x: Tensor) -> Tensor { elementwise(.round, x) }
public func sin(_ x: Tensor) -> Tensor { elementwise(.sin, x) }
public func cos(_ x: Tensor) -> Tensor { elementwise(.cos, x) }
public func erf(_ x: Tensor) -> Tensor { elementwise(.erf, x) }
/// 1 where finite, 0 where infinite or not a number.
public func isFinite(_ x: Tensor) -> Tensor { elementwise(.isFinite, x) }
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { elementwise(.maximum, a, b) }
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { elementwise(.minimum, a, b) }
public func pow(_ a: Tensor, _ b: Tensor) -> Tensor { elementwise(.power, a, b) }
/// `a` where `condition` is not 0, otherwise `b`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    elementwise(.select, condition, a, b)
}

/// max(x, 0).
public func relu(_ x: Tensor) -> Tensor { elementwise(.relu, x) }
/// 1 / (1 + e⁻ˣ).
public func sigmoid(_ x: Tensor) -> Tensor { elementwise(.sigmoid, x) }
public func tanh(_ x: Tensor) -> Tensor { elementwise(.tanh, x) }
/// ln(1 + eˣ).
public func softplus(_ x: Tensor) -> Tensor { elementwise(.softplus, x) }
