import Strata
import Testing

/// Derivatives exactly where a function has none, as Keras 3.15 on TensorFlow has them.
struct KinkTests {
    static let functions: [(ActivationFunction, [Float], [Float])] = [
        (.relu, [0], [0]),
        (.relu6, [0, 6], [0, 0]),
        (.leakyReLU, [0], [0.2]),
        (.elu, [0], [1]),
        (.selu, [0], [1.050701]),
        (.celu, [0], [2]),
        (.silu, [0], [0.5]),
        (.hardSiLU, [-3, 0, 3], [0, 0.5, 1]),
        (.hardSigmoid, [-3, 3], [0, 0]),
        (.sparseSigmoid, [-1, 1], [0, 0]),
        (.hardTanh, [-1, 1], [1, 1]),
        (.softShrink, [-0.5, 0, 0.5], [0, 0, 0]),
        (.hardShrink, [-0.5, 0, 0.5], [0, 0, 0]),
        (.softsign, [0], [1]),
        (.sparsePlus, [-1, 1], [0, 1]),
        (.squareplus, [0], [0.5]),
        (.softplus, [0], [0.5]),
        (.logSigmoid, [0], [0.5]),
        (.tanhShrink, [0], [0]),
        (.gelu, [0], [0.5]),
        (.mish, [0], [0.6]),
        (.exponential, [0], [1]),
        (.tanh, [0], [1]),
        (.sigmoid, [0], [0.25]),
        (.linear, [0], [1]),
    ]

    @Test(arguments: functions)
    func activation(_ function: ActivationFunction, _ x: [Float], _ expected: [Float]) throws {
        let point = Tensor(shape: [1, x.count], scalars: x)
        let (_, gradient) = try valueWithGradient(at: point) { function($0).sum() }
        expectClose(
            gradient.scalars.map(Double.init), expected.map(Double.init), relative: 1e-6,
            absolute: 1e-6, "\(function.json)")
    }

    @Test func layers() throws {
        let layers: [(any Layer, [Float], [Float], [Float])] = [
            (ReLU(maxValue: 6), [0, 6], [0, 6], [0, 0]),
            (ReLU(negativeSlope: 0.2), [0], [0], [0.2]),
            (ReLU(threshold: 1), [0, 1], [0, 0], [0, 0]),
            (
                ReLU(maxValue: 2, negativeSlope: 0.2, threshold: 0.5), [0, 0.5, 2],
                [-0.1, 0, 2], [0.2, 0, 1]
            ),
            (ReLU(maxValue: 2, negativeSlope: 0.2), [0, 2], [0, 2], [0, 1]),
            (ReLU(maxValue: 6, negativeSlope: 0.2), [0, 6], [0, 6], [0, 0]),
            (ReLU(negativeSlope: 0.2, threshold: 0.5), [0, 0.5], [-0.1, 0], [0.2, 0]),
            (ReLU(maxValue: 2, threshold: 0.5), [0, 0.5, 2], [0, 0, 2], [0, 0, 1]),
            (ReLU(maxValue: 0), [0, 1], [0, 0], [0, 0]),
            (ReLU(maxValue: 6, threshold: 0.5), [0.5, 6], [0, 6], [0, 1]),
            (LeakyReLU(negativeSlope: 0.1), [0], [0], [0.1]),
            (ELU(alpha: 0.7), [0], [0], [0.7]),
            (PReLU(alphaInitializer: .constant(0.25)), [0], [0], [0]),
        ]
        for (layer, x, y, expected) in layers {
            let point = Tensor(shape: [1, x.count], scalars: x)
            let (_, gradient) = try valueWithGradient(at: point) { layer($0).sum() }
            let what = "\(layer.className) at \(x)"
            expectClose(
                layer(point).scalars.map(Double.init), y.map(Double.init), relative: 1e-6,
                absolute: 1e-7, what)
            expectClose(
                gradient.scalars.map(Double.init), expected.map(Double.init), relative: 1e-6,
                absolute: 1e-6, what)
        }
    }

    @Test func operations() throws {
        func derivative(_ x: [Float], _ f: (Tensor) -> Tensor) throws -> [Float] {
            try valueWithGradient(at: Tensor(x)) { f($0).sum() }.1.scalars
        }
        #expect(try derivative([-1, 2]) { clip($0, from: -1, to: 2) } == [1, 1])
        #expect(try derivative([0]) { abs($0) } == [0])
        #expect(try derivative([1]) { maximum($0, 1) } == [1])
        #expect(try derivative([1]) { maximum(1, $0) } == [0])
        #expect(try derivative([1]) { minimum($0, 1) } == [1])
        #expect(try derivative([1]) { threshold($0, 1, otherwise: 0.5) } == [0])
        // The largest share the derivative.
        #expect(try derivative([1, 1, 0]) { $0.max(axes: [0]) } == [0.5, 0.5, 0])
        #expect(try derivative([1, 1, 3]) { $0.min(axes: [0]) } == [0.5, 0.5, 0])
    }
}
