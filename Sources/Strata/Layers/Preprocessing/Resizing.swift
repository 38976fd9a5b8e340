/// Makes images of one size, in training and inference alike: `[batch, height, width, channels]` to
/// `[batch, new height, new width, channels]`.
public final class Resizing: ConfigurableLayer {
    public let core: LayerCore
    /// The new height, in pixels.
    public private(set) var height: Int
    /// The new width, in pixels.
    public private(set) var width: Int
    /// How values between pixels are found.
    public private(set) var interpolation: Interpolation
    /// Whether the largest centred part of the new proportions is resized, not the whole image.
    public private(set) var cropToAspectRatio: Bool
    /// Whether the image gets a frame of `fillValue` that gives it the new proportions.
    public private(set) var padToAspectRatio: Bool
    /// The values of the frame.
    public private(set) var fillValue: Float

    /// Images whose proportions differ are stretched, unless they are cropped or padded.
    /// - Parameters:
    ///   - height: the new height, in pixels.
    ///   - width: the new width, in pixels.
    ///   - interpolation: how values between pixels are found; `.bilinear` by default.
    ///   - cropToAspectRatio: whether only the largest centred part of the new proportions is resized;
    ///     false by default.
    ///   - padToAspectRatio: whether images first get a frame that gives them the new proportions;
    ///     false by default. Not together with `cropToAspectRatio`.
    ///   - fillValue: the values of the frame; 0 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(
        height: Int, width: Int, interpolation: Interpolation = .bilinear,
        cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false, fillValue: Float = 0,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.cropToAspectRatio = cropToAspectRatio
        self.padToAspectRatio = padToAspectRatio
        self.fillValue = fillValue
    }

    public static func prototype() -> Resizing { Resizing(height: 0, width: 0) }

    public static var hyperparameters: [Hyperparameter<Resizing>] {
        [
            .required("height", \.height), .required("width", \.width),
            .value("interpolation", \.interpolation),
            .value("crop_to_aspect_ratio", \.cropToAspectRatio),
            .value("pad_to_aspect_ratio", \.padToAspectRatio), .fixed("fill_mode", "constant"),
            .value("fill_value", \.fillValue), .fixed("antialias", false),
            .fixed("data_format", "channels_last"),
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive([("height", [height]), ("width", [width])])
        guard !(cropToAspectRatio && padToAspectRatio) else {
            throw StrataError("cropToAspectRatio and padToAspectRatio cannot both be true")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let size = [height, width]
        let fitted =
            cropToAspectRatio
            ? centredPart(x, proportions: size)
            : padToAspectRatio ? framed(x, proportions: size, with: fillValue) : x
        return resized(fitted, to: size, interpolation: interpolation)
    }

    private func framed(_ x: Tensor, proportions size: [Int], with fill: Float) -> Tensor {
        func margin(_ axis: Int, _ other: Int) -> Int {
            let wanted = x.shape[other] * size[axis - 1] / size[other - 1]
            return Swift.max(0, wanted - x.shape[axis]) / 2
        }
        let margins = [0, margin(1, 2), margin(2, 1), 0]
        let frame = margins.map { (before: $0, after: $0) }
        return fill == 0 ? pad(x, frame) : pad(x - fill, frame) + fill
    }
}

/// Images of another size. Their pixels' centres are at (i + 1/2) · old size / new size; beyond the
/// outermost centres, those pixels go on.
func resized(_ x: Tensor, to size: [Int], interpolation: Interpolation = .bilinear) -> Tensor {
    guard x.error == nil else { return x }
    func axis(_ number: Int) -> (start: Tensor, step: Tensor) {
        (Tensor(0), Tensor(Float(x.shape[number]) / Float(size[number - 1])))
    }
    return resample2D(
        x, size: size, rows: axis(1), columns: axis(2), interpolation: interpolation,
        border: .nearest)
}

/// The largest part of images that has the proportions of a size, from their middle.
func centredPart(_ x: Tensor, proportions size: [Int]) -> Tensor {
    let part = [
        Swift.max(1, min(x.shape[1], x.shape[2] * size[0] / size[1])),
        Swift.max(1, min(x.shape[2], x.shape[1] * size[1] / size[0])),
    ]
    return centre(x, size: part)
}

/// A box of a size in the middle of images that are at least as large.
func centre(_ x: Tensor, size: [Int]) -> Tensor {
    x.sliced(
        from: [0, (x.shape[1] - size[0]) / 2, (x.shape[2] - size[1]) / 2, 0],
        size: [x.shape[0]] + size + [x.shape[3]])
}
