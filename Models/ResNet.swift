import Strata

// He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", CVPR 2016 (arXiv 2015).
//
// Shortcuts are projections where shapes change (the paper's option B). Deviation: in a block of three
// convolutions that halves the image, the 3×3 convolution has the stride, which discards less of the
// image ("v1.5", as in PyTorch): `resnet50`, …. `resnet50_v1`, … have the stride in the first 1×1
// convolution, as in the paper. Blocks of two convolutions have no such choice. The form of
// keras.applications has the paper's stride, a bias in every convolution and an ε of 1.001e-5.

/// Which convolution has the stride in a block of three that halves the image.
public enum BottleneckStride: Sendable {
    /// The first, 1×1, as in the paper.
    case first
    /// The second, 3×3.
    case middle
}

/// ResNet with 18, 34, 50, 101 or 152 layers (He et al., 2016).
///
/// - Parameters:
///   - depth: the number of layers; 50 by default.
///   - includeTop: whether to end with pooling and the classifier; true by default.
///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
///   - pooling: without the top, how to pool the features of an image into one vector; by default the
///     output is the feature maps.
///   - classes: the number of classes; 1000 by default.
///   - classifierActivation: the activation of the classifier; `.softmax` by default.
///   - stride: which convolution has the stride in blocks of three; `.middle` by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func ResNet(
    _ depth: Int = 50, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
    pooling: GlobalPooling? = nil, classes: Int = 1000,
    classifierActivation: ActivationFunction = .softmax, stride: BottleneckStride = .middle
) -> Model {
    guard let counts = blocks[depth] else {
        return .undefined("ResNet", depth: depth, among: blocks.keys)
    }
    let head = Head(
        includeTop: includeTop, pooling: pooling, classes: classes,
        activation: classifierActivation)
    let isDeep = depth >= 50
    let input = Input(shape: inputShape)
    var x = normalized(input, 64, 7, strides: 2)
    x = MaxPool2D(3, strides: 2, padding: .same)(x)
    for (stage, count) in counts.enumerated() {
        let filters = 64 << stage
        for block in 0..<count {
            let step = block == 0 && stage > 0 ? 2 : 1
            var y: Tensor
            if isDeep {
                y = normalized(x, filters, 1, strides: stride == .first ? step : 1)
                y = normalized(y, filters, 3, strides: stride == .middle ? step : 1)
                y = normalized(y, 4 * filters, 1, activated: false)
            } else {
                y = normalized(x, filters, 3, strides: step)
                y = normalized(y, filters, 3, activated: false)
            }
            x = joined(y, shortcut: x, isDeep ? 4 * filters : filters, strides: step)
        }
    }
    x = head(x) { GlobalAveragePooling2D()($0) }
    return Model(inputs: input, outputs: x)
}

/// ResNet for small images, from section 4.2 of the paper: three stages with 16, 32 and 64 filters.
/// - Parameters:
///   - depth: the number of layers, 6n + 2: 20 (the default), 32, 44, 56, 110, ….
///   - inputShape: the shape of an image, `[height, width, channels]`; `[32, 32, 3]` by default.
///   - classes: the number of classes; 10 by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func CIFARResNet(
    _ depth: Int = 20, inputShape: Shape = [32, 32, 3], classes: Int = 10
) -> Model {
    guard depth >= 8, depth % 6 == 2 else {
        return .undefined(
            "The depth of a CIFAR ResNet must be 6n + 2, but got \(depth)", inputShape: inputShape)
    }
    let input = Input(shape: inputShape)
    var x = normalized(input, 16, 3)
    for filters in [16, 32, 64] {
        for block in 0..<(depth - 2) / 6 {
            let strides = block == 0 && filters > 16 ? 2 : 1
            var y = normalized(x, filters, 3, strides: strides)
            y = normalized(y, filters, 3, activated: false)
            x = joined(y, shortcut: x, filters, strides: strides)
        }
    }
    x = GlobalAveragePooling2D()(x)
    return Model(inputs: input, outputs: Dense(classes, activation: .softmax)(x))
}

/// The number of blocks in each stage, by depth.
private let blocks = [
    18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3],
]

/// A convolution and batch normalization, with ReLU unless the sum with a shortcut comes first.
private func normalized(
    _ x: Tensor, _ filters: Int, _ size: Int, strides: Int = 1, activated: Bool = true
) -> Tensor {
    let y = Conv2D(
        filters, kernelSize: Pair(size), strides: Pair(strides), padding: .same, useBias: false)(x)
    let normal = BatchNormalization()(y)
    return activated ? ReLU()(normal) : normal
}

/// The sum of the body of a block and its input, which is projected if the shapes differ.
private func joined(
    _ body: Tensor, shortcut x: Tensor, _ filters: Int, strides: Int
) -> Tensor {
    let shortcut =
        x.shape == body.shape
        ? x : normalized(x, filters, 1, strides: strides, activated: false)
    return ReLU()(Add()([body, shortcut]))
}

