import Strata

// LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition",
// Proceedings of the IEEE 86 (1998), section II.B.
//
// Deviations, as in textbooks today: the first convolution pads 28×28 images (not 32×32), the average
// pooling has no trained factor and bias, each filter of the second convolution sees all six maps, the
// activation is the logistic sigmoid (not a scaled tanh), and the output is a softmax of dense units
// (not radial basis functions). The modern variant uses ReLU and max pooling, and trains in a tenth of
// the time.

/// LeNet-5 (LeCun et al., 1998).
/// - Parameters:
///   - inputShape: the shape of an image, `[height, width, channels]`; `[28, 28, 1]` by default.
///   - classes: the number of classes; 10 by default.
///   - modern: whether to use ReLU and max pooling instead of sigmoids and average pooling; false by
///     default.
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

    /// LeNet-5 as in 1998, for MNIST.
    public static let lenet5 = Architecture(
        "lenet5", inputShape: [28, 28, 1], classCount: 10, source: leCun,
        recipe: Recipe(
            optimizer: .adam, learningRate: 0.003, batchSize: 128, reaches: .mnist(0.985))
    ) { LeNet5(inputShape: $0, classes: $1) }

    /// LeNet-5 with ReLU and max pooling, for MNIST.
    public static let lenet5Modern = Architecture(
        "lenet5_modern", inputShape: [28, 28, 1], classCount: 10, source: leCun,
        recipe: Recipe(optimizer: .adam, batchSize: 128, reaches: .mnist(0.991))
    ) { LeNet5(inputShape: $0, classes: $1, modern: true) }
}
