import Foundation

/// The kinds of picture files that are known. Which one a file is, its first bytes say, not its name.
package struct ImageFormat: Sendable {
    package let name: String
    /// What names of such files end with, in small letters.
    package let extensions: [String]
    /// Whether hardly any other file begins as these do.
    package let isCertain: Bool
    private let recognizes: @Sendable (UnsafeRawBufferPointer) -> Bool
    /// Makes the picture; nil if such files are not supported.
    private let decode: (@Sendable (UnsafeRawBufferPointer, ImageReadingOptions) throws -> Image)?

    private static let all = [
        ImageFormat(
            name: "JPEG", extensions: ["jpg", "jpeg", "jpe", "jfif"],
            recognizes: { $0.starts(with: JPEG.signature) }, decode: JPEG.decode),
        ImageFormat(
            name: "PNG", extensions: ["png"],
            recognizes: { $0.starts(with: PNG.signature) },
            decode: { bytes, _ in try PNG.decode(bytes) }),
        ImageFormat(
            name: "GIF", extensions: ["gif"],
            recognizes: GIF.recognizes, decode: { bytes, _ in try GIF.decode(bytes) }),
        ImageFormat(
            name: "BMP", extensions: ["bmp"],
            recognizes: BMP.recognizes, decode: { bytes, _ in try BMP.decode(bytes) }),
        ImageFormat(
            name: "PPM", extensions: ["ppm", "pgm"], isCertain: false,
            recognizes: PortableAnymap.recognizes,
            decode: { bytes, _ in try PortableAnymap.decode(bytes) }),
        ImageFormat(
            name: "WebP", extensions: ["webp"],
            recognizes: { $0.hasText("RIFF", at: 0) && $0.hasText("WEBP", at: 8) }, decode: nil),
        ImageFormat(
            name: "TIFF", extensions: ["tif", "tiff"],
            recognizes: { $0.hasText("II*\0", at: 0) || $0.hasText("MM\0*", at: 0) }, decode: nil),
        ImageFormat(
            name: "HEIF", extensions: ["heic", "heif", "avif"],
            recognizes: { $0.hasText("ftyp", at: 4) }, decode: nil),
    ]

    /// Whether such files can be read.
    package var isSupported: Bool { decode != nil }

    /// The names of the kinds that can be read.
    package static let supportedNames = all.filter(\.isSupported).map(\.name)
        .joined(separator: ", ")
    /// What names of files that can be read end with.
    package static let supportedEndings = all.filter(\.isSupported).flatMap(\.extensions)
        .map { "." + $0 }.joined(separator: ", ")

    /// What names of pictures end with, whether they can be read or not.
    package static let endings = all.flatMap(\.extensions).map { "." + $0 }

    /// The kind that the end of a file's name says, if any.
    package init?(named path: String) {
        let ending = (path as NSString).pathExtension.lowercased()
        guard let format = Self.all.first(where: { $0.extensions.contains(ending) }) else {
            return nil
        }
        self = format
    }

    /// The kind that the first bytes of a file say, if any.
    package init?(of bytes: UnsafeRawBufferPointer) {
        guard let format = Self.all.first(where: { $0.recognizes(bytes) }) else { return nil }
        self = format
    }

    private init(
        name: String, extensions: [String], isCertain: Bool = true,
        recognizes: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool,
        decode: (@Sendable (UnsafeRawBufferPointer, ImageReadingOptions) throws -> Image)?
    ) {
        self.name = name
        self.extensions = extensions
        self.isCertain = isCertain
        self.recognizes = recognizes
        self.decode = decode
    }

    /// The picture in the bytes of a file.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    static func decode(_ bytes: UnsafeRawBufferPointer, _ options: ImageReadingOptions) throws
        -> Image
    {
        guard !bytes.isEmpty else { throw StrataError("it is empty") }
        guard let format = ImageFormat(of: bytes) else {
            throw StrataError("it is not a picture of a supported kind (\(supportedNames))")
        }
        guard let decode = format.decode else {
            throw StrataError("it is a \(format.name) file, and supported are \(supportedNames)")
        }
        return try decode(bytes, options)
    }
}

/// How a picture is read.
package struct ImageReadingOptions: Sendable {
    /// The size that is enough, if any: a JPEG file of at least twice this is decoded at a half, a
    /// quarter or an eighth of its size.
    package var minimumSize: (height: Int, width: Int)?
    /// Whether a JPEG file that breaks off or is damaged gives the picture up to there.
    package var allowsTruncated: Bool

    package init(minimumSize: (height: Int, width: Int)? = nil, allowsTruncated: Bool = false) {
        self.minimumSize = minimumSize
        self.allowsTruncated = allowsTruncated
    }

    /// How many eighths of its size a picture is decoded at: 1, 2, 4 or 8.
    func scale(height: Int, width: Int) -> Int {
        guard let minimumSize else { return 8 }
        return [1, 2, 4].first { scale in
            (height * scale + 7) / 8 >= minimumSize.height
                && (width * scale + 7) / 8 >= minimumSize.width
        } ?? 8
    }
}

extension UnsafeRawBufferPointer {
    /// Whether some bytes are those of a text.
    fileprivate func hasText(_ text: String, at offset: Int) -> Bool {
        slice(at: offset, count: text.utf8.count)?.elementsEqual(text.utf8) == true
    }
}
