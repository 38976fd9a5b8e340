/// What pooling layers share: a window that moves over the input. `Size` is a number for each axis that
/// it moves along: ``Pair`` for images.
public class PoolingLayer<Size: WindowSize> {
    public let core: LayerCore
    /// The size of the window.
    public internal(set) var poolSize: Size
    /// The steps of the window along each axis.
    public var strides: Size { ownStrides ?? poolSize }
    /// How the borders are padded.
    public internal(set) var padding: Padding

    private var ownStrides: Size?

    /// The strides as files have them: `null` stands for the window's size.
    var strideSetting: Size? {
        get { strides }
        set { ownStrides = newValue }
    }

    init(_ core: LayerCore, poolSize: Size, strides: Size?, padding: Padding) {
        self.core = core
        self.poolSize = poolSize
        self.padding = padding
        ownStrides = strides
    }
}

extension Configurable {
    /// What files keep of every pooling layer.
    /// - Parameter poolSize: the window's size, with a default or without.
    static func pooling<Size>(
        _ poolSize: Hyperparameter<Self>
    ) -> [Hyperparameter<Self>] where Self: PoolingLayer<Size> {
        [
            poolSize, .value("padding", \.padding), .value("strides", \.strideSetting),
            .fixed("data_format", "channels_last"),
        ]
    }
}
