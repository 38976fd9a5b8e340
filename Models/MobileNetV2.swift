import Foundation
import Strata

// Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear
// Bottlenecks", CVPR 2018.
//
// Deviations: batch normalization's momentum is 0.999, as in keras.applications, whose form also
// pads before the depthwise convolutions of stride 2 instead of within them.

/// MobileNetV2 for images `[height, width, channels]`.
///
/// - Parameters:
///   - alpha: what the paper's numbers of filters are multiplied by (then rounded to multiples of
///     8), above 0.
///   - includeTop: whether pooling and the classifier follow the convolutions.
///   - pooling: what follows them if there is no top: the features of the image are pooled into
///     one vector, or left as they are.
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
    /// keras.applications.MobileNetV2; parameters as there.
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

/// The paper's table 2: filters, blocks, and the stride of the first.
private let stages = [
    (16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1),
]

private func mobileNetV2(
    _ alpha: Double, inputShape: Shape, head: Head, naming name: Naming
) -> Model {
    guard alpha > 0, alpha <= 1000 else {
        return .undefined(
            "MobileNetV2's alpha is above 0 and at most 1000. Received: \(alpha)",
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

/// The nearest multiple of 8, at least 8, and no more than a tenth below.
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
