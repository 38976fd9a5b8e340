/// Makes images of one size, in training and inference alike: `[batch, height, width, channels]` to
/// `[batch, new height, new width, channels]`.
public final class Resizing: ConfigurableLayer {
    /// What becomes of images whose proportions are others.
    public enum Fitting: Hashable, Sendable {
        /// Their proportions change.
        case stretch
        /// The largest centred part of the new proportions is resized.
        case crop
        /// The image is resized with a frame of one number that gives it the new proportions.
        case pad(with: Float)
    }

    public let core: LayerCore
    public let height: Int
    public let width: Int
    public let interpolation: Interpolation
    public let fitting: Fitting

    public init(
        height: Int, width: Int, interpolation: Interpolation = .bilinear,
        fitting: Fitting = .stretch, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.fitting = fitting
    }

    public convenience init(configuration: Configuration) throws {
        let crops = try configuration.value("crop_to_aspect_ratio", default: false)
        let pads = try configuration.value("pad_to_aspect_ratio", default: false)
        guard !(crops && pads) else {
            throw StrataError("images are either cropped or padded to proportions, not both.")
        }
        let fillMode = try configuration.value("fill_mode", default: "constant")
        guard try !configuration.value("antialias", default: false), fillMode == "constant" else {
            throw StrataError(
                "antialias is false and fill_mode \"constant\". Received: "
                    + "\(configuration["antialias"] ?? .null) and \"\(fillMode)\"")
        }
        let fill = try configuration.value("fill_value", default: Float(0))
        self.init(
            height: try configuration.value("height"), width: try configuration.value("width"),
            interpolation: try configuration.value("interpolation", default: .bilinear),
            fitting: crops ? .crop : pads ? .pad(with: fill) : .stretch, name: configuration.name)
    }

    public var configuration: Configuration {
        var fill: Float?
        if case .pad(let number) = fitting { fill = number }
        return [
            "height": height, "width": width, "interpolation": interpolation,
            "crop_to_aspect_ratio": fitting == .crop, "pad_to_aspect_ratio": fill != nil,
            "fill_mode": "constant", "fill_value": fill ?? 0, "antialias": false,
            "data_format": "channels_last",
        ]
    }

    public func build(_ inputs: [Shape]) throws {
        _ = try ConvolutionChecks.channels(inputs)
        try ConvolutionChecks.positive(["height": [height], "width": [width]])
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let size = [height, width]
        let fitted =
            switch fitting {
            case .stretch: x
            case .crop: centredPart(x, proportions: size)
            case .pad(let fill): framed(x, proportions: size, with: fill)
            }
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
        (0, Tensor(Float(x.shape[number]) / Float(size[number - 1])))
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
