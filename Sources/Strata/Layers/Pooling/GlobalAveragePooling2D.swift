/// The average of each channel over the whole image: `[batch, height, width, channels]` to
/// `[batch, channels]`, or `[batch, 1, 1, channels]` if dimensions are kept.
public final class GlobalAveragePooling2D: ConfigurableLayer {
    public let core: LayerCore
    /// Whether height and width stay, with size 1.
    public private(set) var keepDims: Bool

    /// - Parameters:
    ///   - keepDims: whether height and width stay as axes of size 1; false by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(keepDims: Bool = false, name: String? = nil) {
        core = LayerCore(name: name)
        self.keepDims = keepDims
    }

    public static func prototype() -> GlobalAveragePooling2D { GlobalAveragePooling2D() }

    public static var hyperparameters: [Hyperparameter<GlobalAveragePooling2D>] {
        [.fixed("data_format", "channels_last"), .value("keepdims", \.keepDims)]
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard x.rank == 4 else { return .notImages(x) }
        return x.mean(axes: [1, 2], keepDims: keepDims)
    }
}

/// The short name of ``GlobalAveragePooling2D``, as in Keras.
public typealias GlobalAvgPool2D = GlobalAveragePooling2D

extension Tensor {
    /// The error of a layer that wants images.
    static func notImages(_ x: Tensor) -> Tensor {
        Tensor(
            error: StrataError(
                "images of shape [batch, height, width, channels] were expected, but got \(x.shape)"
            ))
    }
}
