/// A picture of bytes: rows from the top, pixels from the left, channels of a pixel side by side.
public struct Image: Sendable {
    /// `[height, width, channels]`, of bytes: 1 channel is grey, 2 are grey and opacity, 3 are red,
    /// green and blue, 4 are these and opacity.
    public let pixels: ArrayData

    /// The number of rows.
    public var height: Int { pixels.shape[0] }
    /// The number of pixels in a row.
    public var width: Int { pixels.shape[1] }
    /// The bytes of a pixel, 1 to 4.
    public var channels: Int { pixels.shape[2] }

    /// A picture of the bytes of an array, which is not copied.
    /// - Parameter pixels: bytes of shape `[height, width]` or `[height, width, 1 to 4]`.
    /// - Throws: ``StrataError`` if they are anything else.
    public init(_ pixels: ArrayData) throws {
        var shape = pixels.shape
        if shape.count == 2 { shape.append(1) }
        guard pixels.dtype == .uint8, shape.count == 3, shape.allSatisfy({ $0 > 0 }), shape[2] <= 4
        else {
            throw StrataError(
                "An image is bytes of shape [height, width, 1 to 4]. Received: \(pixels.dtype) of "
                    + "shape \(pixels.shape)")
        }
        self.pixels = pixels.reshaped(to: shape)
    }

    /// A picture of bytes, row by row.
    /// - Precondition: the sizes are at least 1, there are 1 to 4 channels, and `pixels` fill them.
    public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
        precondition(height > 0 && width > 0 && (1...4).contains(channels))
        self.pixels = ArrayData(shape: [height, width, channels], pixels)
    }

    /// Reads a PNG, PPM or PGM file; which it is, its content says.
    /// - Throws: ``StrataError`` that says why the file cannot be read or is no such picture.
    public init(contentsOf path: String) throws {
        try self.init(FileBytes(path: path), name: path)
    }

    /// - Parameter name: what errors call the file.
    package init(_ file: FileBytes, name: String) throws {
        do {
            if file.bytes.starts(with: PNG.signature) {
                self = try PNG.decode(file.bytes)
            } else if PortableAnymap.recognizes(file.bytes) {
                self = try PortableAnymap.decode(file.bytes)
            } else {
                throw StrataError("it is neither PNG nor PPM nor PGM")
            }
        } catch let error as StrataError {
            throw StrataError("\(name) is not a usable image: \(error.message).")
        }
    }

    /// Writes the picture to a PNG file, which appears whole or not at all.
    /// - Throws: ``StrataError`` if it cannot be written.
    public func writePNG(to path: String) throws {
        try AtomicFile.write(PNG.encode(self), to: path)
    }

    /// Calls `body` with the bytes of all pixels, row by row.
    public func withPixels<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        try pixels.withUnsafeBytes(body)
    }

    /// The most bytes that an image file may announce.
    static let byteLimit = 1 << 29

    /// Throws if a file announces no image, or one that is too large.
    static func check(height: Int, width: Int, channels: Int) throws {
        guard height > 0, width > 0 else {
            throw StrataError("its size is \(width)×\(height) pixels")
        }
        let (area, overflow) = height.multipliedReportingOverflow(by: width)
        guard !overflow, area <= byteLimit / channels else {
            throw StrataError(
                "its size is \(width)×\(height) pixels of \(channels) bytes, and \(byteLimit >> 20) "
                    + "MiB are allowed")
        }
    }
}

// MARK: - Conversions

extension Image {
    /// The picture with another number of channels: grey is 0.299 red + 0.587 green + 0.114 blue, and
    /// opacity is dropped or full.
    /// - Precondition: `wanted` is 1 to 4.
    public func converted(channels wanted: Int) -> Image {
        precondition((1...4).contains(wanted))
        guard wanted != channels else { return self }
        let channels = channels
        let bytes = withPixels { source in
            [UInt8](unsafeUninitializedCapacity: width * height * wanted) { result, count in
                count = width * height * wanted
                for pixel in 0..<width * height {
                    let color = source[pixel * channels..<(pixel + 1) * channels]
                    let start = color.startIndex
                    let opacity = channels.isMultiple(of: 2) ? color[start + channels - 1] : 255
                    let red = color[start]
                    let green = channels > 2 ? color[start + 1] : red
                    let blue = channels > 2 ? color[start + 2] : red
                    let place = pixel * wanted
                    if wanted < 3 {
                        // In parts of 65,536, so that black, white and grey stay what they are.
                        let grey =
                            19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue)
                        result[place] = UInt8((grey + 0x8000) >> 16)
                    } else {
                        result[place] = red
                        result[place + 1] = green
                        result[place + 2] = blue
                    }
                    if wanted.isMultiple(of: 2) { result[place + wanted - 1] = opacity }
                }
            }
        }
        return Image(height: height, width: width, channels: wanted, pixels: bytes)
    }

    /// The picture in another size: each new pixel is the mean of the area that it covers in the old
    /// picture.
    /// - Precondition: the sizes are at least 1.
    public func resized(height newHeight: Int, width newWidth: Int) -> Image {
        precondition(newHeight > 0 && newWidth > 0)
        guard newHeight != height || newWidth != width else { return self }
        let (height, width, channels) = (height, width, channels)
        let rows = Span.spans(of: height, to: newHeight)
        let columns = Span.spans(of: width, to: newWidth)
        var result = [UInt8](repeating: 0, count: newHeight * newWidth * channels)
        // One row of sums at a time: first over the rows of an area, then over its columns.
        var sums = [Float](repeating: 0, count: width * channels)
        withPixels { source in
            for (y, row) in rows.enumerated() {
                for index in sums.indices { sums[index] = 0 }
                for (offset, weight) in row.weights.enumerated() {
                    let start = (row.first + offset) * width * channels
                    for index in sums.indices {
                        sums[index] += Float(source[start + index]) * weight
                    }
                }
                for (x, column) in columns.enumerated() {
                    for channel in 0..<channels {
                        var sum: Float = 0
                        for (offset, weight) in column.weights.enumerated() {
                            sum += sums[(column.first + offset) * channels + channel] * weight
                        }
                        let place = (y * newWidth + x) * channels + channel
                        result[place] = UInt8(min(max(sum, 0), 255).rounded())
                    }
                }
            }
        }
        return Image(height: newHeight, width: newWidth, channels: channels, pixels: result)
    }
}

/// What a new pixel covers of a row of old ones: which, and the part that each has in it.
private struct Span {
    let first: Int
    let weights: [Float]

    static func spans(of old: Int, to new: Int) -> [Span] {
        let ratio = Double(old) / Double(new)
        return (0..<new).map { index in
            let (start, end) = (Double(index) * ratio, Double(index + 1) * ratio)
            let first = min(Int(start), old - 1)
            let last = min(max(Int(end.rounded(.up)), first + 1), old)
            return Span(
                first: first,
                weights: (first..<last).map { pixel in
                    Float((min(Double(pixel + 1), end) - max(Double(pixel), start)) / ratio)
                })
        }
    }
}
