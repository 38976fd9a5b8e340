import CStrata
import Foundation
import Strata
import TestSupport
import Testing

/// No bytes may end the process, and each damage is a sentence.
@Suite struct DamagedImageTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func message(_ contents: [UInt8]) throws -> String {
        let path = try folder.write(contents)
        do {
            _ = try Image(contentsOf: path)
            return ""
        } catch let error as StrataError {
            #expect(error.message.hasPrefix("\(path) is not a usable image: "))
            #expect(error.message.hasSuffix("."))
            return String(error.message.dropFirst("\(path) is not a usable image: ".count))
        }
    }

    private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let named = name.utf8 + content
        return big(UInt32(content.count)) + named + big(strata_crc32(0, named, named.count))
    }

    private func big(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private func header(
        _ width: UInt32 = 2, _ height: UInt32 = 1, depth: UInt8 = 8, color: UInt8 = 0,
        interlaced: UInt8 = 0
    ) -> [UInt8] {
        chunk("IHDR", big(width) + big(height) + [depth, color, 0, 0, interlaced])
    }

    private func data(_ rows: [UInt8]) -> [UInt8] {
        chunk("IDAT", rows.withUnsafeBytes { Deflate.compress($0, .zlib) })
    }

    private func png(_ parts: [UInt8]...) -> [UInt8] {
        Self.signature + parts.flatMap { $0 } + chunk("IEND", [])
    }

    @Test func pngsThatAreWrong() throws {
        #expect(try message(png(header(), data([0, 1, 2]))) == "")
        // An unknown part that may be skipped, and data in two parts.
        let stored = [UInt8]([0, 1, 2]).withUnsafeBytes { Deflate.compress($0, .zlib) }
        #expect(
            try message(
                png(
                    header(), chunk("teXt", [1]), chunk("IDAT", Array(stored.prefix(3))),
                    chunk("IDAT", Array(stored.dropFirst(3))))) == "")

        // Of a picture of two pixels, interlacing stores one after the other.
        #expect(try message(png(header(interlaced: 1), data([0, 1, 0, 2]))) == "")
        // A palette that is too short is filled up with black, as by libpng.
        #expect(
            try message(png(header(color: 3), chunk("PLTE", [1, 2, 3]), data([0, 0, 1]))) == "")
        let cases: [([UInt8], String)] = [
            (png(header(color: 5), data([0])), "its colours are of type 5 with 8 bits."),
            (png(header(depth: 3), data([0])), "its colours are of type 0 with 3 bits."),
            (png(header(0, 1), data([0])), "its size is 0×1 pixels."),
            (
                png(header(1 << 31 - 1, 1 << 31 - 1), data([0])),
                "its size is 2147483647×2147483647 pixels of 8 bytes, and 512 MiB are allowed."
            ),
            (
                png(header(3000, 3000), data([0])),
                "its compressed data are fewer than the 9003000 bytes announced."
            ),
            (
                png(header(), data([0, 1])),
                "its compressed data are fewer than the 3 bytes announced."
            ),
            (
                png(header(), data([0, 1, 2, 3])),
                "its compressed data are more than the 3 bytes announced."
            ),
            (png(header(), data([5, 1, 2])), "a row has the unknown filter 5."),
            (png(header(), chunk("IDAT", [1, 2, 3])), "its compressed data are damaged."),
            (png(header()), "its compressed data are fewer than the 3 bytes announced."),
            (png(data([0, 1, 2])), "its header does not come first."),
            (png(header(), header()), "it has two headers."),
            (png(header(), chunk("ABCD", [])), "it has a part of the unknown kind ABCD."),
            (png(header(color: 3), data([0, 0, 0])), "it has no palette."),
            (
                png(header(), chunk("tRNS", [1]), data([0, 1, 2])),
                "its transparent colour is 1 bytes long, and 2 are expected."
            ),
            (
                png(header(interlaced: 2), data([0, 1, 2])),
                "its compression, filtering or interlacing is of an unknown kind."
            ),
            (
                png(header(interlaced: 1), data([0, 1, 2])),
                "its compressed data are fewer than the 4 bytes announced."
            ),
            (png(chunk("IHDR", [0])), "its header is 1 bytes long, and 13 are expected."),
            (Self.signature + header(), "it ends before its end mark."),
            (Self.signature + chunk("IEND", []), "its header does not come first."),
        ]
        for (contents, expected) in cases { #expect(try message(contents) == expected) }
    }

    @Test func everyCutAndEveryFlippedBit() throws {
        for name in ["rgb.png", "palette4.png"] {
            let whole = try bytes(of: fixture("images/\(name)"))
            for count in 0..<whole.count {
                #expect(try message(Array(whole.prefix(count))) != "", "\(name) cut to \(count)")
            }
            // Each byte is part of a checksum, or of a length or a mark that then does not fit.
            for index in whole.indices {
                var damaged = whole
                damaged[index] ^= 1 << UInt8(index % 8)
                #expect(try message(damaged) != "", "\(name) with byte \(index) changed")
            }
        }
    }

    @Test func anymapsThatAreWrong() throws {
        let cases = [
            ("P5 2 2 255\n", "it is cut short."), ("P5 2", "it is cut short."),
            ("P2 2 1 255 7", "it is cut short."), ("P5 x", "its width is not a number."),
            ("P2 2 1 9 7 10", "it has the value 10, and its largest is 9."),
            ("P5 0 1 255\n", "its size is 0×1 pixels."),
            ("P5 1 1 0\n", "its largest value is 0, and 1 to 65535 are allowed."),
            ("P6 99999999999 1 255\n", "its width is too large."),
            ("P1 1 1 1", "it is not a picture of a supported kind (JPEG, PNG, GIF, BMP, PPM)."),
            ("", "it is empty."),
            (
                "P6 99999 99999 255\n",
                "its size is 99999×99999 pixels of 3 bytes, and 512 MiB are allowed."
            ),
        ]
        for (text, expected) in cases {
            #expect(try message(Array(text.utf8)) == expected, "\(text)")
        }
    }
}
