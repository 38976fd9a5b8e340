/// The absolute value of each element.
public func abs(_ x: Tensor) -> Tensor { .elementwise(.abs, x) }
/// The sign of each element: -1, 0 or 1.
public func sign(_ x: Tensor) -> Tensor { .elementwise(.sign, x) }
/// eˣ for each element.
public func exp(_ x: Tensor) -> Tensor { .elementwise(.exp, x) }
/// eˣ - 1 for each element, accurate for small x.
public func expm1(_ x: Tensor) -> Tensor { .elementwise(.expm1, x) }
/// The natural logarithm of each element.
public func log(_ x: Tensor) -> Tensor { .elementwise(.log, x) }
/// ln(1 + x) for each element, accurate for small x.
public func log1p(_ x: Tensor) -> Tensor { .elementwise(.log1p, x) }
/// The square root of each element.
public func sqrt(_ x: Tensor) -> Tensor { .elementwise(.sqrt, x) }
/// 1 / √x.
public func rsqrt(_ x: Tensor) -> Tensor { .elementwise(.rsqrt, x) }
/// The square of each element.
public func square(_ x: Tensor) -> Tensor { .elementwise(.square, x) }
/// 1 / x for each element.
public func reciprocal(_ x: Tensor) -> Tensor { .elementwise(.reciprocal, x) }
/// The largest whole number that is not greater, for each element.
public func floor(_ x: Tensor) -> Tensor { .elementwise(.floor, x) }
/// Rounds to the nearest integer, halves to the even one.
public func round(_ x: Tensor) -> Tensor { .elementwise(.round, x) }
/// The sine of each element.
public func sin(_ x: Tensor) -> Tensor { .elementwise(.sin, x) }
/// The cosine of each element.
public func cos(_ x: Tensor) -> Tensor { .elementwise(.cos, x) }
/// The error function of each element.
public func erf(_ x: Tensor) -> Tensor { .elementwise(.erf, x) }
/// 1 where finite, 0 where infinite or not a number.
public func isFinite(_ x: Tensor) -> Tensor { .elementwise(.isFinite, x) }
/// The elementwise maximum, with NumPy's broadcasting.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { .elementwise(.maximum, a, b) }
/// The elementwise minimum, with NumPy's broadcasting.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { .elementwise(.minimum, a, b) }
/// `a` to the power of `b`, elementwise, with NumPy's broadcasting.
public func pow(_ a: Tensor, _ b: Tensor) -> Tensor { .elementwise(.power, a, b) }
/// The larger of each element and a number.
public func maximum(_ a: Tensor, _ b: Float) -> Tensor { maximum(a, Tensor(b)) }
/// The smaller of each element and a number.
public func minimum(_ a: Tensor, _ b: Float) -> Tensor { minimum(a, Tensor(b)) }
/// The larger of a number and each element.
public func maximum(_ a: Float, _ b: Tensor) -> Tensor { maximum(Tensor(a), b) }
/// The smaller of a number and each element.
public func minimum(_ a: Float, _ b: Tensor) -> Tensor { minimum(Tensor(a), b) }
/// Each element to the power of a number.
public func pow(_ a: Tensor, _ b: Float) -> Tensor { pow(a, Tensor(b)) }
/// `a` where `condition` is not 0, otherwise `b`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    .elementwise(.select, condition, a, b)
}
/// `a` where `condition` is not 0, otherwise the number `b`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Float) -> Tensor {
    select(condition, a, Tensor(b))
}
/// The number `a` where `condition` is not 0, otherwise `b`.
public func select(_ condition: Tensor, _ a: Float, _ b: Tensor) -> Tensor {
    select(condition, Tensor(a), b)
}

/// max(x, 0).
public func relu(_ x: Tensor) -> Tensor { .elementwise(.relu, x) }
/// 1 / (1 + e⁻ˣ).
public func sigmoid(_ x: Tensor) -> Tensor { .elementwise(.sigmoid, x) }
/// The hyperbolic tangent of each element.
public func tanh(_ x: Tensor) -> Tensor { .elementwise(.tanh, x) }
/// ln(1 + eˣ).
public func softplus(_ x: Tensor) -> Tensor { .elementwise(.softplus, x) }
