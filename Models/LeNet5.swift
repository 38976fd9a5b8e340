import Strata

// LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition",
// Proceedings of the IEEE 86 (1998), section II.B.
//
// Deviations, those of today's textbooks: 28×28 images padded by the first convolution (not
// 32×32), plain averages (no trained factor and bias), every filter of the second convolution sees
// all six maps, the logistic sigmoid (not a scaled tanh), and a softmax of ten dense units (not
// radial basis functions).

extension Architecture {
    public static let lenet5 = Architecture(
        "lenet5", inputShape: [28, 28, 1], classCount: 10,
        recipe: Recipe(optimizer: .sgd, batchSize: 128)
    ) { inputShape, classCount in
        let input = Input(shape: inputShape)
        var x = Conv2D(6, kernelSize: 5, padding: .same, activation: .sigmoid)(input)
        x = AveragePooling2D(2)(x)
        x = Conv2D(16, kernelSize: 5, activation: .sigmoid)(x)
        x = AveragePooling2D(2)(x)
        x = Flatten()(x)
        x = Dense(120, activation: .sigmoid)(x)
        x = Dense(84, activation: .sigmoid)(x)
        x = Dense(classCount, activation: .softmax)(x)
        return Model(inputs: input, outputs: x)
    }
}
