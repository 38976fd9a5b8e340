/// The average of each window of an image; cells of the padding are not counted.
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, channels]`, sizes
/// as for ``Conv2D``.
public final class AveragePooling2D: ConfigurableLayer {
    public static let className = "AveragePooling2D"

    public let core: LayerCore
    public let poolSize: [Int]
    public let strides: [Int]
    public let padding: Padding

    /// - Parameters:
    ///   - poolSize: height and width of the window.
    ///   - strides: the window's steps; `poolSize` by default.
    ///   - padding: `.valid` (none) by default.
    public init(
        _ poolSize: Pair, strides: Pair? = nil, padding: Padding = .valid,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.poolSize = poolSize.values
        self.strides = (strides ?? poolSize).values
        self.padding = padding
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("pool_size"),
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
        averagePool2D(x, size: poolSize, strides: strides, padding: padding)
    }
}
