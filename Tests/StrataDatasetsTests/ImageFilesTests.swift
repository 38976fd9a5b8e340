import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

@Suite struct ImageFilesTests {
    private func plain(_ value: UInt8) -> Image {
        Image(
            height: 4, width: 6, channels: 1,
            pixels: (0..<24).map { value &+ UInt8($0 % 6 < 3 ? 0 : 100) })
    }

    /// Twelve pictures of three classes, of which the first has six.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for index in 0..<12 {
            let name = index < 6 ? "a" : index < 9 ? "b" : "c"
            try folder.write([], "\(name)/.hidden")
            try plain(UInt8(index)).writePNG(to: folder.file("\(name)/\(index).png"))
        }
        return folder
    }

    private let form = try! ImageForm(imageSize: (1, 1), channels: 1, interpolation: .nearest)

    @Test func listsAndForms() throws {
        let folder = try folder()
        let paths = ["c/10.png", "a/2.png"].map(folder.file)
        let files = try ImageFiles(
            paths, targets: ArrayData(shape: [2], [1, 0] as [Int32]),
            form: ImageForm(imageSize: (2, 3), channels: 3, interpolation: .bilinear))
        #expect(files.count == 2 && files.paths == paths)
        let read = try Examples(reading: files)
        #expect(read.x.shape == [2, 2, 3, 3] && read.scale == 1 / 255)
        let expected = try paths.flatMap { path in
            try Image(contentsOf: path).converted(channels: 3).resized(
                height: 2, width: 3, interpolation: .bilinear
            ).withPixels { $0.map(Float.init) }
        }
        #expect(read.x.floats() == expected && read.y.floats() == [1, 0])
        #expect(
            errorMessage {
                _ = try ImageFiles(
                    paths, targets: ArrayData(shape: [1], [1] as [Int32]), form: form)
            } == "There must be a target for each picture, but got 2 pictures and 1 targets")
        #expect(
            errorMessage { _ = try ImageFiles([], form: form) }
                == "There must be at least one picture.")
    }

    @Test func csv() throws {
        let folder = try folder()
        func read(_ text: String) throws -> ImageFiles {
            let path = try folder.write(Array(text.utf8), "list.csv")
            return try ImageFiles(csv: path, form: form)
        }
        let named = try read("file,label\na/1.png,zebra\n\"c/9.png\", ant \n\nb/7.png,zebra\n")
        #expect(named.classNames == ["ant", "zebra"])
        #expect(named.labels?.floats() == [1, 0, 1] && named.labels?.dtype == .int32)
        #expect(try Examples(reading: named).x.floats() == [101, 109, 107])
        let numbered = try read("a/1.png,4\r\nb/7.png,0\r\n")
        #expect(numbered.labels?.floats() == [4, 0] && numbered.classNames.isEmpty)
        let numbers = try read("a/1.png,0.5,1\nb/7.png,2,-3")
        #expect(numbers.labels?.shape == [2, 2] && numbers.labels?.floats() == [0.5, 1, 2, -3])
        let path = folder.file("list.csv")
        func refusal(_ text: String) -> String { errorMessage { _ = try read(text) } }
        #expect(refusal("name,label\n") == "\(path) lists no pictures.")
        #expect(
            refusal("a/1.png,x\na/2.png\n")
                == "\(path), line 2: a name and a label are expected, but got a/2.png")
        #expect(
            refusal("a/1.png,1,2\na/2.png,1,two\n")
                == "\(path): of several columns beside the name each must hold numbers, but got two"
        )
    }

    @Test func splits() throws {
        let folder = try folder()
        func split(stratify: Bool, seed: UInt64) throws -> ImageFolder {
            try ImageFolder(
                folder.path, imageSize: (1, 1), channels: 1, validationSplit: 0.5,
                stratify: stratify, seed: seed)
        }
        let first = try split(stratify: true, seed: 1)
        let validation = try #require(first.validation)
        #expect(first.train.count == 6 && validation.count == 6 && first.test == nil)
        #expect(Set(first.train.paths).isDisjoint(with: validation.paths))
        #expect(validation.paths == validation.paths.sorted())
        for part in [first.train, validation] {
            let labels = try #require(part.labels).floats()
            let counts = (0..<3).map { label in labels.filter { $0 == Float(label) }.count }
            #expect(counts[0] == 3 && counts[1] + counts[2] == 3 && counts[1] > 0 && counts[2] > 0)
            for (path, label) in zip(part.paths, labels) {
                #expect(path.hasPrefix("\(folder.path)/\(first.classNames[Int(label)])/"))
            }
        }
        #expect(try split(stratify: true, seed: 1).train.paths == first.train.paths)
        let drawn = try (1...4).map { try Set(split(stratify: false, seed: $0).train.paths) }
        #expect(Set(drawn).count > 1)
        #expect(
            errorMessage { _ = try ImageFolder(folder.path, validationSplit: 1) }
                == "validationSplit must be between 0 and 1, but got 1.0")
    }

    @Test func parts() throws {
        let folder = try TemporaryFolder()
        for (index, name) in ["train/a", "train/b", "val/a", "val/b", "test/a", "test/b"]
            .enumerated()
        {
            try folder.write([], "\(name)/.hidden")
            try plain(UInt8(index)).writePNG(to: folder.file("\(name)/x.png"))
        }
        let pictures = try ImageFolder(
            folder.path, imageSize: (1, 1), channels: 1, interpolation: .nearest, shuffle: false)
        let parts = [pictures.train, pictures.validation, pictures.test]
        let pixels = try parts.map { try Examples(reading: #require($0)).x.floats() }
        #expect(pixels == [[100, 101], [102, 103], [104, 105]])
        #expect(pictures.count == 6 && pictures.classNames == ["a", "b"])
        #expect(
            errorMessage { _ = try ImageFolder(folder.path, validationSplit: 0.5) }
                == "validationSplit is for pictures without a folder for validation, and there is "
                + "\(folder.path)/val")
        try FileManager.default.moveItem(
            atPath: folder.file("val/b"), toPath: folder.file("val/c"))
        #expect(
            errorMessage { _ = try ImageFolder(folder.path) }.contains("a, b, are not those in"))
    }

    /// A picture that is gone, or was damaged, since it was listed.
    @Test func picturesThatCannotBeReadEndTraining() throws {
        let folder = try folder()
        let pictures = try ImageFolder(folder.path, imageSize: (2, 2), channels: 1)
        let model = Sequential(inputShape: [2, 2, 1]) {
            Flatten()
            Dense(3, activation: .softmax)
        }
        try model.compile(loss: .sparseCategoricalCrossentropy)
        try model.fit(pictures.train, batchSize: 4, verbose: 0)
        let path = folder.file("b/7.png")
        try FileManager.default.removeItem(atPath: path)
        #expect(
            errorMessage { try model.fit(pictures.train, batchSize: 4, verbose: 0) }
                == "Cannot read \(path): No such file or directory.")
        try folder.write([1, 2, 3], "b/7.png")
        #expect(
            errorMessage { _ = try model.predict(pictures.train) }
                .hasPrefix("\(path) is not a usable image: "))
    }

    // MARK: - The cache

    private func pictures(_ folder: TemporaryFolder, _ cache: ImageCache, size: Int = 2) throws
        -> ImageFolder
    {
        try ImageFolder(
            folder.file("data"), imageSize: (size, size), channels: 1, validationSplit: 0.25,
            cache: cache)
    }

    /// A folder `data` as of `folder()`, and the numbers of its training part.
    private func cachedFolder() throws -> (folder: TemporaryFolder, numbers: [Float]) {
        let (folder, data) = (try TemporaryFolder(), try self.folder())
        try FileManager.default.copyItem(atPath: data.path, toPath: folder.file("data"))
        return (folder, try Examples(reading: pictures(folder, .none).train).x.floats())
    }

    @Test func cacheInMemory() throws {
        let (folder, numbers) = try cachedFolder()
        let pictures = try pictures(folder, .memory)
        for _ in 0..<2 {
            #expect(try Examples(reading: pictures.train).x.floats() == numbers)
            // The second time there are no files.
            for name in ["a", "b", "c"] {
                for path in try Folder.names(in: folder.file("data/\(name)")) {
                    try FileManager.default.removeItem(atPath: folder.file("data/\(name)/\(path)"))
                }
            }
        }
    }

    @Test func cacheInAFile() throws {
        let (folder, numbers) = try cachedFolder()
        let file = ImageCache.file(folder.file("pets.cache"))
        func read(_ size: Int = 2) throws -> [Float] {
            try Examples(reading: pictures(folder, file, size: size).train).x.floats()
        }
        // Of the training part alone the file is not whole: nothing is left.
        #expect(try read() == numbers)
        #expect(folder.contents == ["data"])
        try pictures(folder, file).readAll()
        #expect(folder.contents == ["data", "pets.cache"])
        #expect(try folder.bytes("pets.cache").count == 4096 + 12 * 4)
        // It is used: a change that leaves size and date alone is not seen.
        let path = folder.file("data/a/0.png")
        let date = try #require(
            FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
        let before = try folder.bytes("data/a/0.png")
        try folder.write([UInt8](repeating: 0, count: before.count), "data/a/0.png")
        var time = stat()
        #expect(stat(folder.file("data/a/1.png"), &time) == 0)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        // Dates are set to the microsecond at best.
        let changed = errorMessage { _ = try read() }
        #expect(changed == "" || changed.contains("0.png is not a usable image"))
        try folder.write(before, "data/a/0.png")
        // Another size, or another file, makes it again.
        #expect(try read(3).count == 9 * 9)
        try pictures(folder, file, size: 3).readAll()
        #expect(try folder.bytes("pets.cache").count == 4096 + 12 * 9)
        try pictures(folder, file).readAll()
        try plain(77).writePNG(to: path)
        try pictures(folder, file).readAll()
        let all =
            try Examples(reading: pictures(folder, file).train).x.floats()
            + Examples(reading: #require(pictures(folder, file).validation)).x.floats()
        #expect(all.contains(77) && !all.contains(0))
        #expect(folder.contents == ["data", "pets.cache"])
    }

    @Test func cachesThatAreNone() throws {
        let (folder, _) = try cachedFolder()
        let path = try folder.write(Array("my thesis".utf8), "pets.cache")
        #expect(
            errorMessage { _ = try pictures(folder, .file(path)) }
                == "\(path) exists and is not a cache of pictures: choose another name, or remove it."
        )
        #expect(try folder.bytes("pets.cache") == Array("my thesis".utf8))
        #expect(
            errorMessage { _ = try pictures(folder, .file(folder.file("none/x"))) }
                == "Cannot write \(folder.file("none/x")): there is no directory \(folder.file("none"))."
        )
        // One that was cut short is made again.
        let cache = folder.file("short.cache")
        try pictures(folder, .file(cache)).readAll()
        try folder.write(try folder.bytes("short.cache").dropLast(5), "short.cache")
        try pictures(folder, .file(cache)).readAll()
        #expect(try folder.bytes("short.cache").count == 4096 + 12 * 4)
    }
}
