import Strata

// A small network for CIFAR-10: four convolutions, the last two with a stride, and two dense
// layers. After Keras's example "Train a simple deep CNN on the CIFAR10 small images dataset"
// (cifar10_cnn.py).
//
// Deviations: strides replace the second pooling, there are 16 to 64 filters (not 32 to 64), the dense
// layer has 128 units (not 512), there is no dropout, and Adam replaces RMSprop.

extension Architecture {
    /// Four convolutions and two dense layers for CIFAR-10.
    public static let cifarCNN = Architecture(
        "cifar_cnn", inputShape: [32, 32, 3], classCount: 10,
        source: Source("Keras's example cifar10_cnn.py", 2015),
        recipe: Recipe(optimizer: .adam, batchSize: 64, reaches: .shapes(0.968))
    ) { inputShape, classCount in
        let input = Input(shape: inputShape)
        var x = Conv2D(16, kernelSize: 3, padding: .same, activation: .relu)(input)
        x = Conv2D(32, kernelSize: 3, padding: .same, activation: .relu)(x)
        x = MaxPool2D(2)(x)
        x = Conv2D(64, kernelSize: 3, strides: 2, padding: .same, activation: .relu)(x)
        x = Conv2D(64, kernelSize: 3, strides: 2, padding: .same, activation: .relu)(x)
        x = MaxPool2D(2)(x)
        x = Flatten()(x)
        x = Dense(128, activation: .relu)(x)
        x = Dense(classCount, activation: .softmax)(x)
        return Model(inputs: input, outputs: x)
    }
}
