import Strata

// Three residual blocks of 64 filters, after He et al. (ResNet.swift): a minimal network with
// shortcuts. Deviations: no batch normalization; a convolution and a pooling before the blocks.

extension Architecture {
    /// Three residual blocks for CIFAR-10.
    public static let miniResNet = Architecture(
        "mini_resnet", inputShape: [32, 32, 3], classCount: 10, source: he,
        recipe: Recipe(optimizer: .adam, batchSize: 64, reaches: .shapes(0.993))
    ) { inputShape, classCount in
        func convolution() -> Conv2D {
            Conv2D(64, kernelSize: 3, padding: .same, activation: .relu)
        }
        let input = Input(shape: inputShape)
        var x = convolution()(input)
        x = MaxPool2D(2)(x)
        for _ in 0..<3 {
            var y = convolution()(x)
            y = convolution()(y)
            x = ReLU()(Add()([y, x]))
        }
        x = GlobalAveragePooling2D()(x)
        x = Dense(classCount, activation: .softmax)(x)
        return Model(inputs: input, outputs: x)
    }
}
