import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

@Suite struct ImageFolderTests {
    /// The pictures of a folder in memory.
    private func read(
        _ directory: String, classNames: [String]? = nil, size: (Int, Int) = (256, 256),
        channels: Int = 3, shuffle: Bool = false, seed: UInt64 = 0
    ) throws -> (examples: Examples, classNames: [String]) {
        let folder = try ImageFolder(
            directory, imageSize: size, channels: channels, classNames: classNames,
            shuffle: shuffle, seed: seed)
        return (try Examples(reading: folder.train), folder.classNames)
    }

    /// A picture of one colour.
    private func plain(_ color: [UInt8], height: Int = 6, width: Int = 4) -> Image {
        Image(
            height: height, width: width, channels: color.count,
            pixels: Array([[UInt8]](repeating: color, count: height * width).joined()))
    }

    /// Two classes, of which the names sort the other way than they are written, in files of
    /// different kinds and sizes.
    private func pets() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["dogs", "cats"] { try folder.write([], "\(name)/.hidden") }
        try plain([200, 100, 50]).writePNG(to: folder.file("dogs/b.png"))
        try plain([7], height: 3, width: 9).writePNG(to: folder.file("dogs/a.PNG"))
        try folder.write(Array("P5 2 2 255\n".utf8) + [10, 20, 30, 40], "cats/only.pgm")
        try folder.write(Array("what they are".utf8), "cats/notes.txt")
        try folder.write([1, 2, 3], "list.csv")
        return folder
    }

    @Test func folders() throws {
        let folder = try pets()
        let (examples, names) = try read(folder.path, size: (2, 2))
        #expect(names == ["cats", "dogs"])
        #expect(examples.x.shape == [3, 2, 2, 3] && examples.x.dtype == .uint8)
        #expect(examples.y.shape == [3] && examples.y.dtype == .int32)
        #expect(examples.y.floats() == [0, 1, 1])
        #expect(examples.scale == Float(1) / 255)
        let pixels: [[Float]] =
            [10, 20, 30, 40].map { [$0, $0, $0] } + Array(repeating: [7, 7, 7], count: 4)
            + Array(repeating: [200, 100, 50], count: 4)
        #expect(examples.x.floats() == Array(pixels.joined()))
    }

    /// As Keras's image_dataset_from_directory lists them, a class's own pictures first.
    @Test func foldersWithinFolders() throws {
        let folder = try TemporaryFolder()
        let names = [
            "cats/1.png", "cats/Z.png", "cats/a.png", "cats/B/2.png", "cats/a/deep/3.png",
            "cats/a/4.png", "cats/.hidden/5.png", "dogs/only/here/6.png",
        ]
        for (index, name) in names.enumerated() {
            try folder.write([], (name as NSString).deletingLastPathComponent + "/.keep")
            try plain([UInt8(index)]).writePNG(to: folder.file(name))
        }
        let contents = try ImageFolder.contents(of: folder.path)
        #expect(contents.classNames == ["cats", "dogs"] && contents.note == nil)
        let listed = contents.files.map { String($0.path.dropFirst(folder.path.count + 1)) }
        #expect(
            listed == [
                "cats/1.png", "cats/Z.png", "cats/a.png", "cats/.hidden/5.png", "cats/B/2.png",
                "cats/a/4.png", "cats/a/deep/3.png", "dogs/only/here/6.png",
            ])
        #expect(contents.files.map(\.label) == [0, 0, 0, 0, 0, 0, 0, 1])
        let (examples, _) = try read(folder.path, size: (1, 1), channels: 1)
        #expect(examples.x.floats() == [0, 1, 2, 6, 3, 5, 4, 7])
        #expect(ImageFolder.isFound(in: folder.path))
    }

    /// What is not read is no picture, or is named.
    @Test func picturesThatAreNotRead() throws {
        let folder = try pets()
        let picture = plain([1])
        try picture.writePNG(to: folder.file("preview.png"))
        try picture.writePNG(to: folder.file("cats/unnamed"))
        try folder.write([], ".cache/.keep")
        try picture.writePNG(to: folder.file(".cache/x.png"))
        try folder.write([0, 5, 22, 7, 1], "cats/._only.pgm")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("cats/again"), withDestinationPath: folder.path)
        let contents = try ImageFolder.contents(of: folder.path)
        #expect(contents.files.count == 3)
        let path = folder.path
        let named = Dictionary(
            uniqueKeysWithValues: contents.unread.map {
                ($0.path.dropFirst(path.count + 1), $0.reason)
            })
        #expect(
            named == [
                "preview.png": "in no class's folder",
                "cats/unnamed": "its name does not say that it is PNG",
                ".cache": "its name begins with a dot",
                "cats/again": "links to folders are not followed",
            ])
        #expect(contents.note?.hasSuffix(", and 1 more.") == true)
        #expect(contents.note?.hasPrefix("Not read: \(path)/.cache (its name begins") == true)
        // A link to a picture is one.
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("cats/link.png"), withDestinationPath: folder.file("dogs/b.png"))
        #expect(try ImageFolder.contents(of: folder.path).files.count == 4)
    }

    @Test func sizesAndChannels() throws {
        let folder = try pets()
        let (examples, names) = try read(
            folder.path, classNames: ["dogs"], size: (3, 2), channels: 1)
        #expect(names == ["dogs"] && examples.x.shape == [2, 3, 2, 1])
        // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2
        #expect(examples.x.floats() == [7, 7, 7, 7, 7, 7, 124, 124, 124, 124, 124, 124])
        let (standard, _) = try read(folder.path, classNames: ["cats"])
        #expect(standard.x.shape == [1, 256, 256, 3])
        // Four pixels become one, their mean.
        let (small, _) = try read(
            folder.path, classNames: ["cats"], size: (1, 1), channels: 1)
        #expect(small.x.floats() == [25])
    }

    @Test func order() throws {
        let folder = try TemporaryFolder()
        for index in 0..<20 {
            let name = index < 10 ? "low" : "high"
            try folder.write([], "\(name)/.hidden")
            try plain([UInt8(index)]).writePNG(to: folder.file("\(name)/\(index).png"))
        }
        func read(_ seed: UInt64) throws -> Examples {
            try self.read(folder.path, size: (1, 1), channels: 1, shuffle: true, seed: seed)
                .examples
        }
        let first = try read(1)
        let numbers = first.x.floats()
        #expect(numbers.sorted() == (0..<20).map(Float.init) && numbers != numbers.sorted())
        #expect(first.y.floats() == numbers.map { $0 < 10 ? 1 : 0 })
        #expect(try read(1).x.floats() == numbers)
        #expect(try read(2).x.floats() != numbers)
    }

    @Test func whatCannotBeRead() throws {
        let folder = try pets()
        func refusal(_ directory: String, _ size: (Int, Int) = (2, 2), channels: Int = 3) -> String
        {
            errorMessage {
                _ = try read(directory, size: size, channels: channels)
            }
        }
        let path = folder.path
        #expect(
            refusal(path + "/none") == "Cannot read \(path)/none: there is no such folder.")
        #expect(refusal(path + "/list.csv").hasSuffix("there is no such folder."))
        #expect(refusal(path + "/cats").hasPrefix("There are no folders in \(path)/cats:"))
        #expect(
            errorMessage {
                _ = try read(path, classNames: ["cats", "cows"])
            } == "Cannot read \(path)/cows: there is no such folder.")
        for size in [(0, 2), (2, -1), (1 << 40, 1)] {
            #expect(refusal(path, size).contains("but got \(size.0)×\(size.1) and 3"))
        }
        let many = errorMessage {
            _ = try read(
                path, classNames: Array(repeating: "dogs", count: 5000), size: (65_536, 65_536))
        }
        #expect(many.contains("MiB of memory are needed for 10000 samples, and the machine has"))
        #expect(refusal(path, channels: 2).hasSuffix("but got 2×2 and 2"))

        try folder.write([], "empty/readme.txt")
        #expect(
            refusal(path)
                == "\(path) was read as a folder of pictures for each class, but there are no "
                + "pictures (.jpg, .jpeg, .jpe, .jfif, .png, .gif, .bmp, .ppm, .pgm) in empty.")
        try folder.write([0xff, 0xd8], "empty/photo.WebP")
        #expect(
            refusal(path)
                == "\(path)/empty/photo.WebP is a WebP file, and supported are JPEG, PNG, GIF, BMP, PPM."
        )
        try FileManager.default.removeItem(atPath: folder.file("empty"))
        let whole = try folder.bytes("dogs/b.png")
        try folder.write(Array(whole.dropLast(20)), "dogs/b.png")
        #expect(refusal(path).hasPrefix("\(path)/dogs/b.png is not a usable image: "))
    }

    @Test func recognition() throws {
        let folder = try pets()
        #expect(ImageFolder.isFound(in: folder.path))
        for name in ["cats", "none", "list.csv"] {
            #expect(!ImageFolder.isFound(in: folder.file(name)))
        }
    }
}
