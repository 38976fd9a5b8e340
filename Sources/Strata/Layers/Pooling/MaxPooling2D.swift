/// The maximum of each window of an image.
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, channels]`, sizes
/// as for ``Conv2D``.
public final class MaxPooling2D: PoolingLayer<Pair>, ConfigurableLayer {
    /// - Parameters:
    ///   - poolSize: the height and width of the window; one number stands for both; 2 by default.
    ///   - strides: the window's steps down and to the right; `poolSize` by default.
    ///   - padding: how the borders are padded; `.valid`, not at all, by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ poolSize: Pair = 2, strides: Pair? = nil, padding: Padding = .valid,
        name: String? = nil
    ) {
        super.init(LayerCore(name: name), poolSize: poolSize, strides: strides, padding: padding)
    }

    public static func prototype() -> MaxPooling2D { MaxPooling2D(2) }

    public static var hyperparameters: [Hyperparameter<MaxPooling2D>] {
        pooling(.value("pool_size", \.poolSize))
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        maxPool2D(x, size: poolSize.values, strides: strides.values, padding: padding)
    }
}

/// The short name of ``MaxPooling2D``, as in Keras.
public typealias MaxPool2D = MaxPooling2D
