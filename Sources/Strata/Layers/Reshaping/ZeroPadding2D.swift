/// Adds rows and columns of zeros around images: `[batch, height, width, channels]` to
/// `[batch, top + height + bottom, left + width + right, channels]`.
public final class ZeroPadding2D: ConfigurableLayer {
    public let core: LayerCore
    public private(set) var padding: Border

    /// - Parameters:
    ///   - padding: the rows and columns added at each side; 1 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ padding: Border = 1, name: String? = nil) {
        core = LayerCore(name: name)
        self.padding = padding
    }

    public static func prototype() -> ZeroPadding2D { ZeroPadding2D() }

    public static var hyperparameters: [Hyperparameter<ZeroPadding2D>] {
        [.value("padding", \.padding), .fixed("data_format", "channels_last")]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try padding.check()
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        x.padded(before: padding.before, after: padding.after)
    }
}
