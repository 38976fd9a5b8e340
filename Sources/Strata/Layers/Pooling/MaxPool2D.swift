/// The maximum of each window of an image.
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, channels]`, sizes
/// as for ``Conv2D``.
public final class MaxPool2D: ConfigurableLayer {
    public static let className = "MaxPooling2D"

    public let core: LayerCore
    public let poolSize: [Int]
    public let strides: [Int]
    public let padding: Padding

    /// - Parameters:
    ///   - poolSize: height and width of the window, 2 by default.
    ///   - strides: the window's steps; `poolSize` by default.
    ///   - padding: `.valid` (none) by default.
    public init(
        _ poolSize: Pair = 2, strides: Pair? = nil, padding: Padding = .valid,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.poolSize = poolSize.values
        self.strides = (strides ?? poolSize).values
        self.padding = padding
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("pool_size", default: 2),
            strides: try configuration.optional("strides"),
            padding: try configuration.value("padding", default: .valid),
            name: configuration.name)
    }

    public var configuration: Configuration {
        [
            "pool_size": poolSize, "padding": padding, "strides": strides,
            "data_format": "channels_last",
        ]
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        maxPool2D(x, size: poolSize, strides: strides, padding: padding)
    }
}
