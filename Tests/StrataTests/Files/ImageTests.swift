import CStrata
import Foundation
import Strata
import TestSupport
import Testing

@Suite struct ImageTests {
    /// Images that Pillow wrote, and what it reads from them (Fixtures/make_images.py).
    @Test func imagesThatPillowWrote() throws {
        let expected = try NPZ.read(fixture("images.npz"))
        #expect(expected.count == 19)
        for array in expected {
            let isGrey = array.name.hasPrefix("grey_of_")
            let file = isGrey ? String(array.name.dropFirst(8)) : array.name
            var image = try Image(contentsOf: fixture("images/\(file)"))
            if isGrey { image = image.converted(channels: 1) }
            #expect(image.pixels.shape == array.array.shape, "\(array.name)")
            #expect(bytes(image) == array.array.withUnsafeBytes { Array($0) }, "\(array.name)")
        }
    }

    /// The PNG files in libpng's sources: every colour type, depth, filter and size, interlaced or not,
    /// with transparent colours and palettes that are too short (Fixtures/make_png_suite.py).
    @Test func filesOfLibpng() throws {
        let arrays = try NPZ.read(fixture("png_suite.npz"))
        #expect(arrays.count == 352)
        for (file, pixels) in zip(arrays, arrays.dropFirst()) where !file.name.hasSuffix(".rgba") {
            try #require(pixels.name == file.name + ".rgba")
            let image = try file.array.withUnsafeBytes { try PNG.decode($0) }
                .converted(channels: 4)
            let expected = pixels.array.floats()
            #expect([image.height, image.width] == expected.prefix(2).map { Int($0) })
            let checksum = pixels.array.withUnsafeBytes { $0.littleEndian(UInt32.self, at: 16) }
            #expect(
                image.withPixels { strata_crc32(0, $0.baseAddress, $0.count) } == checksum,
                "\(file.name)")
        }
    }

    /// A transparent colour makes the pixels of exactly that colour transparent.
    @Test func transparentColours() throws {
        let arrays = try NPZ.read(fixture("png_suite.npz"))
        func image(_ name: String) throws -> Image {
            let file = try #require(arrays.first { $0.name == "\(name).png" })
            return try file.array.withUnsafeBytes { try PNG.decode($0) }
        }
        for name in ["testpngs/gray-2-tRNS", "testpngs/gray-8-tRNS", "pngsuite/ftbwn0g16"] {
            let grey = try image(name)
            #expect(grey.channels == 2, "\(name)")
            let transparent = bytes(grey).enumerated().filter { $0 % 2 == 1 && $1 == 0 }
            #expect(transparent.count >= 1, "\(name)")
        }
        for name in ["testpngs/rgb-8-tRNS", "pngsuite/ftbrn2c08", "pngsuite/ftbbn2c16"] {
            #expect(try image(name).channels == 4, "\(name)")
        }
    }

    @Test func pngRoundTrip() throws {
        let folder = try TemporaryFolder()
        for channels in 1...4 {
            for (height, width) in [(1, 1), (1, 9), (5, 1), (31, 17)] {
                let image = Self.noise(height: height, width: width, channels: channels)
                try image.writePNG(to: folder.file("a.png"))
                let copy = try Image(contentsOf: folder.file("a.png"))
                #expect(copy.pixels.shape == [height, width, channels])
                #expect(bytes(copy) == bytes(image))
            }
        }
    }

    @Test func textAnymaps() throws {
        let folder = try TemporaryFolder()
        let grey = try folder.write(
            Array("P2 # a comment\n3 2\n# another\n15\n0 5 10\n15 1 2\n".utf8))
        let image = try Image(contentsOf: grey)
        #expect(image.pixels.shape == [2, 3, 1])
        #expect(bytes(image) == [0, 85, 170, 255, 17, 34])
        let color = try folder.write(Array("P3\n1 2 255 1 2 3 254 255 0".utf8))
        #expect(bytes(try Image(contentsOf: color)) == [1, 2, 3, 254, 255, 0])
        // Two bytes a number, the larger first.
        let wide = try folder.write(Array("P5 2 1 65535\n".utf8) + [0xff, 0xff, 0x80, 0x80])
        #expect(bytes(try Image(contentsOf: wide)) == [255, 128])
    }

    @Test func conversionsKeepGreys() {
        let grey = Self.noise(height: 4, width: 5, channels: 1)
        for channels in 2...4 {
            #expect(bytes(grey.converted(channels: channels).converted(channels: 1)) == bytes(grey))
        }
        let opaque = grey.converted(channels: 4)
        #expect(stride(from: 3, to: 80, by: 4).allSatisfy { bytes(opaque)[$0] == 255 })
        #expect(grey.resized(height: 4, width: 5).pixels.shape == [4, 5, 1])
    }

    @Test func arraysThatAreNoImages() {
        func message(_ array: ArrayData) -> String { errorMessage { _ = try Image(array) } }
        let deep = ArrayData(shape: [2, 2, 5], [UInt8](repeating: 0, count: 20))
        #expect(message(deep).hasSuffix("but got uint8 of shape [2, 2, 5]"))
        let floats = ArrayData(shape: [2, 2], floats: [0, 1, 2, 3])
        #expect(message(floats).hasSuffix("but got float32 of shape [2, 2]"))
        let none = ArrayData(shape: [0, 2], [] as [UInt8])
        #expect(message(none).hasSuffix("but got uint8 of shape [0, 2]"))
    }

    @Test func imagesOfArrays() throws {
        let image = try Image(ArrayData(shape: [2, 3], [1, 2, 3, 4, 5, 6] as [UInt8]))
        #expect(image.pixels.shape == [2, 3, 1])
        #expect(bytes(image) == [1, 2, 3, 4, 5, 6])
    }

    static func noise(height: Int, width: Int, channels: Int) -> Image {
        let key = Random.Key(seed: 3, path: "image")
        return Image(
            height: height, width: width, channels: channels,
            pixels: (0..<height * width * channels).map { UInt8(key.uniform($0) * 256) })
    }
}

func bytes(_ image: Image) -> [UInt8] { image.withPixels { Array($0) } }
