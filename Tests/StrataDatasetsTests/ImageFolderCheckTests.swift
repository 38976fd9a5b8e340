import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

@Suite struct ImageFolderCheckTests {
    private func plain(_ value: UInt8, height: Int = 6, width: Int = 4) -> Image {
        Image(
            height: height, width: width, channels: 1,
            pixels: [UInt8](repeating: value, count: height * width))
    }

    /// Two classes of three pictures.
    private func pets() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (index, name) in ["cats/a", "cats/b", "cats/c", "dogs/a", "dogs/b"].enumerated() {
            if index % 3 == 0 { try folder.write([], "\(name.prefix(4))/.hidden") }
            try plain(UInt8(index)).writePNG(to: folder.file("\(name).png"))
        }
        try plain(9, height: 3, width: 8).writePNG(to: folder.file("dogs/c.png"))
        return folder
    }

    @Test func nothingWrong() throws {
        let folder = try pets()
        let check = try ImageFolderCheck(folder.path)
        #expect(check.problems == [])
        #expect(check.classes.map(\.name) == ["cats", "dogs"])
        #expect(check.classes.map(\.count) == [3, 3] && check.count == 6)
        #expect(check.sizes.map(\.height) == [6, 3] && check.sizes.map(\.width) == [4, 8])
        #expect(check.sizes.map(\.count) == [5, 1])
        #expect(check.duplicates.isEmpty)
    }

    @Test func everythingWrongIsListed() throws {
        let folder = try pets()
        let path = folder.path
        try folder.write([], "cats/empty.jpg")
        try folder.write(Array("not a picture".utf8), "cats/text.jpg")
        let whole = try folder.bytes("dogs/a.png")
        try folder.write(Array(whole.dropLast(5)), "dogs/half.png")
        try folder.write(Array("RIFF    WEBP".utf8), "dogs/other.webp")
        try folder.write([], "cows/readme.txt")
        try folder.write(try folder.bytes("cats/b.png"), "cats/again.png")
        try folder.write(whole, "cats/dog.png")
        let check = try ImageFolderCheck(path)
        #expect(check.classes.map(\.name) == ["cats", "cows", "dogs"])
        #expect(check.classes.map(\.count) == [5, 0, 3])
        #expect(
            check.duplicates == [
                ["\(path)/cats/again.png", "\(path)/cats/b.png"],
                ["\(path)/cats/dog.png", "\(path)/dogs/a.png"],
            ])
        let expected = [
            "\(path)/cats/empty.jpg is not a usable image: it is empty.",
            "\(path)/cats/text.jpg is not a usable image: it is not a picture of a supported kind "
                + "(JPEG, PNG, GIF, BMP, PPM).",
            "\(path)/dogs/half.png is not a usable image: it is cut short.",
            "\(path)/dogs/other.webp is a WebP file, and supported are JPEG, PNG, GIF, BMP, PPM.",
            "There are no pictures in \(path)/cows.",
            "The same picture is in several classes: \(path)/cats/dog.png, \(path)/dogs/a.png.",
        ]
        #expect(check.problems.sorted() == expected.sorted())
    }

    @Test func foldersThatAreNone() throws {
        let folder = try TemporaryFolder()
        #expect(errorMessage { _ = try ImageFolderCheck(folder.file("none")) }.contains("folder"))
    }

    @Test func skippingWhatCannotBeRead() throws {
        let folder = try pets()
        try folder.write([1, 2, 3], "cats/aa.png")
        let refusal = errorMessage {
            _ = try ImageFolder(folder.path, imageSize: (2, 2)).readAll()
        }
        #expect(refusal.hasPrefix("\(folder.path)/cats/aa.png is not a usable image: "))
        let pictures = try ImageFolder(
            folder.path, imageSize: (2, 2), channels: 1, shuffle: false, skipUnreadable: true,
            verbose: false)
        #expect(pictures.classNames == ["cats", "dogs"])
        #expect(pictures.skipped.count == 1 && pictures.skipped[0].contains("cats/aa.png is not"))
        let examples = try Examples(reading: pictures.train)
        #expect(examples.y.floats() == [0, 0, 0, 1, 1, 1])
        #expect(examples.x.shape == [6, 2, 2, 1])
        let expected: [UInt8] = [0, 1, 2, 3, 4, 9]
        #expect(examples.x.floats() == expected.flatMap { [Float](repeating: Float($0), count: 4) })
        // A class of which nothing can be read is not passed over.
        for name in ["a", "b", "c"] { try folder.write([1], "dogs/\(name).png") }
        let empty = errorMessage {
            _ = try ImageFolder(
                folder.path, imageSize: (2, 2), skipUnreadable: true, verbose: false)
        }
        #expect(empty == "None of the 3 pictures of dogs can be read.")
    }
}
