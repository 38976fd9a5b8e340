public func abs(_ x: Tensor) -> Tensor { .elementwise(.abs, x) }
public func sign(_ x: Tensor) -> Tensor { .elementwise(.sign, x) }
public func exp(_ x: Tensor) -> Tensor { .elementwise(.exp, x) }
public func expm1(_ x: Tensor) -> Tensor { .elementwise(.expm1, x) }
public func log(_ x: Tensor) -> Tensor { .elementwise(.log, x) }
public func log1p(_ x: Tensor) -> Tensor { .elementwise(.log1p, x) }
public func sqrt(_ x: Tensor) -> Tensor { .elementwise(.sqrt, x) }
/// 1 / √x.
public func rsqrt(_ x: Tensor) -> Tensor { .elementwise(.rsqrt, x) }
public func square(_ x: Tensor) -> Tensor { .elementwise(.square, x) }
public func reciprocal(_ x: Tensor) -> Tensor { .elementwise(.reciprocal, x) }
public func floor(_ x: Tensor) -> Tensor { .elementwise(.floor, x) }
/// Rounds to the nearest integer, halves to the even one.
public func round(_ x: Tensor) -> Tensor { .elementwise(.round, x) }
public func sin(_ x: Tensor) -> Tensor { .elementwise(.sin, x) }
public func cos(_ x: Tensor) -> Tensor { .elementwise(.cos, x) }
public func erf(_ x: Tensor) -> Tensor { .elementwise(.erf, x) }
/// 1 where finite, 0 where infinite or not a number.
public func isFinite(_ x: Tensor) -> Tensor { .elementwise(.isFinite, x) }
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { .elementwise(.maximum, a, b) }
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { .elementwise(.minimum, a, b) }
public func pow(_ a: Tensor, _ b: Tensor) -> Tensor { .elementwise(.power, a, b) }
/// `a` where `condition` is not 0, otherwise `b`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    .elementwise(.select, condition, a, b)
}

/// max(x, 0).
public func relu(_ x: Tensor) -> Tensor { .elementwise(.relu, x) }
/// 1 / (1 + e⁻ˣ).
public func sigmoid(_ x: Tensor) -> Tensor { .elementwise(.sigmoid, x) }
public func tanh(_ x: Tensor) -> Tensor { .elementwise(.tanh, x) }
/// ln(1 + eˣ).
public func softplus(_ x: Tensor) -> Tensor { .elementwise(.softplus, x) }
