import CStrata

extension Image {
    /// How the pixels of a picture in another size are made of the old ones.
    public enum Interpolation: String, Hashable, Sendable, CaseIterable {
        /// The nearest old pixel, as in TensorFlow.
        case nearest
        /// Between the four nearest old pixels, however much smaller the picture becomes, as in
        /// TensorFlow and in Keras's `image_dataset_from_directory`.
        case bilinear
        /// Likewise, but where the picture becomes smaller all old pixels count, as in Pillow.
        case antialiased
        /// The mean of the old pixels whose centres a new one covers, as Pillow's `BOX`.
        case area
    }

    /// What is done if the new size has another ratio of width to height.
    public enum AspectRatio: String, Hashable, Sendable, CaseIterable {
        /// The picture is distorted.
        case stretch
        /// What is too much on two sides is cut off, as Keras's `crop_to_aspect_ratio` does.
        case crop
        /// Two sides get black borders, as with Keras's `pad_to_aspect_ratio`.
        case pad
    }

    /// Resizes the picture.
    /// - Parameters:
    ///   - newHeight: the new height in pixels, at least 1.
    ///   - newWidth: the new width in pixels, at least 1.
    ///   - interpolation: how new pixels are computed from old ones; the mean of the covered area by default.
    ///   - aspectRatio: what to do if the new size has another aspect ratio; `.stretch` by default.
    public func resized(
        height newHeight: Int, width newWidth: Int, interpolation: Interpolation = .area,
        aspectRatio: AspectRatio = .stretch
    ) -> Image {
        precondition(newHeight > 0 && newWidth > 0)
        switch aspectRatio {
        case .stretch:
            return stretched(height: newHeight, width: newWidth, interpolation)
        case .crop:
            // Rounded as Keras's smart_resize does.
            let properHeight = Int(Float(width * newHeight) / Float(newWidth))
            let properWidth = Int(Float(height * newWidth) / Float(newHeight))
            let (rows, columns) = (
                max(1, min(height, properHeight)), max(1, min(width, properWidth))
            )
            return framed(
                top: (height - rows) / 2, left: (width - columns) / 2, height: rows,
                width: columns
            ).stretched(height: newHeight, width: newWidth, interpolation)
        case .pad:
            // Rounded as TensorFlow's resize_with_pad does.
            let ratio = max(
                Float(height) / Float(newHeight), Float(width) / Float(newWidth))
            let (rows, columns) = (Float(height) / ratio, Float(width) / ratio)
            return stretched(
                height: min(max(1, Int(rows)), newHeight),
                width: min(max(1, Int(columns)), newWidth),
                interpolation
            ).framed(
                top: -max(0, Int((Float(newHeight) - rows) / 2)),
                left: -max(0, Int((Float(newWidth) - columns) / 2)), height: newHeight,
                width: newWidth)
        }
    }

    private func stretched(height newHeight: Int, width newWidth: Int, _ method: Interpolation)
        -> Image
    {
        guard newHeight != height || newWidth != width else { return self }
        let rows = ResizingTaps(method, from: height, to: newHeight)
        let columns = ResizingTaps(method, from: width, to: newWidth)
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: (width * channels + 32) * MemoryLayout<Float>.size, alignment: 64)
        defer { scratch.deallocate() }
        var arguments = strata_image_resize_args()
        arguments.w = Int32(width)
        arguments.c = Int32(channels)
        arguments.ow = Int32(newWidth)
        arguments.row_taps = Int32(rows.count)
        arguments.column_taps = Int32(columns.count)
        return Image(height: newHeight, width: newWidth, channels: channels) { result in
            withPixels { source in
                rows.withPointers { firstRow, rowWeights in
                    columns.withPointers { firstColumn, columnWeights in
                        arguments.row_first = firstRow
                        arguments.row_weights = rowWeights
                        arguments.column_first = firstColumn
                        arguments.column_weights = columnWeights
                        arguments.x = source.bindMemory(to: UInt8.self).baseAddress
                        arguments.y = result.bindMemory(to: UInt8.self).baseAddress
                        strata_kernels_active().pointee.image_resize(
                            &arguments, 0, Int64(newHeight), scratch)
                    }
                }
            }
        }
    }

    /// The pixels of a rectangle, black beyond the picture's borders.
    private func framed(top: Int, left: Int, height newHeight: Int, width newWidth: Int) -> Image {
        guard newHeight != height || newWidth != width else { return self }
        let channels = channels
        let rows = max(0, top)..<min(height, top + newHeight)
        let columns = max(0, left)..<min(width, left + newWidth)
        return Image(height: newHeight, width: newWidth, channels: channels) { result in
            result.initializeMemory(as: UInt8.self, repeating: 0)
            withPixels { source in
                for row in rows {
                    let from = (row * width + columns.lowerBound) * channels
                    let to = ((row - top) * newWidth + columns.lowerBound - left) * channels
                    UnsafeMutableRawBufferPointer(rebasing: result[to...]).copyMemory(
                        from: UnsafeRawBufferPointer(
                            rebasing: source[from..<from + columns.count * channels]))
                }
            }
        }
    }
}

