/// Sets whole channels of images to zero while training and scales the rest by 1 / (1 - rate)
/// (Tompson et al., 2015).
///
/// Input and output `[batch, height, width, channels]`.
public final class SpatialDropout2D: ConfigurableLayer {
    public let core: LayerCore
    /// The part set to zero, from 0 to 1.
    public private(set) var rate: Float

    /// - Parameters:
    ///   - rate: the part of the channels that is set to zero, from 0 to 1.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ rate: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
    }

    public static func prototype() -> SpatialDropout2D { SpatialDropout2D(0) }

    public static var hyperparameters: [Hyperparameter<SpatialDropout2D>] {
        [.required("rate", \.rate), .ignored("seed"), .fixed("data_format", "channels_last")]
    }

    public func build(_ inputs: [Shape]) throws {
        guard (0...1).contains(rate) else {
            throw StrataError("rate must be between 0 and 1, but got \(rate)")
        }
        _ = try ConvolutionChecks.channels(inputs)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        context.dropout(x, rate: rate, noise: [x.shape[0], 1, 1, x.shape[3]])
    }
}
