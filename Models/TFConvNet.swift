import Strata

// A first convolutional network for MNIST, as in TensorFlow's introductions: ten 3×3 filters with same
// padding, a pooling, and two dense layers, trained with plain gradient descent.

extension Architecture {
    /// A convolution and two dense layers for MNIST.
    public static let tfConvNet = Architecture(
        "tf_convnet", inputShape: [28, 28, 1], classCount: 10,
        source: Source("TensorFlow's introductions", 2015),
        recipe: Recipe(optimizer: .sgd, batchSize: 128, reaches: .mnist(0.954))
    ) { inputShape, classCount in
        let input = Input(shape: inputShape)
        var x = Conv2D(10, kernelSize: 3, padding: .same, activation: .relu)(input)
        x = MaxPool2D(2)(x)
        x = Flatten()(x)
        x = Dense(100, activation: .relu)(x)
        x = Dense(classCount, activation: .softmax)(x)
        return Model(inputs: input, outputs: x)
    }
}
