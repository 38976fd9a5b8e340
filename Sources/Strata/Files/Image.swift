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
                "An image must be bytes of shape [height, width, 1 to 4], but got \(pixels.dtype) of "
                    + "shape \(pixels.shape)")
        }
        self.pixels = pixels.reshaped(to: shape)
    }

    /// Makes a picture of bytes.
    /// - Parameters:
    ///   - height: the height in pixels.
    ///   - width: the width in pixels.
    ///   - channels: the number of channels, from 1 to 4.
    ///   - pixels: the bytes, `[height, width, channels]` in row-major order.
    /// - Precondition: the sizes are at least 1, there are 1 to 4 channels, and `pixels` fill them.
    public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
        precondition(height > 0 && width > 0 && (1...4).contains(channels))
        self.pixels = ArrayData(shape: [height, width, channels], pixels)
    }

    /// A picture whose bytes, row by row, `initialize` writes; it must write all of them.
    init(
        height: Int, width: Int, channels: Int,
        initialize: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        pixels = try ArrayData(
            shape: [height, width, channels], dtype: .uint8, initialize: initialize)
    }

    /// Reads a JPEG, PNG, GIF (the first frame), BMP, PPM or PGM file. Its content says which it is,
    /// not its name.
    /// - Parameters:
    ///   - path: the file.
    ///   - minimumSize: the size in pixels that is enough, if the picture is going to be made smaller: a
    ///     JPEG file is decoded at 1/2, 1/4 or 1/8 of its size directly if that is not less.
    ///   - allowsTruncated: whether a JPEG file that breaks off or is damaged gives the picture up to
    ///     there, with the rest grey or blurred; otherwise it is an error.
    /// - Throws: ``StrataError`` that says why the file cannot be read or is not a picture.
    public init(
        contentsOf path: String, minimumSize: (height: Int, width: Int)? = nil,
        allowsTruncated: Bool = false
    ) throws {
        let options = ImageReadingOptions(
            minimumSize: minimumSize, allowsTruncated: allowsTruncated)
        try self.init(FileBytes(path: path), name: path, options)
    }

    /// - Parameter name: what errors call the file.
    package init(
        _ file: FileBytes, name: String, _ options: ImageReadingOptions = ImageReadingOptions()
    ) throws {
        do {
            self = try ImageFormat.decode(file.bytes, options)
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
}
