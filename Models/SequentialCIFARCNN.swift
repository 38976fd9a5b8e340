import Strata

// The network of CIFARCNN.swift as a list of layers, as in the README's first program.

extension Architecture {
    /// The network of ``cifarCNN`` as a list of layers.
    public static let sequentialCIFARCNN = Architecture(
        "sequential_cifar_cnn", inputShape: [32, 32, 3], classCount: 10,
        source: Source("Keras's example cifar10_cnn.py", 2015),
        recipe: Recipe(optimizer: .adam, batchSize: 64, reaches: .shapes(0.968))
    ) { inputShape, classCount in
        Sequential(inputShape: inputShape) {
            Conv2D(16, kernelSize: 3, padding: .same, activation: .relu)
            Conv2D(32, kernelSize: 3, padding: .same, activation: .relu)
            MaxPool2D(2)
            Conv2D(64, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
            Conv2D(64, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
            MaxPool2D(2)
            Flatten()
            Dense(128, activation: .relu)
            Dense(classCount, activation: .softmax)
        }
    }
}
