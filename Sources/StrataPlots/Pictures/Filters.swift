import Strata

extension Image {
    /// Numbers as greys (or as colours, with 3 channels): the smallest black, the largest white, and
    /// numbers that are not finite black too.
    /// - Parameter values: of shape `[height, width, channels]`.
    public init(normalizing values: [Float], height: Int, width: Int, channels: Int = 1) {
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        let bytes = values.map { value -> UInt8 in
            guard value.isFinite, high > low else { return value.isFinite ? 128 : 0 }
            // Halves, because the difference of the two may not be finite.
            return UInt8(((value / 2 - low / 2) / (high / 2 - low / 2) * 255).rounded())
        }
        self.init(height: height, width: width, channels: channels, pixels: bytes)
    }

    /// The filters of a convolution, each normalized to its own range: a grey tile for one input
    /// channel, a coloured one for three, and for others the channels side by side in a tile.
    /// - Throws: that the layer has no filters.
    public static func filters(of layer: any Layer) throws -> [Image] {
        guard let kernel = layer.weights.first(where: { $0.shape.rank == 4 }) else {
            throw StrataError("\(layer.description) has no filters: a convolution is expected")
        }
        let shape = kernel.shape
        let (height, width) = (shape[0], shape[1])
        var (inputs, outputs) = (shape[2], shape[3])
        // Where a number of filter f and channel c is, in the last two dimensions.
        var place: (_ channel: Int, _ filter: Int) -> Int = { $0 * shape[3] + $1 }
        switch layer.className {
        case "DepthwiseConv2D", "SeparableConv2D":
            // Every channel has filters of its own.
            (inputs, outputs) = (1, inputs * outputs)
            place = { $1 }
        case "Conv2DTranspose":
            (inputs, outputs) = (outputs, inputs)
            place = { $1 * shape[3] + $0 }
        default: break
        }
        let scalars = kernel.value.scalars
        return (0..<outputs).map { filter in
            func values(_ channels: Range<Int>) -> [Float] {
                (0..<height * width).flatMap { pixel in
                    channels.map { scalars[pixel * shape[2] * shape[3] + place($0, filter)] }
                }
            }
            if inputs == 1 || inputs == 3 {
                return Image(
                    normalizing: values(0..<inputs), height: height, width: width, channels: inputs)
            }
            let all = Image(
                normalizing: values(0..<inputs), height: height * width, width: inputs)
            let planes = (0..<inputs).map { channel in
                all.withPixels { bytes in
                    Image(
                        height: height, width: width, channels: 1,
                        pixels: (0..<height * width).map { bytes[$0 * inputs + channel] })
                }
            }
            return mosaic(planes)
        }
    }

    /// Grey pictures of one size in a square, with lines between them.
    private static func mosaic(_ planes: [Image]) -> Image {
        let columns = Int(Double(planes.count).squareRoot().rounded(.up))
        let rows = (planes.count + columns - 1) / columns
        let (height, width) = (planes[0].height, planes[0].width)
        let total = (height: rows * (height + 1) - 1, width: columns * (width + 1) - 1)
        // Grey, and clear between and after the pictures.
        var pixels = [UInt8](repeating: 0, count: total.height * total.width * 2)
        for (index, plane) in planes.enumerated() {
            let (top, left) = (index / columns * (height + 1), index % columns * (width + 1))
            plane.withPixels { bytes in
                for y in 0..<height {
                    for x in 0..<width {
                        let place = ((top + y) * total.width + left + x) * 2
                        pixels[place] = bytes[y * width + x]
                        pixels[place + 1] = 255
                    }
                }
            }
        }
        return Image(height: total.height, width: total.width, channels: 2, pixels: pixels)
    }
}
