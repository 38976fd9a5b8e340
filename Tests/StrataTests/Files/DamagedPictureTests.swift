import Foundation
import Strata
import Testing

/// JPEG, GIF and BMP files that are wrong: each damage is a sentence, and nothing ends the process.
@Suite struct DamagedPictureTests {
    private func read(_ contents: [UInt8], allowsTruncated: Bool = false) throws -> Image {
        let file = FileBytes(count: contents.count) { $0.copyBytes(from: contents) }
        return try Image(
            file, name: "it", ImageReadingOptions(allowsTruncated: allowsTruncated))
    }

    private func message(_ contents: [UInt8]) -> String {
        do {
            _ = try read(contents)
            return ""
        } catch {
            let text = (error as? StrataError)?.message ?? ""
            #expect(text.hasPrefix("it is not a usable image: ") && text.hasSuffix("."))
            return String(text.dropFirst("it is not a usable image: ".count).dropLast())
        }
    }

    private func file(_ name: String) throws -> [UInt8] {
        try bytes(of: fixture("pictures/\(name)"))
    }

    /// Where a segment begins, and the bytes of a file with others from there on.
    private func place(of marker: UInt8, in file: [UInt8]) throws -> Int {
        try #require(file.indices.first { file[$0] == 0xff && file[$0 + 1] == marker })
    }

    private func replacing(_ file: [UInt8], at index: Int, _ new: UInt8...) -> [UInt8] {
        Array(file[..<index]) + new + Array(file[(index + new.count)...])
    }

