import Strata

// Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
// ICLR 2015 (arXiv 2014): configurations A, B, D and E.
//
// Deviations: no dropout after the dense layers (keras.applications has none either), Glorot's
// initialization. The form for CIFAR is the usual one today: batch normalization after each
// convolution, which then has no bias, and dense layers of 512 units.

/// VGG with 11, 13, 16 or 19 layers, for images of at least 32×32 (Simonyan and Zisserman, 2015).
///
/// - Parameters:
///   - depth: the number of layers; 16 by default.
///   - includeTop: whether to end with the dense layers and the classifier; true by default.
///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
///   - pooling: without the top, how to pool the features of an image into one vector; by default the
///     output is the feature maps.
///   - classes: the number of classes; 1000 by default.
///   - classifierActivation: the activation of the classifier; `.softmax` by default.
///   - batchNormalization: whether to normalize after each convolution; false by default.
///   - denseUnits: the number of units in each of the two dense layers; 4096 by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func VGG(
    _ depth: Int = 16, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
    pooling: GlobalPooling? = nil, classes: Int = 1000,
    classifierActivation: ActivationFunction = .softmax, batchNormalization: Bool = false,
    denseUnits: Int = 4096
) -> Model {
    vgg(
        depth, inputShape: inputShape,
        head: Head(
            includeTop: includeTop, pooling: pooling, classes: classes,
            activation: classifierActivation),
        batchNormalization: batchNormalization, denseUnits: denseUnits, naming: .automatic)
}

extension Applications {
    /// The network of `keras.applications.VGG16` or `VGG19`, layer by layer and name by name.
    ///
    /// - Parameters:
    ///   - depth: the number of layers; 16 by default.
    ///   - includeTop: whether to end with pooling and the classifier; true by default.
    ///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
    ///   - pooling: without the top, how to pool the features of an image into one vector; by default the
    ///     output is the feature maps.
    ///   - classes: the number of classes; 1000 by default.
    ///   - classifierActivation: the activation of the classifier; `.softmax` by default.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static func VGG(
        _ depth: Int = 16, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
        pooling: GlobalPooling? = nil, classes: Int = 1000,
        classifierActivation: ActivationFunction = .softmax
    ) -> Model {
        vgg(
            depth, inputShape: inputShape,
            head: Head(
                includeTop: includeTop, pooling: pooling, classes: classes,
                activation: classifierActivation),
            batchNormalization: false, denseUnits: 4096, naming: .applications)
    }
}

/// The number of convolutions in each of the five blocks, by depth.
private let convolutions = [
    11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4],
]

private func vgg(
    _ depth: Int, inputShape: Shape, head: Head, batchNormalization: Bool, denseUnits: Int,
    naming name: Naming
) -> Model {
    guard let counts = convolutions[depth] else {
        return .undefined("VGG", depth: depth, among: convolutions.keys)
    }
    let input = Input(shape: inputShape)
    var x = input
    for (block, (count, filters)) in zip(counts, [64, 128, 256, 512, 512]).enumerated() {
        for number in 1...count {
            x = Conv2D(
                filters, kernelSize: 3, padding: .same,
                activation: batchNormalization ? .linear : .relu, useBias: !batchNormalization,
                name: name("block\(block + 1)_conv\(number)"))(x)
            if batchNormalization { x = ReLU()(BatchNormalization()(x)) }
        }
        x = MaxPool2D(2, name: name("block\(block + 1)_pool"))(x)
    }
    x = head(x, classifier: name("predictions")) { features in
        var x = Flatten(name: name("flatten"))(features)
        x = Dense(denseUnits, activation: .relu, name: name("fc1"))(x)
        return Dense(denseUnits, activation: .relu, name: name("fc2"))(x)
    }
    return Model(inputs: input, outputs: x, name: name("vgg\(depth)"))
}

extension Architecture {
    private static let simonyan = Source(
        "Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition",
        2014)

    /// `vgg11`, … for ImageNet, and `vgg11_cifar`, ….
    public static let vgg: [Architecture] =
        convolutions.keys.sorted().map { depth in
            Architecture(
                "vgg\(depth)", inputShape: [224, 224, 3], classCount: 1000, source: simonyan,
                recipe: Recipe(optimizer: .momentum, batchSize: 8)
            ) { VGG(depth, inputShape: $0, classes: $1) }
        }
        + convolutions.keys.sorted().map { depth in
            Architecture(
                "vgg\(depth)_cifar", inputShape: [32, 32, 3], classCount: 10, source: simonyan,
                recipe: Recipe(optimizer: .momentum, batchSize: 64)
            ) {
                VGG(
                    depth, inputShape: $0, classes: $1, batchNormalization: true, denseUnits: 512)
            }
        }

    /// keras.applications.VGG16 for ImageNet.
    public static let applicationsVGG16 = Architecture(
        "applications_vgg16", inputShape: [224, 224, 3], classCount: 1000, source: simonyan,
        recipe: Recipe(optimizer: .momentum, batchSize: 8)
    ) { Applications.VGG(16, inputShape: $0, classes: $1) }
}