/// For each new position along a side: the old ones that it is made of, the same number for all, and
/// their weights.
struct ResizingTaps {
    private(set) var first: [Int32] = []
    private(set) var weights: [Float] = []
    let count: Int

    init(_ method: Image.Interpolation, from old: Int, to new: Int) {
        switch method {
        case .nearest:
            count = 1
            let scale = Float(old) / Float(new)
            for index in 0..<new {
                first.append(Int32(min(Int((Float(index) + 0.5) * scale), old - 1)))
                weights.append(1)
            }
        case .bilinear:
            // In single precision, as TensorFlow's ResizeBilinear with half_pixel_centers.
            count = min(2, old)
            let scale = Float(old) / Float(new)
            for index in 0..<new {
                let position = (Float(index) + 0.5) * scale - 0.5
                let floor = position.rounded(.down)
                let start = min(max(Int(floor), 0), old - count)
                // Beyond the borders both places are the same.
                let upper = min(Int(position.rounded(.up)), old - 1)
                let second = Int(floor) < 0 ? (upper > 0 ? position - floor : 0) : position - floor
                first.append(Int32(start))
                if count == 1 {
                    weights.append(1)
                } else if Int(floor) >= old - 1 {
                    weights += [0, 1]
                } else {
                    weights += [1 - second, second]
                }
            }
        case .antialiased:
            (count, first, weights) = Self.filter(from: old, to: new, support: 1) {
                max(0, 1 - abs($0))
            }
        case .area:
            (count, first, weights) = Self.filter(from: old, to: new, support: 0.5) {
                $0 > -0.5 && $0 <= 0.5 ? 1 : 0
            }
        }
    }

    /// Pillow's resampling: a filter as wide as a new pixel, or an old one if that is wider.
    private static func filter(
        from old: Int, to new: Int, support: Double, _ value: (Double) -> Double
    ) -> (count: Int, first: [Int32], weights: [Float]) {
        let scale = Double(old) / Double(new)
        let width = max(scale, 1)
        let reach = support * width
        let count = min(Int(reach.rounded(.up)) * 2 + 1, old)
        var first: [Int32] = []
        var weights = [Float](repeating: 0, count: count * new)
        for index in 0..<new {
            let center = (Double(index) + 0.5) * scale
            let start = max(0, Int(center - reach + 0.5))
            let end = min(old, Int(center + reach + 0.5))
            let values = (start..<end).map { value((Double($0) - center + 0.5) / width) }
            let sum = values.reduce(0, +)
            // Of the same number for all, those that begin later have weights of 0 first.
            let place = min(start, old - count)
            first.append(Int32(place))
            for (offset, value) in values.enumerated() {
                weights[index * count + start - place + offset] = Float(value / sum)
            }
        }
        return (count, first, weights)
    }

    func withPointers<Result>(
        _ body: (UnsafePointer<Int32>?, UnsafePointer<Float>?) throws -> Result
    ) rethrows -> Result {
        try first.withUnsafeBufferPointer { first in
            try weights.withUnsafeBufferPointer { try body(first.baseAddress, $0.baseAddress) }
        }
    }
}
