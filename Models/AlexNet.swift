import Strata

// Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural
// Networks", NIPS 2012.
//
// As in the paper: grouped convolutions (it was split over two GPUs), normalization across channels
// after the first two activations, overlapping pooling, dropout. Deviations: 227×227 images (the
// paper says 224, but only 227 gives its 55×55 maps), Glorot's initialization instead of a normal
// distribution with standard deviation 0.01 and biases of 1.
//
// The lite form is for 32×32 images: the first filters are 5×5 without a stride, there are no groups
// and no normalization, and the dense layers are smaller.

/// AlexNet, for images of at least 67×67 (Krizhevsky, Sutskever and Hinton, 2012).
/// - Parameters:
///   - inputShape: the shape of an image, `[height, width, channels]`; `[227, 227, 3]` by default.
///   - classes: the number of classes; 1000 by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func AlexNet(inputShape: Shape = [227, 227, 3], classes: Int = 1000) -> Model {
    let input = Input(shape: inputShape)
    var x = Conv2D(96, kernelSize: 11, strides: 4, activation: .relu)(input)
    x = LocalResponseNormalization()(x)
    x = MaxPool2D(3, strides: 2)(x)
    x = Conv2D(256, kernelSize: 5, padding: .same, groups: 2, activation: .relu)(x)
    x = LocalResponseNormalization()(x)
    x = MaxPool2D(3, strides: 2)(x)
    x = Conv2D(384, kernelSize: 3, padding: .same, activation: .relu)(x)
    x = Conv2D(384, kernelSize: 3, padding: .same, groups: 2, activation: .relu)(x)
    x = Conv2D(256, kernelSize: 3, padding: .same, groups: 2, activation: .relu)(x)
    x = MaxPool2D(3, strides: 2)(x)
    return Model(inputs: input, outputs: classified(x, units: [4096, 4096], classes: classes))
}

/// A reduced AlexNet, for small images of at least 15×15.
/// - Parameters:
///   - inputShape: the shape of an image, `[height, width, channels]`; `[32, 32, 3]` by default.
///   - classes: the number of classes; 10 by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func AlexNetLite(inputShape: Shape = [32, 32, 3], classes: Int = 10) -> Model {
    let input = Input(shape: inputShape)
    var x = Conv2D(64, kernelSize: 5, padding: .same, activation: .relu)(input)
    x = MaxPool2D(3, strides: 2)(x)
    x = Conv2D(192, kernelSize: 5, padding: .same, activation: .relu)(x)
    x = MaxPool2D(3, strides: 2)(x)
    for filters in [384, 256, 256] {
        x = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(x)
    }
    x = MaxPool2D(3, strides: 2)(x)
    return Model(inputs: input, outputs: classified(x, units: [1024, 512], classes: classes))
}

/// Dense layers with dropout, and the classifier.
private func classified(_ features: Tensor, units: [Int], classes: Int) -> Tensor {
    var x = Flatten()(features)
    for units in units {
        x = Dense(units, activation: .relu)(x)
        x = Dropout(0.5)(x)
    }
    return Dense(classes, activation: .softmax)(x)
}

extension Architecture {
    private static let krizhevsky = Source(
        "Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks", 2012)

    /// The reduced AlexNet for CIFAR.
    public static let alexNetLite = Architecture(
        "alexnet_lite", inputShape: [32, 32, 3], classCount: 10, source: krizhevsky,
        recipe: Recipe(optimizer: .adam, batchSize: 64, reaches: .shapes(0.998))
    ) { AlexNetLite(inputShape: $0, classes: $1) }

    /// AlexNet for ImageNet.
    public static let alexNet = Architecture(
        "alexnet", inputShape: [227, 227, 3], classCount: 1000, source: krizhevsky,
        recipe: Recipe(optimizer: .momentum, batchSize: 128)
    ) { AlexNet(inputShape: $0, classes: $1) }
}