    @Test func jpegsThatAreNotSupported() throws {
        let whole = try file("420.jpg")
        let frame = try place(of: 0xc0, in: whole)
        let cases: [(UInt8, String)] = [
            (0xc3, "it is lossless JPEG, which is not supported"),
            (0xc5, "it is hierarchical JPEG, which is not supported"),
            (0xc9, "it is JPEG with arithmetic coding, which is not supported"),
        ]
        for (marker, expected) in cases {
            #expect(message(replacing(whole, at: frame + 1, marker)) == expected)
        }
        #expect(
            message(replacing(whole, at: frame + 4, 12))
                == "it is JPEG of 12 bits, and only 8 bits are supported")
        #expect(
            message(replacing(whole, at: frame + 9, 2))
                == "it has 2 components, and 1, 3 or 4 are supported")
        let mixed = replacing(replacing(whole, at: frame + 11, 0x31), at: frame + 14, 0x21)
        #expect(message(mixed) == "its sampling, 3×1, 2×1, 1×1, is not supported")
    }

    @Test func jpegsOfImpossibleSizes() throws {
        let whole = try file("420.jpg")
        let frame = try place(of: 0xc0, in: whole)
        func sized(_ height: Int, _ width: Int) -> String {
            message(
                replacing(
                    whole, at: frame + 5, UInt8(height >> 8), UInt8(height & 255),
                    UInt8(width >> 8), UInt8(width & 255)))
        }
        #expect(sized(0, 9) == "its size is 9×0 pixels")
        #expect(
            sized(65535, 65535)
                == "its size is 65535×65535 pixels of 3 bytes, and 512 MiB are allowed")
        #expect(
            sized(9000, 9000)
                == "its size is 9000×9000 pixels, too many for a file of \(whole.count) bytes")
    }

    @Test func jpegsWithDamagedParts() throws {
        let whole = try file("420.jpg")
        let tables = try place(of: 0xdb, in: whole)
        let codes = try place(of: 0xc4, in: whole)
        let frame = try place(of: 0xc0, in: whole)
        let scan = try place(of: 0xda, in: whole)
        let cases: [([UInt8], String)] = [
            (replacing(whole, at: tables + 1, 0xe5), "it lacks a quantization table that it uses"),
            (replacing(whole, at: tables + 4, 0x20), "its quantization tables are damaged"),
            (replacing(whole, at: codes + 1, 0xe5), "it lacks a Huffman table that it uses"),
            (replacing(whole, at: codes + 5, 3), "its Huffman tables are damaged"),
            (replacing(whole, at: scan + 1, 0xe5), "it ends before it has all of the picture"),
            (replacing(whole, at: scan + 5, 9), "a scan header is damaged"),
            (replacing(whole, at: frame + 1, 0xe5), "its data come before its frame"),
            (replacing(whole, at: frame + 2, 0, 1), "it is damaged at byte \(frame + 2)"),
            (replacing(whole, at: frame + 11, 0x51), "its sampling factors are damaged"),
            (
                Array(whole[..<frame]) + whole[frame...].prefix(19) + whole[frame...],
                "it has two frames"
            ),
            (Array(whole[..<2]) + [0xff, 0xd9], "it has no picture"),
            (Array(whole[..<(scan + 20)]), "it is cut short"),
        ]
        for (contents, expected) in cases { #expect(message(contents) == expected) }

        // Scans that repeat what another one has, or come too early.
        let progressive = try file("progressive_420.jpg")
        let first = try place(of: 0xda, in: progressive)
        let second = try #require(
            progressive.indices.first {
                $0 > first && progressive[$0] == 0xff && progressive[$0 + 1] == 0xda
            })
        let twice = Array(progressive[..<second]) + progressive[first...]
        #expect(message(twice) == "its scans do not complete one another")
    }

    /// What a sequential file lacks at its end is grey; what a progressive one lacks is detail.
    @Test func truncatedJPEGsAsFarAsTheyGo() throws {
        for name in ["420.jpg", "restart.jpg"] {
            let whole = try file(name)
            let expected = try read(whole)
            let data = try place(of: 0xda, in: whole)
            let cut = Array(whole[..<(data + (whole.count - data) * 2 / 3)])
            #expect(message(cut) == "it is cut short")
            let part = try read(cut, allowsTruncated: true)
            #expect(part.pixels.shape == expected.pixels.shape)
            // The first row of units is whole, less the rows that are mixed with the next ones.
            let count = 14 * 37 * 3
            #expect(bytes(part).prefix(count) == bytes(expected).prefix(count))
            #expect(bytes(part).suffix(3) == [128, 128, 128])
        }
        let whole = try file("progressive_420.jpg")
        let expected = bytes(try read(whole))
        var last = Float.infinity
        for part in [2, 3, 4] {
            let image = try read(Array(whole[..<(whole.count * part / 4)]), allowsTruncated: true)
            let error = zip(bytes(image), expected).reduce(Float(0)) {
                $0 + abs(Float($1.0) - Float($1.1))
            }
            #expect(error <= last)
            last = error
        }
        #expect(last == 0)
        // Without any data there is nothing to show.
        #expect(throws: StrataError.self) { try read(Array(whole[..<100]), allowsTruncated: true) }
    }

    @Test func everyCut() throws {
        for name in [
            "411.jpg", "many_scans.jpg", "5x2.jpg", "interlaced.gif", "fives.bmp", "runs8.bmp",
        ] {
            let whole = try file(name)
            for count in stride(from: 0, to: whole.count - 2, by: name == "5x2.jpg" ? 1 : 7) {
                let cut = Array(whole.prefix(count))
                // A picture whose last bytes say nothing may be whole without them.
                if count < whole.count - 8 {
                    #expect(message(cut) != "", "\(name) cut to \(count)")
                }
                _ = try? read(cut, allowsTruncated: true)
            }
        }
    }

    @Test func everyByteChanged() throws {
        for name in [
            "restart.jpg", "many_scans.jpg", "ycck.jpg", "turned5.jpg", "part.gif", "runs4.bmp",
        ] {
            let whole = try file(name)
            for index in whole.indices {
                var damaged = whole
                damaged[index] ^= 1 << UInt8(index % 8)
                _ = try? read(damaged)
                damaged[index] = 0xff
                _ = try? read(damaged, allowsTruncated: true)
            }
        }
    }

    @Test func gifsThatAreWrong() throws {
        let whole = try file("plain.gif")
        let frame = 13 + 3 * 32
        let start = try #require(whole[frame...].firstIndex(of: 0x2c))
        let cases: [([UInt8], String)] = [
            (Array(whole[..<13]), "it ends in the middle of its structure"),
            (Array(whole[..<frame]) + [0x3b], "it has no picture"),
            (Array(whole[..<frame]) + [0x77], "it is damaged before its picture"),
            (replacing(whole, at: start + 5, 0, 0), "its size is 0×29 pixels"),
            (
                replacing(whole, at: start + 5, 255, 255, 255, 255),
                "its size is 65535×65535 pixels of 4 bytes, and 512 MiB are allowed"
            ),
            (replacing(whole, at: start + 5, 255, 15, 255, 15), "it has too few data for its size"),
            (replacing(whole, at: start + 5, 100, 0), "its data end before its picture does"),
            (
                replacing(whole, at: start + 10, 12),
                "its code size is 12, and 1 to 11 are possible"
            ),
        ]
        for (contents, expected) in cases { #expect(message(contents) == expected) }
    }

    @Test func bmpsThatAreWrong() throws {
        let colours = try file("colours.bmp")
        let palette = try file("nibbles.bmp")
        let cases: [([UInt8], String)] = [
            (
                replacing(colours, at: 28, 7),
                "it has 7 bits per pixel with compression 0, which is not supported"
            ),
            (replacing(colours, at: 30, 5), "its compression is of kind 5, which is not supported"),
            (replacing(colours, at: 18, 0, 0), "its size is 0×29 pixels"),
            (
                replacing(colours, at: 18, 255, 255, 255, 127, 255, 255, 255, 127),
                "its size is 2147483647×2147483647 pixels of 4 bytes, and 512 MiB are allowed"
            ),
            (replacing(colours, at: 18, 90, 1), "it is cut short"),
            (replacing(colours, at: 10, 255, 255), "it is cut short"),
            (replacing(palette, at: 46, 2), "it uses the colour"),
        ]
        for (contents, expected) in cases {
            #expect(message(contents).hasPrefix(expected), "\(message(contents))")
        }
    }
}
