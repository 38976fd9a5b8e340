extension Tensor {
    /// The elementwise sum, with NumPy's broadcasting.
    public static func + (a: Tensor, b: Tensor) -> Tensor { elementwise(.add, a, b) }
    /// The elementwise difference, with NumPy's broadcasting.
    public static func - (a: Tensor, b: Tensor) -> Tensor { elementwise(.subtract, a, b) }
    /// The elementwise product, with NumPy's broadcasting.
    public static func * (a: Tensor, b: Tensor) -> Tensor { elementwise(.multiply, a, b) }
    /// The elementwise quotient, with NumPy's broadcasting.
    public static func / (a: Tensor, b: Tensor) -> Tensor { elementwise(.divide, a, b) }
    /// The negative of each element.
    public static prefix func - (a: Tensor) -> Tensor { elementwise(.negate, a) }

    /// Adds a number to each element.
    public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
    /// Subtracts a number from each element.
    public static func - (a: Tensor, b: Float) -> Tensor { a - Tensor(b) }
    /// Multiplies each element by a number.
    public static func * (a: Tensor, b: Float) -> Tensor { a * Tensor(b) }
    /// Divides each element by a number.
    public static func / (a: Tensor, b: Float) -> Tensor { a / Tensor(b) }
    /// Adds each element to a number.
    public static func + (a: Float, b: Tensor) -> Tensor { Tensor(a) + b }
    /// Subtracts each element from a number.
    public static func - (a: Float, b: Tensor) -> Tensor { Tensor(a) - b }
    /// Multiplies each element by a number.
    public static func * (a: Float, b: Tensor) -> Tensor { Tensor(a) * b }
    /// Divides a number by each element.
    public static func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }

    /// Replaces a tensor with the elementwise sum.
    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    /// Replaces a tensor with the elementwise difference.
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    /// Replaces a tensor with the elementwise product.
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }

    /// 1 where equal, otherwise 0; the comparisons below likewise.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { elementwise(.equal, a, b) }
    /// 1 where `a` is greater than `b`, otherwise 0.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { elementwise(.greater, a, b) }
    /// 1 where `a` is greater than or equal to `b`, otherwise 0.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { elementwise(.greaterEqual, a, b) }
    /// 1 where `a` is less than `b`, otherwise 0.
    public static func .< (a: Tensor, b: Tensor) -> Tensor { elementwise(.greater, b, a) }
    /// 1 where `a` is less than or equal to `b`, otherwise 0.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { elementwise(.greaterEqual, b, a) }

    /// 1 where equal to a number, otherwise 0.
    public static func .== (a: Tensor, b: Float) -> Tensor { a .== Tensor(b) }
    /// 1 where greater than a number, otherwise 0.
    public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b) }
    /// 1 where greater than or equal to a number, otherwise 0.
    public static func .>= (a: Tensor, b: Float) -> Tensor { a .>= Tensor(b) }
    /// 1 where less than a number, otherwise 0.
    public static func .< (a: Tensor, b: Float) -> Tensor { a .< Tensor(b) }
    /// 1 where less than or equal to a number, otherwise 0.
    public static func .<= (a: Tensor, b: Float) -> Tensor { a .<= Tensor(b) }
}
