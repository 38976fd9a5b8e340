import Strata
import Testing

struct ConvolutionLayerTests {
    @Test func conv2D() throws {
        try checkLayer([[5, 4, 3]], output: [3, 2, 2], parameters: 3 * 3 * 3 * 2 + 2) {
            Conv2D(2, kernelSize: 3)
        }
        try checkLayer([[5, 4, 4]], output: [3, 4, 6], parameters: 2 * 3 * 2 * 6) {
            Conv2D(
                6, kernelSize: [2, 3], strides: [2, 1], padding: .same, groups: 2,
                activation: .tanh, useBias: false, kernelInitializer: .heNormal,
                kernelRegularizer: .l2(), kernelConstraint: .maxNorm(2, axis: [0, 1, 2]))
        }
        try checkLayer([[5, 5, 2]], output: [1, 1, 3], parameters: 9 * 2 * 3 + 3) {
            Conv2D(
                3, kernelSize: 3, dilationRate: 2, biasInitializer: .constant(0.5),
                biasRegularizer: .l1(0.1), activityRegularizer: .l1l2(l1: 0.1, l2: 0.2),
                biasConstraint: .nonNegative)
        }
    }

    @Test func depthwiseConv2D() throws {
        try checkLayer([[4, 5, 3]], output: [2, 3, 3], parameters: 3 * 9 + 3) {
            DepthwiseConv2D(kernelSize: 3)
        }
        try checkLayer([[4, 5, 2]], output: [2, 3, 6], parameters: 6 * 6) {
            DepthwiseConv2D(
                kernelSize: [2, 3], strides: 2, padding: .same, depthMultiplier: 3,
                activation: .silu, useBias: false, depthwiseRegularizer: .l2())
        }
    }

    @Test func separableConv2D() throws {
        try checkLayer([[4, 4, 3]], output: [4, 4, 5], parameters: 27 * 2 + 6 * 5 + 5) {
            SeparableConv2D(
                5, kernelSize: 3, padding: .same, depthMultiplier: 2, pointwiseRegularizer: .l1())
        }
    }

    @Test func conv2DTranspose() throws {
        try checkLayer([[3, 2, 3]], output: [6, 4, 2], parameters: 4 * 6 + 2) {
            Conv2DTranspose(2, kernelSize: 2, strides: 2, padding: .same)
        }
        try checkLayer([[3, 2, 2]], output: [7, 8, 3], parameters: 9 * 6) {
            Conv2DTranspose(3, kernelSize: 3, strides: [2, 4], useBias: false)
        }
        try checkLayer([[3, 2, 2]], output: [6, 4, 1], parameters: 9 * 2 + 1) {
            Conv2DTranspose(1, kernelSize: 3, strides: 2, padding: .same, outputPadding: 1)
        }
    }

    @Test func whatDoesNotFit() throws {
        let images = Input(shape: [8, 8, 3])
        func message(_ layer: any Layer, _ input: Tensor) -> String? { layer(input).error?.message }
        #expect(
            message(Conv2D(4, kernelSize: 3, groups: 2, name: "c"), images)
                == "Layer c (Conv2D): the 3 input channels and the 4 filters must both be divisible "
                + "by groups, but groups is 2")
        #expect(
            message(Conv2D(0, kernelSize: 3, name: "c"), images)
                == "Layer c (Conv2D): filters, kernelSize, strides, dilationRate and groups must be at least "
                + "1, but got 0, [3, 3], [1, 1], [1, 1] and 1")
        #expect(
            message(DepthwiseConv2D(kernelSize: 9, name: "d"), images)?.hasPrefix(
                "Layer d (DepthwiseConv2D): A window of 9x9 does not fit") == true)
        #expect(message(SeparableConv2D(3, kernelSize: 3), Input(shape: [4])) != nil)
        #expect(
            message(
                Conv2DTranspose(1, kernelSize: 3, strides: 2, outputPadding: 2, name: "t"), images)?
                .hasPrefix("Layer t (Conv2DTranspose): No input size gives") == true)
    }
}