extension Applications {
    /// The network of `keras.applications.ResNet50`, `ResNet101` or `ResNet152`, layer by layer and name by name.
    ///
    /// - Parameters:
    ///   - depth: the number of layers; 50 by default.
    ///   - includeTop: whether to end with pooling and the classifier; true by default.
    ///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
    ///   - pooling: without the top, how to pool the features of an image into one vector; by default the
    ///     output is the feature maps.
    ///   - classes: the number of classes; 1000 by default.
    ///   - classifierActivation: the activation of the classifier; `.softmax` by default.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static func ResNet(
        _ depth: Int = 50, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
        pooling: GlobalPooling? = nil, classes: Int = 1000,
        classifierActivation: ActivationFunction = .softmax
    ) -> Model {
        guard let counts = blocks[depth], depth >= 50 else {
            return .undefined("keras.applications' ResNet", depth: depth, among: [50, 101, 152])
        }
        let head = Head(
            includeTop: includeTop, pooling: pooling, classes: classes,
            activation: classifierActivation)
        let input = Input(shape: inputShape)
        var x = ZeroPadding2D(3, name: "conv1_pad")(input)
        x = convolution(x, 64, kernelSize: 7, strides: 2, name: "conv1")
        x = Activation(.relu, name: "conv1_relu")(x)
        x = ZeroPadding2D(1, name: "pool1_pad")(x)
        x = MaxPool2D(3, strides: 2, name: "pool1_pool")(x)
        for (stage, count) in counts.enumerated() {
            for number in 1...count {
                let name = "conv\(stage + 2)_block\(number)"
                let filters = 64 << stage
                let strides: Pair = number == 1 && stage > 0 ? 2 : 1
                let shortcut =
                    number > 1
                    ? x : convolution(x, 4 * filters, strides: strides, name: name + "_0")
                x = convolution(x, filters, strides: strides, name: name + "_1")
                x = Activation(.relu, name: name + "_1_relu")(x)
                x = convolution(x, filters, kernelSize: 3, padding: .same, name: name + "_2")
                x = Activation(.relu, name: name + "_2_relu")(x)
                x = convolution(x, 4 * filters, name: name + "_3")
                x = Add(name: name + "_add")([shortcut, x])
                x = Activation(.relu, name: name + "_out")(x)
            }
        }
        x = head(x, classifier: "predictions", poolNames: ("avg_pool", "max_pool")) {
            GlobalAveragePooling2D(name: "avg_pool")($0)
        }
        return Model(inputs: input, outputs: x, name: "resnet\(depth)")
    }

    /// A convolution and batch normalization.
    private static func convolution(
        _ x: Tensor, _ filters: Int, kernelSize: Pair = 1, strides: Pair = 1,
        padding: Padding = .valid, name: String
    ) -> Tensor {
        let y = Conv2D(
            filters, kernelSize: kernelSize, strides: strides, padding: padding,
            name: name + "_conv")(x)
        return BatchNormalization(epsilon: 1.001e-5, name: name + "_bn")(y)
    }
}

extension Architecture {
    static let he = Source("He et al., Deep Residual Learning for Image Recognition", 2015)

    /// `resnet20`, … for CIFAR.
    public static let cifarResNets = [20, 32, 44, 56, 110].map { depth in
        Architecture(
            "resnet\(depth)", inputShape: [32, 32, 3], classCount: 10, source: he,
            recipe: Recipe(
                optimizer: .momentum, batchSize: 128,
                reaches: depth == 20 ? .shapes(0.838) : nil)
        ) { CIFARResNet(depth, inputShape: $0, classes: $1) }
    }

    /// `resnet18`, … for ImageNet, and `resnet50_v1`, ….
    public static let resNets: [Architecture] =
        blocks.keys.sorted().map { depth in
            Architecture(
                "resnet\(depth)", inputShape: [224, 224, 3], classCount: 1000, source: he,
                recipe: Recipe(optimizer: .momentum, batchSize: 8)
            ) { ResNet(depth, inputShape: $0, classes: $1) }
        }
        + [50, 101, 152].map { depth in
            Architecture(
                "resnet\(depth)_v1", inputShape: [224, 224, 3], classCount: 1000, source: he,
                recipe: Recipe(optimizer: .momentum, batchSize: 8)
            ) { ResNet(depth, inputShape: $0, classes: $1, stride: .first) }
        }

    /// keras.applications.ResNet50 for ImageNet.
    public static let applicationsResNet50 = Architecture(
        "applications_resnet50", inputShape: [224, 224, 3], classCount: 1000, source: he,
        recipe: Recipe(optimizer: .momentum, batchSize: 8)
    ) { Applications.ResNet(50, inputShape: $0, classes: $1) }
}
