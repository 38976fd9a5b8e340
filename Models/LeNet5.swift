import Strata

// LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition",
// Proceedings of the IEEE 86 (1998), section II.B.
//
// Deviations, those of today's textbooks: 28×28 images padded by the first convolution (not
// 32×32), plain averages (no trained factor and bias), every filter of the second convolution sees
// all six maps, the logistic sigmoid (not a scaled tanh), and a softmax of ten dense units (not
// radial basis functions). The modern variant has rectifiers and maxima in their place, and trains
// in a tenth of the time.

/// LeNet-5 for images `[height, width, channels]`, of 28×28×1 by default.
/// - Parameter modern: rectifiers and max pooling instead of sigmoids and averages.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func LeNet5(
    inputShape: Shape = [28, 28, 1], classes: Int = 10, modern: Bool = false
) -> Model {
    let activation = modern ? ActivationFunction.relu : .sigmoid
    func pooled(_ x: Tensor) -> Tensor { modern ? MaxPool2D(2)(x) : AveragePooling2D(2)(x) }
    let input = Input(shape: inputShape)
    var x = Conv2D(6, kernelSize: 5, padding: .same, activation: activation)(input)
    x = pooled(x)
    x = Conv2D(16, kernelSize: 5, activation: activation)(x)
    x = pooled(x)
    x = Flatten()(x)
    x = Dense(120, activation: activation)(x)
    x = Dense(84, activation: activation)(x)
    x = Dense(classes, activation: .softmax)(x)
    return Model(inputs: input, outputs: x)
}

extension Architecture {
    private static let leCun = Source(
        "LeCun et al., Gradient-Based Learning Applied to Document Recognition", 1998)

    /// LeNet-5 of 1998 for MNIST.
    public static let lenet5 = Architecture(
        "lenet5", inputShape: [28, 28, 1], classCount: 10, source: leCun,
        recipe: Recipe(
            optimizer: .adam, learningRate: 0.003, batchSize: 128, reaches: .mnist(0.985))
    ) { LeNet5(inputShape: $0, classes: $1) }

    /// LeNet-5 with rectifiers and maxima for MNIST.
    public static let lenet5Modern = Architecture(
        "lenet5_modern", inputShape: [28, 28, 1], classCount: 10, source: leCun,
        recipe: Recipe(optimizer: .adam, batchSize: 128, reaches: .mnist(0.991))
    ) { LeNet5(inputShape: $0, classes: $1, modern: true) }
}
