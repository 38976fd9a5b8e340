import Foundation
import Strata
import TestSupport
import Testing

/// Pictures that libjpeg-turbo's and Pillow's programs wrote, and what these read from them
/// (Fixtures/make_pictures.py).
@Suite struct PictureTests {
    private func picture(_ name: String, minimumSize: (height: Int, width: Int)? = nil) throws
        -> Image
    {
        try Image(contentsOf: fixture("pictures/\(name)"), minimumSize: minimumSize)
    }

    /// To the bit, on each instruction set's own: JPEG of every sampling, progression and colour space,
    /// GIF and BMP.
    @Test func pixelsAreThoseOfPillow() throws {
        let expected = try NPZ.read(fixture("pictures.npz"))
        #expect(expected.count == 58)
        for (name, array) in expected.map({ ($0.name, $0.array) }) {
            let image = try picture(name).converted(channels: array.shape[2])
            #expect(image.pixels.shape == array.shape, "\(name)")
            #expect(bytes(image) == array.withUnsafeBytes { Array($0) }, "\(name)")
        }
    }

    /// To the bit as djpeg's -scale.
    @Test func jpegsDecodedAtAPartOfTheirSize() throws {
        let expected = try NPZ.read(fixture("reduced.npz"))
        #expect(expected.count == 69)
        for (name, array) in expected.map({ ($0.name, $0.array) }) {
            let file = String(name.dropFirst(2))
            let image = try picture(file, minimumSize: (array.shape[0], array.shape[1]))
            #expect(image.pixels.shape == array.shape, "\(name)")
            #expect(bytes(image) == array.withUnsafeBytes { Array($0) }, "\(name)")
        }
        // One pixel more than a half has; and the sides of a turned picture are those that it shows.
        #expect(try picture("420.jpg", minimumSize: (16, 19)).pixels.shape == [29, 37, 3])
        #expect(try picture("turned6.jpg", minimumSize: (19, 15)).pixels.shape == [19, 15, 3])
        #expect(try picture("turned6.jpg", minimumSize: (15, 19)).pixels.shape == [37, 29, 3])
    }

    /// As TensorFlow, Keras and Pillow compute them, rounded.
    @Test func resizing() throws {
        let arrays = try NPZ.read(fixture("resized.npz"))
        let original = try Image(try #require(arrays.first { $0.name == "original" }).array)
        #expect(arrays.count == 45)
        for (name, array) in arrays.map({ ($0.name, $0.array) }) where name != "original" {
            let parts = name.split(separator: "_").map(String.init)
            let image = original.resized(
                height: array.shape[0], width: array.shape[1],
                interpolation: try #require(Image.Interpolation(rawValue: parts[0])),
                aspectRatio: try #require(Image.AspectRatio(rawValue: parts[1])))
            #expect(image.pixels.shape == array.shape)
            // TensorFlow gives fractions; Pillow rounds once more, between rows and columns.
            let tolerance: Float =
                switch parts[0] {
                case "nearest": 0
                case "bilinear": 0.501
                default: 1
                }
            let differences = zip(bytes(image), array.floats()).map { abs(Float($0) - $1) }
            #expect(differences.max()! <= tolerance, "\(name)")
        }
    }

    @Test func resizingKeepsWhatEveryPictureHas() {
        for channels in 1...4 {
            let plain = Image(
                height: 9, width: 7, channels: channels,
                pixels: (0..<63 * channels).map { UInt8($0 % channels * 80 + 7) })
            for method in Image.Interpolation.allCases {
                for (height, width) in [(3, 3), (30, 5), (1, 1), (9, 7), (20, 64)] {
                    let image = plain.resized(height: height, width: width, interpolation: method)
                    let colors = (0..<height * width * channels).map {
                        UInt8($0 % channels * 80 + 7)
                    }
                    #expect(bytes(image) == colors)
                }
            }
        }
    }

    @Test func kindsAreToldByTheirFirstBytes() throws {
        let folder = try TemporaryFolder()
        func message(_ contents: [UInt8]) throws -> String {
            let path = try folder.write(contents)
            return errorMessage { try Image(contentsOf: path) }
        }
        let kinds = "JPEG, PNG, GIF, BMP, PPM"
        #expect(try message([]).hasSuffix("it is empty."))
        #expect(
            try message(Array("not a picture\n".utf8))
                .hasSuffix("it is not a picture of a supported kind (\(kinds))."))
        for (start, name) in [
            ("RIFF....WEBPVP8 ", "WebP"), ("II*\0", "TIFF"), ("....ftypheic", "HEIF"),
        ] {
            #expect(
                try message(Array(start.utf8))
                    .hasSuffix("it is a \(name) file, and supported are \(kinds)."))
        }
    }
}
