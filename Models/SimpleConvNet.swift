import Strata

// Saitoh, "Deep Learning from Scratch" (O'Reilly Japan, 2016), chapter 7: SimpleConvNet, one
// convolution and two dense layers for MNIST.
//
// Deviation: Glorot's initialization instead of a normal distribution with standard deviation 0.01.

extension Architecture {
    /// Saitoh's network for MNIST.
    public static let simpleConvNet = Architecture(
        "simple_convnet", inputShape: [28, 28, 1], classCount: 10,
        source: Source("Saitoh, Deep Learning from Scratch", 2016),
        recipe: Recipe(optimizer: .adam, batchSize: 100, reaches: .mnist(0.988))
    ) { inputShape, classCount in
        let input = Input(shape: inputShape)
        var x = Conv2D(30, kernelSize: 5, activation: .relu)(input)
        x = MaxPool2D(2)(x)
        x = Flatten()(x)
        x = Dense(100, activation: .relu)(x)
        x = Dense(classCount, activation: .softmax)(x)
        return Model(inputs: input, outputs: x)
    }
}
