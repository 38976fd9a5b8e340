import Foundation
import Strata

// Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear
// Bottlenecks", CVPR 2018.
//
// Deviations: the momentum of batch normalization is 0.999, as in keras.applications. The form of
// keras.applications also pads before the depthwise convolutions of stride 2 rather than within them.

/// MobileNetV2 (Sandler et al., 2018).
///
/// - Parameters:
///   - alpha: the factor on the paper's numbers of filters, which are then rounded to multiples of 8;
///     above 0, and 1 by default.
///   - includeTop: whether to end with pooling and the classifier; true by default.
///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
///   - pooling: without the top, how to pool the features of an image into one vector; by default the
///     output is the feature maps.
///   - classes: the number of classes; 1000 by default.
///   - classifierActivation: the activation of the classifier; `.softmax` by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func MobileNetV2(
    alpha: Double = 1, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
    pooling: GlobalPooling? = nil, classes: Int = 1000,
    classifierActivation: ActivationFunction = .softmax
) -> Model {
    mobileNetV2(
        alpha, inputShape: inputShape,
        head: Head(
            includeTop: includeTop, pooling: pooling, classes: classes,
            activation: classifierActivation),
        naming: .automatic)
}

extension Applications {
    /// The network of `keras.applications.MobileNetV2`, layer by layer and name by name.
    ///
    /// - Parameters:
    ///   - alpha: the factor on the paper's numbers of filters, which are then rounded to multiples of 8;
    ///     above 0, and 1 by default.
    ///   - includeTop: whether to end with pooling and the classifier; true by default.
    ///   - inputShape: the shape of an image; `[224, 224, 3]` by default.
    ///   - pooling: without the top, how to pool the features of an image into one vector; by default the
    ///     output is the feature maps.
    ///   - classes: the number of classes; 1000 by default.
    ///   - classifierActivation: the activation of the classifier; `.softmax` by default.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static func MobileNetV2(
        alpha: Double = 1, includeTop: Bool = true, inputShape: Shape = [224, 224, 3],
        pooling: GlobalPooling? = nil, classes: Int = 1000,
        classifierActivation: ActivationFunction = .softmax
    ) -> Model {
        mobileNetV2(
            alpha, inputShape: inputShape,
            head: Head(
                includeTop: includeTop, pooling: pooling, classes: classes,
                activation: classifierActivation),
            naming: .applications)
    }
}

/// Table 2 of the paper: filters, number of blocks, and stride of the first block.
private let stages = [
    (16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1),
]

private func mobileNetV2(
    _ alpha: Double, inputShape: Shape, head: Head, naming name: Naming
) -> Model {
    guard alpha > 0, alpha <= 1000 else {
        return .undefined(
            "The alpha of MobileNetV2 must be above 0 and at most 1000, but got \(alpha)",
            inputShape: inputShape)
    }
    func normalized(_ x: Tensor, _ suffix: String) -> Tensor {
        BatchNormalization(momentum: 0.999, name: name(suffix))(x)
    }
    func rectified(_ x: Tensor, _ suffix: String) -> Tensor {
        ReLU(maxValue: 6, name: name(suffix))(x)
    }
    func pointwise(_ x: Tensor, _ filters: Int, _ suffix: String) -> Tensor {
        Conv2D(filters, kernelSize: 1, padding: .same, useBias: false, name: name(suffix))(x)
    }
    var channels = divisible(32 * alpha)
    let input = Input(shape: inputShape)
    var x = Conv2D(
        channels, kernelSize: 3, strides: 2, padding: .same, useBias: false,
        name: name("Conv1"))(input)
    x = rectified(normalized(x, "bn_Conv1"), "Conv1_relu")
    let strides = stages.flatMap { filters, count, stride in
        (0..<count).map { (filters, $0 == 0 ? stride : 1) }
    }
    for (number, (paperFilters, stride)) in strides.enumerated() {
        let filters = divisible(Double(Int(Double(paperFilters) * alpha)))
        let prefix = number == 0 ? "expanded_conv_" : "block_\(number)_"
        var y = x
        if number > 0 {
            y = pointwise(y, 6 * channels, prefix + "expand")
            y = rectified(normalized(y, prefix + "expand_BN"), prefix + "expand_relu")
        }
        let isPadded = stride == 2 && name == .applications && y.error == nil
        if isPadded {
            let (top, left) = (y.shape[1] % 2, y.shape[2] % 2)
            y = ZeroPadding2D(
                Border(top: top, bottom: 1, left: left, right: 1), name: prefix + "pad")(y)
        }
        y = DepthwiseConv2D(
            kernelSize: 3, strides: Pair(stride), padding: isPadded ? .valid : .same,
            useBias: false, name: name(prefix + "depthwise"))(y)
        y = rectified(normalized(y, prefix + "depthwise_BN"), prefix + "depthwise_relu")
        y = pointwise(y, filters, prefix + "project")
        y = normalized(y, prefix + "project_BN")
        let isResidual = stride == 1 && channels == filters
        x = isResidual ? Add(name: name(prefix + "add"))([x, y]) : y
        channels = filters
    }
    x = Conv2D(
        alpha > 1 ? divisible(1280 * alpha) : 1280, kernelSize: 1, useBias: false,
        name: name("Conv_1"))(x)
    x = rectified(normalized(x, "Conv_1_bn"), "out_relu")
    x = head(x, classifier: name("predictions")) { GlobalAveragePooling2D()($0) }
    return Model(
        inputs: input, outputs: x,
        name: name(String(format: "mobilenetv2_%.2f_%d", alpha, inputShape.dimensions.first ?? 0)))
}

/// The nearest multiple of 8 that is at least 8 and at most a tenth below the number.
private func divisible(_ filters: Double) -> Int {
    let rounded = max(8, Int(filters + 4) / 8 * 8)
    return Double(rounded) < 0.9 * filters ? rounded + 8 : rounded
}

extension Architecture {
    private static let sandler = Source(
        "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018)

    /// MobileNetV2 for ImageNet.
    public static let mobileNetV2 = Architecture(
        "mobilenetv2", inputShape: [224, 224, 3], classCount: 1000, source: sandler,
        recipe: Recipe(optimizer: .momentum, batchSize: 8)
    ) { MobileNetV2(inputShape: $0, classes: $1) }

    /// keras.applications.MobileNetV2 for ImageNet.
    public static let applicationsMobileNetV2 = Architecture(
        "applications_mobilenetv2", inputShape: [224, 224, 3], classCount: 1000, source: sandler,
        recipe: Recipe(optimizer: .momentum, batchSize: 8)
    ) { Applications.MobileNetV2(inputShape: $0, classes: $1) }
}
