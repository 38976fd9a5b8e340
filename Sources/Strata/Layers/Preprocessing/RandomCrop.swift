/// Cuts a box out of each image, at a random place while training.
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, channels]`. In
/// inference, or where an image is smaller than the box, it is the largest centred part of the box's
/// proportions, resized to the box.
public final class RandomCrop: ConfigurableLayer {
    public let core: LayerCore
    /// The height of the output.
    public private(set) var height: Int
    /// The width of the output.
    public private(set) var width: Int

    /// - Parameters:
    ///   - height: the new height, in pixels.
    ///   - width: the new width, in pixels.
    ///   - name: the layer's name; by default one is made from the class.
    public init(height: Int, width: Int, name: String? = nil) {
        core = LayerCore(name: name)
        self.height = height
        self.width = width
    }

    public static func prototype() -> RandomCrop { RandomCrop(height: 0, width: 0) }

    public static var hyperparameters: [Hyperparameter<RandomCrop>] {
        [
            .fixed("data_format", "channels_last"), .required("height", \.height),
            .required("width", \.width), .ignored("seed"),
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive([("height", [height]), ("width", [width])])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let room = [x.shape[1] - height, x.shape[2] - width]
        if context.isTraining, room.allSatisfy({ $0 >= 0 }) {
            func axis(_ room: Int) -> (start: Tensor, step: Tensor) {
                // Below room + 1, for the largest part is below 1; but rounding may reach it.
                let place = floor(context.randomUniform([x.shape[0], 1]) * Float(room + 1))
                return (minimum(place, Float(room)), Tensor(1))
            }
            return resample2D(
                x, size: [height, width], rows: axis(room[0]), columns: axis(room[1]),
                interpolation: .nearest, border: .nearest)
        }
        return resized(centredPart(x, proportions: [height, width]), to: [height, width])
    }
}
