extension Image {
    /// Makes a picture of numbers, scaled so that the smallest becomes 0 and the largest 255. Numbers
    /// that are not finite become 0.
    /// - Parameters:
    ///   - values: the numbers, `[height, width, channels]` in row-major order.
    ///   - height: the height in pixels.
    ///   - width: the width in pixels.
    ///   - channels: 1 for grey, 3 for colours; 1 by default.
    public init(normalizing values: [Float], height: Int, width: Int, channels: Int = 1) {
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        // Halved, because the difference of the two could overflow.
        let range: Float = high / 2 - low / 2
        let bytes = values.map { value -> UInt8 in
            guard value.isFinite, high > low else { return value.isFinite ? 128 : 0 }
            let share: Float = (value / 2 - low / 2) / range
            return UInt8((share * 255).rounded())
        }
        self.init(height: height, width: width, channels: channels, pixels: bytes)
    }

    /// Makes a picture of each filter of a convolution, normalized to its own range: in grey for one
    /// input channel, in colours for three, otherwise with the channels side by side.
    /// - Parameter layer: a convolution that has been built.
    /// - Throws: ``StrataError`` if the layer has no filters.
    public static func filters(of layer: any Layer) throws -> [Image] {
        guard let kernel = layer.weights.first(where: { $0.shape.rank == 4 }) else {
            throw StrataError("\(layer.description) has no filters: it must be a convolution")
        }
        let shape = kernel.shape
        let (height, width) = (shape[0], shape[1])
        var (inputs, outputs) = (shape[2], shape[3])
        // The index, in the last two dimensions, of a channel and a filter.
        var place: (_ channel: Int, _ filter: Int) -> Int = { $0 * shape[3] + $1 }
        switch layer.className {
        case "DepthwiseConv2D", "SeparableConv2D":
            // Each channel has its own filters.
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

    /// Arranges grey pictures of one size in a square, with lines between them.
    private static func mosaic(_ planes: [Image]) -> Image {
        let columns = Int(Double(planes.count).squareRoot().rounded(.up))
        let rows = (planes.count + columns - 1) / columns
        let (height, width) = (planes[0].height, planes[0].width)
        let total = (height: rows * (height + 1) - 1, width: columns * (width + 1) - 1)
        // Grey and opacity; transparent between and after the pictures.
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

    /// Arranges pictures of one size in rows, with lines between them, each pixel as a square.
    /// - Parameters:
    ///   - images: the pictures; at least one.
    ///   - side: the least width and height of a picture, in pixels, to which small ones are enlarged.
    static func sheet(_ images: [Image], side: Int = 32) -> Image {
        let (height, width) = (images[0].height, images[0].width)
        let scale = max(1, (side + max(height, width) - 1) / max(height, width))
        let columns = Int(Double(images.count).squareRoot().rounded(.up))
        let rows = (images.count + columns - 1) / columns
        let step = (y: height * scale + 2, x: width * scale + 2)
        let total = (height: rows * step.y - 2, width: columns * step.x - 2)
        // Transparent between and after the pictures.
        var pixels = [UInt8](repeating: 0, count: total.height * total.width * 4)
        for (index, image) in images.enumerated() {
            let (top, left) = (index / columns * step.y, index % columns * step.x)
            image.converted(channels: 4).withPixels { bytes in
                for y in 0..<height * scale {
                    for x in 0..<width * scale {
                        let source = (y / scale * width + x / scale) * 4
                        let place = ((top + y) * total.width + left + x) * 4
                        for channel in 0..<4 { pixels[place + channel] = bytes[source + channel] }
                    }
                }
            }
        }
        return Image(height: total.height, width: total.width, channels: 4, pixels: pixels)
    }
}
