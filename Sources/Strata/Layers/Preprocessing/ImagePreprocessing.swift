/// How the networks of `keras.applications` take pixels of 0 to 255, as layers that a saved model carries with
/// it.
///
/// ```swift
/// let pixels = Input(shape: [224, 224, 3])
/// let features = Conv2D(64, kernelSize: 7, strides: 2)(ImagePreprocessing.caffe(pixels))
/// ```
public enum ImagePreprocessing: String, CaseIterable, Sendable {
    /// The means of ImageNet's colours are subtracted, and the colours are put in the order blue, green,
    /// red: VGG, ResNet.
    case caffe
    /// Pixels are brought to -1…1: MobileNet, ResNet V2, Inception, Xception.
    case tf
    /// Pixels are brought to 0…1, and then to the mean 0 and the variance 1 of ImageNet's colours: DenseNet.
    case torch

    /// Appends the layers to a model's definition.
    /// - Parameter pixels: images `[batch, height, width, 3]`, of 0 to 255, in the order red, green, blue.
    /// - Returns: what a network takes, of the same shape.
    public func callAsFunction(_ pixels: Tensor) -> Tensor {
        switch self {
        case .tf: return Rescaling(1 / 127.5, offset: -1)(pixels)
        case .torch:
            let (mean, deviation): ([Float], [Float]) = (
                [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
            )
            return Normalization(
                mean: mean.map { $0 * 255 }, variance: deviation.map { ($0 * 255) * ($0 * 255) }
            )(pixels)
        case .caffe:
            let centred = Normalization(
                mean: [123.68, 116.779, 103.939], variance: [1, 1, 1])(pixels)
            // A convolution that exchanges colours, since Keras can read it from a file.
            let exchange = Conv2D(
                3, kernelSize: 1, useBias: false,
                kernelInitializer: .constant(0), name: "red_to_blue")
            exchange.isTrainable = false
            let exchanged = exchange(centred)
            exchange.weights.first?.assign([0, 0, 1, 0, 1, 0, 1, 0, 0])
            return exchanged
        }
    }
}

extension Model {
    /// Whether the model brings pixels of 0 to 255 to its own range by itself: its first input goes through
    /// a ``Rescaling`` or ``Normalization`` for such numbers before anything else. `fit`, `evaluate` and
    /// `predict` then leave bytes as they are, where otherwise they would be multiplied by 1/255.
    public var scalesPixels: Bool {
        guard let input = inputs.first else { return false }
        let first = calls.filter { $0.inputs.contains { $0.node === input.node } }
        return !first.isEmpty
            && first.allSatisfy { call in
                switch call.layer {
                case let layer as Rescaling: layer.scale.allSatisfy { Swift.abs($0) <= 1 / 16 }
                case let layer as Normalization: layer.isForPixels
                case let layer as Model: layer.scalesPixels
                default: false
                }
            }
    }

    /// What numbers are multiplied by when the model uses them.
    package func scale(of type: SampleType) -> Float {
        let isStandard = type.dtype == .uint8 && type.scale == 1 / 255
        return isStandard && scalesPixels ? 1 : type.scale
    }
}
