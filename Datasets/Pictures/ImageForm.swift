import Foundation
import Strata

/// The size and colours that pictures are brought to, and how.
public struct ImageForm: Hashable, Sendable {
    /// The height in pixels.
    public let height: Int
    /// The width in pixels.
    public let width: Int
    /// 1 for grey, 3 for colours, 4 for colours and opacity.
    public let channels: Int
    /// How new pixels are computed from old ones.
    public let interpolation: Image.Interpolation
    /// What is done with pictures of another aspect ratio.
    public let aspectRatio: Image.AspectRatio

    /// - Parameters:
    ///   - imageSize: height and width in pixels; 256×256 by default.
    ///   - channels: 1 for grey, 3 for colours, 4 for colours and opacity; 3 by default.
    ///   - interpolation: how new pixels are computed from old ones; by default each is the mean of the
    ///     area that it covers. `.bilinear` is what Keras's `image_dataset_from_directory` does.
    ///   - aspectRatio: what is done with pictures of another aspect ratio; `.stretch` by default.
    /// - Throws: `StrataError` if a size is not from 1 to 65,536, or `channels` is another number.
    public init(
        imageSize: (height: Int, width: Int) = (256, 256), channels: Int = 3,
        interpolation: Image.Interpolation = .area, aspectRatio: Image.AspectRatio = .stretch
    ) throws {
        let (height, width) = imageSize
        guard (1...65_536).contains(height), (1...65_536).contains(width),
            [1, 3, 4].contains(channels)
        else {
            throw StrataError(
                "imageSize must be from 1×1 to 65536×65536, and channels 1, 3 or 4, but got "
                    + "\(height)×\(width) and \(channels)")
        }
        self.height = height
        self.width = width
        self.channels = channels
        self.interpolation = interpolation
        self.aspectRatio = aspectRatio
    }

    var byteCount: Int { height * width * channels }

    /// `[height, width, channels]`
    var shape: Shape { [height, width, channels] }

    /// Reads a picture and brings it to this form.
    func write(_ path: String, to place: UnsafeMutableRawBufferPointer) throws {
        // The pixels of a reduced picture are means already; TensorFlow's bilinear does not take means.
        let averages = interpolation == .area || interpolation == .antialiased
        let picture = try Image(
            contentsOf: path, minimumSize: averages ? (height, width) : nil
        ).converted(channels: channels).resized(
            height: height, width: width, interpolation: interpolation, aspectRatio: aspectRatio)
        picture.withPixels { place.copyMemory(from: $0) }
    }

    /// What distinguishes the pixels of one form from those of another.
    var signature: String {
        "\(height)x\(width)x\(channels) \(interpolation.rawValue) \(aspectRatio.rawValue)"
    }
}
