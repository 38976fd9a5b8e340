/// The average of each window of an image; cells of the padding are not counted.
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, channels]`, sizes
/// as for ``Conv2D``.
public final class AveragePooling2D: PoolingLayer<Pair>, ConfigurableLayer {
    /// - Parameters:
    ///   - poolSize: the height and width of the window; one number stands for both.
    ///   - strides: the window's steps down and to the right; `poolSize` by default.
    ///   - padding: how the borders are padded; `.valid`, not at all, by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        _ poolSize: Pair, strides: Pair? = nil, padding: Padding = .valid,
        name: String? = nil
    ) {
        super.init(LayerCore(name: name), poolSize: poolSize, strides: strides, padding: padding)
    }

    public static func prototype() -> AveragePooling2D { AveragePooling2D(2) }

    public static var hyperparameters: [Hyperparameter<AveragePooling2D>] {
        pooling(.required("pool_size", \.poolSize))
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        averagePool2D(x, size: poolSize.values, strides: strides.values, padding: padding)
    }
}

/// The short name of ``AveragePooling2D``, as in Keras.
public typealias AvgPool2D = AveragePooling2D
