import Strata

// Huang, Liu, van der Maaten and Weinberger, "Densely Connected Convolutional Networks", CVPR 2017
// (arXiv 2016): the form with bottlenecks and compression (BC), with a growth rate of 32.
//
// Deviations: Glorot's initialization. The form of keras.applications pads before the first
// convolution and the first pooling rather than within them, and has an ε of 1.001e-5.

/// DenseNet with 121, 169 or 201 layers, for images of at least 29×29 (Huang et al., 2017).
///
/// - Parameters:
///   - depth: the number of layers; 121 by default.
///   - includeTop: whether to end with pooling and the classifier; true by default.
///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
///   - pooling: without the top, how to pool the features of an image into one vector; by default the
///     output is the feature maps.
///   - classes: the number of classes; 1000 by default.
///   - classifierActivation: the activation of the classifier; `.softmax` by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func DenseNet(
    _ depth: Int = 121, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
    pooling: GlobalPooling? = nil, classes: Int = 1000,
    classifierActivation: ActivationFunction = .softmax
) -> Model {
    denseNet(
        depth, inputShape: inputShape,
        head: Head(
            includeTop: includeTop, pooling: pooling, classes: classes,
            activation: classifierActivation),
        naming: .automatic)
}

extension Applications {
    /// The network of `keras.applications.DenseNet121`, `DenseNet169` or `DenseNet201`, layer by layer and name by name.
    ///
    /// - Parameters:
    ///   - depth: the number of layers; 121 by default.
    ///   - includeTop: whether to end with pooling and the classifier; true by default.
    ///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
    ///   - pooling: without the top, how to pool the features of an image into one vector; by default the
    ///     output is the feature maps.
    ///   - classes: the number of classes; 1000 by default.
    ///   - classifierActivation: the activation of the classifier; `.softmax` by default.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static func DenseNet(
        _ depth: Int = 121, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
        pooling: GlobalPooling? = nil, classes: Int = 1000,
        classifierActivation: ActivationFunction = .softmax
    ) -> Model {
        denseNet(
            depth, inputShape: inputShape,
            head: Head(
                includeTop: includeTop, pooling: pooling, classes: classes,
                activation: classifierActivation),
            naming: .applications)
    }
}

/// The number of layers in each dense block, by depth.
private let blocks = [121: [6, 12, 24, 16], 169: [6, 12, 32, 32], 201: [6, 12, 48, 32]]

private func denseNet(
    _ depth: Int, inputShape: Shape, head: Head, naming name: Naming
) -> Model {
    guard let counts = blocks[depth] else {
        return .undefined("DenseNet", depth: depth, among: blocks.keys)
    }
    let isKeras = name == .applications
    let growth = 32
    var channels = 2 * growth
    func rectified(_ x: Tensor, _ prefix: String) -> Tensor {
        let y = BatchNormalization(
            epsilon: isKeras ? 1.001e-5 : 0.001, name: name(prefix + "bn"))(x)
        return isKeras ? Activation(.relu, name: prefix + "relu")(y) : ReLU()(y)
    }
    func convolution(
        _ x: Tensor, _ filters: Int, _ size: Pair, strides: Pair = 1, padding: Padding = .same,
        _ label: String
    ) -> Tensor {
        Conv2D(
            filters, kernelSize: size, strides: strides, padding: padding, useBias: false,
            name: name(label))(x)
    }

    let input = Input(shape: inputShape)
    var x = isKeras ? ZeroPadding2D(3)(input) : input
    let padding = isKeras ? Padding.valid : .same
    x = convolution(x, channels, 7, strides: 2, padding: padding, "conv1_conv")
    x = rectified(x, "conv1_")
    if isKeras { x = ZeroPadding2D(1)(x) }
    x = MaxPool2D(3, strides: 2, padding: padding, name: name("pool1"))(x)
    for (block, count) in counts.enumerated() {
        if block > 0 {
            let prefix = "pool\(block + 1)_"
            x = rectified(x, prefix)
            channels /= 2
            x = convolution(x, channels, 1, prefix + "conv")
            x = AveragePooling2D(2, name: name(prefix + "pool"))(x)
        }
        for number in 1...count {
            let prefix = "conv\(block + 2)_block\(number)_"
            var y = rectified(x, prefix + "0_")
            y = convolution(y, 4 * growth, 1, prefix + "1_conv")
            y = rectified(y, prefix + "1_")
            y = convolution(y, growth, 3, prefix + "2_conv")
            x = Concatenate(name: name(prefix + "concat"))([x, y])
        }
        channels += count * growth
    }
    x = rectified(x, "")
    x = head(
        x, classifier: name("predictions"), poolNames: (name("avg_pool"), name("max_pool"))
    ) { GlobalAveragePooling2D(name: name("avg_pool"))($0) }
    return Model(inputs: input, outputs: x, name: name("densenet\(depth)"))
}

extension Architecture {
    private static let huang = Source(
        "Huang et al., Densely Connected Convolutional Networks", 2016)

    /// DenseNet-121 for ImageNet.
    public static let denseNet121 = Architecture(
        "densenet121", inputShape: [224, 224, 3], classCount: 1000, source: huang,
        recipe: Recipe(optimizer: .momentum, batchSize: 8)
    ) { DenseNet(121, inputShape: $0, classes: $1) }

    /// keras.applications.DenseNet121 for ImageNet.
    public static let applicationsDenseNet121 = Architecture(
        "applications_densenet121", inputShape: [224, 224, 3], classCount: 1000, source: huang,
        recipe: Recipe(optimizer: .momentum, batchSize: 8)
    ) { Applications.DenseNet(121, inputShape: $0, classes: $1) }
}
