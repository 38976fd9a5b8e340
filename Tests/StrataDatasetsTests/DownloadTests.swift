import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

@Suite struct DownloadTests {
    let server: TestServer
    let folder: TemporaryFolder
    let bytes = someBytes(300_000)

    init() throws {
        server = try TestServer()
        folder = try TemporaryFolder()
    }

    private func file(_ name: String = "data.bin", sha256: String? = nil) -> RemoteFile {
        RemoteFile(
            "\(server.address)/\(name)", byteCount: bytes.count,
            sha256: sha256 ?? bytes.withUnsafeBytes(SHA256.digest))
    }

    private func download(_ file: RemoteFile, _ progress: DownloadProgress? = nil) throws {
        try Download(file, to: folder.file(file.name), progress: progress).run()
    }

    /// The examples of FIPS 180-4, and lengths around a block's.
    @Test func checksums() {
        func digest(_ text: String) -> String { Array(text.utf8).withUnsafeBytes(SHA256.digest) }
        #expect(
            digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            digest(String(repeating: "a", count: 64))
                == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb")
    }

    @Test func wholeFile() throws {
        server.serve(bytes, as: "data.bin")
        let counts = Counts()
        try download(file(), DownloadProgress { counts.append($1) })
        #expect(try folder.bytes("data.bin") == bytes)
        #expect(folder.contents == ["data.bin"])
        #expect(counts.values.first == 0 && counts.values.last == bytes.count)
        #expect(counts.values == counts.values.sorted())
        // What is there is not fetched again.
        try download(file())
        #expect(server.requests == ["all"])
    }

    @Test func anInterruptedDownloadGoesOn() throws {
        server.serve(bytes, as: "data.bin", .breaksOff(after: 100_000))
        #expect(
            errorMessage { try download(file()) }.contains("another attempt goes on from there"))
        let part = try folder.bytes("data.bin.part")
        #expect(folder.contents == ["data.bin.part"] && part == bytes.prefix(part.count).map { $0 })
        server.serve(bytes, as: "data.bin")
        try download(file())
        #expect(try folder.bytes("data.bin") == bytes)
        #expect(folder.contents == ["data.bin"])
        #expect(server.requests == ["all", part.isEmpty ? "all" : "from \(part.count)"])
    }

    @Test func aServerThatSendsTheWholeAgain() throws {
        try folder.write([UInt8](repeating: 7, count: 1000), "data.bin.part")
        server.serve(bytes, as: "data.bin", .ignoresRanges)
        try download(file())
        #expect(try folder.bytes("data.bin") == bytes)
        #expect(server.requests == ["from 1000"])
    }

    @Test func whatIsNotAsPublishedIsNotKept() throws {
        server.serve(bytes, as: "data.bin")
        let wrong = String(repeating: "0", count: 64)
        #expect(
            errorMessage { try download(file(sha256: wrong)) }.contains(
                "not \(wrong), and was not kept")
        )
        #expect(folder.contents == [])
        server.serve(bytes + [0], as: "data.bin")
        #expect(errorMessage { try download(file()) }.contains("more than the 300000 bytes"))
        #expect(!folder.contents.contains("data.bin"))
    }

    @Test func serversThatAreNotThere() throws {
        #expect(errorMessage { try download(file("none")) }.contains("the server answered 404"))
        server.serve(Array(bytes.dropLast()), as: "short.bin")
        #expect(
            errorMessage { try download(file("short.bin")) }.hasSuffix("and 300000 are expected"))
        // Port 1 of this machine: nobody listens.
        let nowhere = RemoteFile(
            "http://127.0.0.1:1/data.bin", byteCount: 1, sha256: String(repeating: "0", count: 64))
        #expect(errorMessage { try download(nowhere) }.contains("cannot be reached"))
        #expect(folder.contents == ["short.bin.part"])
    }

    /// A data set in a cache: fetched once, read from then on; offline, a sentence says what to do.
    @Test func publications() throws {
        let names =
            ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]
            + ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]
        var files: [RemoteFile] = []
        for (name, array) in zip(names, digitFiles(train: 6, test: 3)) {
            let compressed = gzip(array)
            server.serve(compressed, as: name)
            files.append(
                RemoteFile(
                    "\(server.address)/\(name)", byteCount: compressed.count,
                    sha256: compressed.withUnsafeBytes(SHA256.digest)))
        }
        func publication(_ files: [RemoteFile]) -> Publication {
            Publication(
                "Digits", identifier: "digits", imageShape: [28, 28, 1],
                classNames: (0...9).map(String.init), files: files, layouts: [IDXFiles()])
        }
        for _ in 0..<2 {
            let data = try publication(files).read(cache: folder.path, progress: nil)
            #expect(data.train.count == 6 && data.test.count == 3)
        }
        #expect(server.requests.count == 4)
        let gone = RemoteFile("http://127.0.0.1:1/a.gz", byteCount: 1, sha256: "")
        let text = errorMessage {
            _ = try publication([gone]).read(cache: folder.file("b"), progress: nil)
        }
        #expect(text.hasPrefix("Cannot get Digits: http://127.0.0.1:1/a.gz cannot be reached"))
        #expect(
            text.contains("belong in \(folder.file("b"))/digits: digits_{train,test}_{X,y}.npy"))
    }
}

/// Numbers noted on another thread.
private final class Counts: @unchecked Sendable {
    private let lock = NSLock()
    private var noted: [Int] = []

    var values: [Int] { lock.withLock { noted } }
    func append(_ value: Int) { lock.withLock { noted.append(value) } }
}
