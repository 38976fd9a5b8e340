/// Takes rows and columns away from the sides of images: `[batch, height, width, channels]` to
/// `[batch, height - top - bottom, width - left - right, channels]`.
public final class Cropping2D: ConfigurableLayer {
    public let core: LayerCore
    /// The rows and columns that are cut off.
    public private(set) var cropping: Border

    /// - Parameters:
    ///   - cropping: the rows and columns taken away at each side; 0 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ cropping: Border = 0, name: String? = nil) {
        core = LayerCore(name: name)
        self.cropping = cropping
    }

    public static func prototype() -> Cropping2D { Cropping2D() }

    public static var hyperparameters: [Hyperparameter<Cropping2D>] {
        [.value("cropping", \.cropping), .fixed("data_format", "channels_last")]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try cropping.check()
        let (height, width) = (inputs[0][1], inputs[0][2])
        guard inputs[0].isKnown else { return }
        guard cropping.top < height - cropping.bottom, cropping.left < width - cropping.right else {
            throw StrataError(
                "a cropping that leaves something of images of \(height)x\(width) was expected, "
                    + "but got \(cropping.json)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let size = x.shape.dimensions.indices.map {
            x.shape[$0] - cropping.before[$0] - cropping.after[$0]
        }
        return x.sliced(from: cropping.before, size: size)
    }
}
