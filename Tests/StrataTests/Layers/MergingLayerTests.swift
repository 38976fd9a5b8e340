import Strata
import Testing

struct MergingLayerTests {
    @Test func folds() throws {
        let shapes: [Shape] = [[3, 2], [3, 2], [3, 2]]
        try checkLayer(shapes, output: [3, 2]) { Add() }
        try checkLayer(shapes, output: [3, 2]) { Multiply() }
        try checkLayer(shapes, output: [3, 2]) { Average() }
        try checkLayer(shapes, output: [3, 2]) { Maximum() }
        try checkLayer(shapes, output: [3, 2]) { Minimum() }
        try checkLayer([[3, 2], [3, 2]], output: [3, 2]) { Subtract() }
    }

    @Test func broadcasting() throws {
        try checkLayer([[3, 4, 2], [1, 1, 2]], output: [3, 4, 2]) { Multiply() }
    }

    @Test func concatenate() throws {
        try checkLayer([[2, 3, 1], [2, 3, 2]], output: [2, 3, 3]) { Concatenate() }
        try checkLayer([[2, 3], [1, 3], [2, 3]], output: [5, 3]) { Concatenate(axis: 1) }
    }

    @Test func residual() throws {
        // The body: 3·3·2·2 + 2, twice.
        try checkLayer([[4, 4, 2]], output: [4, 4, 2], parameters: 76) {
            Residual(activation: .tanh) {
                Conv2D(2, kernelSize: 3, padding: .same, activation: .sigmoid)
                Conv2D(2, kernelSize: 3, padding: .same)
            }
        }
        // The body 3·3·2·3 + 3, the projection 2·3 + 3.
        try checkLayer([[5, 4, 2]], output: [3, 2, 3], parameters: 57 + 9) {
            Residual { Conv2D(3, kernelSize: 3, strides: 2, padding: .same) }
        }
        try checkLayer([[4, 4, 2]], output: [2, 2, 3], parameters: 54 + 6 + 12, isSmooth: false) {
            Residual(activation: .relu, normalizesProjection: true) {
                Conv2D(3, kernelSize: 3, strides: 2, padding: .same, useBias: false)
            }
        }
        try checkLayer([[4]], output: [3], parameters: 15 + 15) {
            Residual(shortcut: [Dense(3, name: "s")]) { Dense(3) }
        }
    }

    @Test func aResidualIsOneRowOfASummary() {
        let model = Sequential(inputShape: [8, 8, 3]) {
            Residual(activation: .relu) {
                Conv2D(4, kernelSize: 3, padding: .same)
                BatchNormalization()
            }
            Flatten()
        }
        #expect(model.error == nil)
        #expect(model.layers.map(\.name) == ["residual", "flatten"])
    }

    @Test func whatDoesNotFit() {
        let a = Input(shape: [4, 4, 2])
        let b = Input(shape: [4, 3, 2])
        #expect(Add()(a).error != nil)
        #expect(Add(name: "sum")([a, b]).error?.message.hasPrefix("Layer sum (Add): ") == true)
        #expect(Subtract()([a, a, a]).error != nil)
        #expect(Concatenate()([a, b]).error != nil)
        #expect(Concatenate(axis: 4)([a, a]).error != nil)
        let odd = Residual(name: "r") { Conv2D(2, kernelSize: 2) }(a)
        #expect(odd.error?.message.hasPrefix("Layer r (Residual): no 1x1 convolution") == true)
    }
}
