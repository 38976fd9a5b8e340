extension Tensor {
    public static func + (a: Tensor, b: Tensor) -> Tensor { elementwise(.add, a, b) }
    public static func - (a: Tensor, b: Tensor) -> Tensor { elementwise(.subtract, a, b) }
    public static func * (a: Tensor, b: Tensor) -> Tensor { elementwise(.multiply, a, b) }
    public static func / (a: Tensor, b: Tensor) -> Tensor { elementwise(.divide, a, b) }
    public static prefix func - (a: Tensor) -> Tensor { elementwise(.negate, a) }

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
    public static func .== (a: Tensor, b: Tensor) -> Tensor { elementwise(.equal, a, b) }
    public static func .> (a: Tensor, b: Tensor) -> Tensor { elementwise(.greater, a, b) }
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { elementwise(.greaterEqual, a, b) }
    public static func .< (a: Tensor, b: Tensor) -> Tensor { elementwise(.greater, b, a) }
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { elementwise(.greaterEqual, b, a) }
}
