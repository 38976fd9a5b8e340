import Foundation
import Strata

/// An elementwise operation as its definition has it: what kernels, gradients and plans are held
/// against.
package struct ElementwiseCase: Sendable, CustomStringConvertible {
    package let code: Elementwise.Code
    /// How far a kernel's result may be from the exact one, in units in the last place; nil for those
    /// where the error is that of intermediate results, of any size.
    package let ulps: Double?
    /// Operands at which the operation is smooth: a range for each, so that it may be differentiated.
    package let smooth: [[ClosedRange<Float>]]
    package let value: @Sendable (_ x: [Double]) -> Double

    package var description: String { "\(code)" }

    private init(
        _ code: Elementwise.Code, ulps: Double? = 0, smooth: [ClosedRange<Float>]...,
        value: @escaping @Sendable (_ x: [Double]) -> Double
    ) {
        (self.code, self.ulps, self.smooth, self.value) = (code, ulps, smooth, value)
    }

    package static let all: [ElementwiseCase] = [
        .init(.copy, smooth: [-2...2]) { x in x[0] },
        .init(.negate, smooth: [-2...2]) { x in -x[0] },
        .init(.abs, smooth: [0.1...3], [-3...(-0.1)]) { x in x[0].magnitude },
        .init(.sign, smooth: [0.1...2]) { x in x[0].isNaN ? x[0] : x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0
        },
        .init(.exp, ulps: 2, smooth: [-3...3]) { x in Foundation.exp(x[0]) },
        .init(.expm1, ulps: 3, smooth: [-1...1]) { x in Foundation.expm1(x[0]) },
        .init(.log, ulps: 2, smooth: [0.2...4]) { x in Foundation.log(x[0]) },
        .init(.log1p, ulps: 3, smooth: [-0.5...2]) { x in Foundation.log1p(x[0]) },
        .init(.sqrt, ulps: 0.501, smooth: [0.2...4]) { x in x[0].squareRoot() },
        .init(.rsqrt, ulps: 2, smooth: [0.2...4]) { x in 1 / x[0].squareRoot() },
        .init(.square, ulps: 0.501, smooth: [-2...2]) { x in x[0] * x[0] },
        .init(.reciprocal, ulps: 0.501, smooth: [0.3...3], [-3...(-0.3)]) { x in 1 / x[0] },
        .init(.floor, smooth: [0.1...0.9]) { x in x[0].rounded(.down) },
        .init(.round, smooth: [0.6...1.4]) { x in x[0].rounded(.toNearestOrEven) },
        .init(.sin, ulps: 2, smooth: [-4...4]) { x in Foundation.sin(x[0]) },
        .init(.cos, ulps: 2, smooth: [-4...4]) { x in Foundation.cos(x[0]) },
        .init(.erf, ulps: 3, smooth: [-2...2]) { x in Foundation.erf(x[0]) },
        .init(.relu, smooth: [0.01...2], [-2...(-0.01)]) { x in largest(x[0], 0) },
        .init(.sigmoid, ulps: 4, smooth: [-4...4]) { x in 1 / (1 + Foundation.exp(-x[0])) },
        .init(.tanh, ulps: 4, smooth: [-2...2]) { x in Foundation.tanh(x[0]) },
        .init(.softplus, ulps: 4, smooth: [-4...4]) { x in
            largest(x[0], 0) + Foundation.log1p(Foundation.exp(-x[0].magnitude))
        },
        .init(.isFinite, smooth: [-1...1]) { x in x[0].isFinite ? 1 : 0 },
        .init(.add, ulps: 0.501, smooth: [-2...2, -2...2]) { x in x[0] + x[1] },
        .init(.subtract, ulps: 0.501, smooth: [-2...2, -2...2]) { x in x[0] - x[1] },
        .init(.multiply, ulps: 0.501, smooth: [-2...2, -2...2]) { x in x[0] * x[1] },
        .init(.divide, ulps: 0.501, smooth: [-2...2, 0.5...2]) { x in x[0] / x[1] },
        .init(.maximum, smooth: [-2...2, 3...4], [3...4, -2...2]) { x in largest(x[0], x[1]) },
        .init(.minimum, smooth: [-2...2, 3...4], [3...4, -2...2]) { x in -largest(-x[0], -x[1]) },
        .init(.power, ulps: 1, smooth: [0.3...2, -2...2]) { x in Foundation.pow(x[0], x[1]) },
        .init(.equal, smooth: [-2...2, 3...4]) { x in x[0] == x[1] ? 1 : 0 },
        .init(.greater, smooth: [-2...2, 3...4]) { x in x[0] > x[1] ? 1 : 0 },
        .init(.greaterEqual, smooth: [3...4, -2...2]) { x in x[0] >= x[1] ? 1 : 0 },
        .init(.reluGradient, smooth: [-2...2, 0.1...2], [-2...2, -2...(-0.1)]) { x in
            x[1] > 0 ? x[0] : 0
        },
        .init(.sigmoidGradient, ulps: nil, smooth: [-2...2, 0.1...0.9]) { x in
            x[0] * x[1] * (1 - x[1])
        },
        .init(.tanhGradient, ulps: nil, smooth: [-2...2, -0.9...0.9]) { x in
            x[0] * (1 - x[1] * x[1])
        },
        .init(.select, smooth: [0.1...1, -2...2, -2...2], [-2...(-1), -2...2, -2...2]) { x in
            x[0] != 0 ? x[1] : x[2]
        },
    ]

    private static func largest(_ a: Double, _ b: Double) -> Double {
        a.isNaN || b.isNaN ? .nan : max(a, b)
    }

    private static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })

    /// What an operation gives.
    package static func value(_ code: Elementwise.Code, _ x: [Double]) -> Double {
        byCode[code]!.value(x)
    }
}
