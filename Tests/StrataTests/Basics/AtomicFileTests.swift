import Foundation
import Strata
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    @Test func writesAndReplaces() throws {
        let path = directory.file("a")
        try AtomicFile.write("first".utf8, to: path)
        #expect(chmod(path, 0o640) == 0)
        try AtomicFile.write("second".utf8, to: path)
        #expect(try bytes(of: path) == Array("second".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(directory.contents == ["a"])
    }

    @Test func failureLeavesWhatWasThere() throws {
        let path = try directory.write([1, 2, 3], "a")
        #expect(throws: StrataError("stop")) {
            try AtomicFile.write(to: path) { file in
                try file.write([4, 5])
                throw StrataError("stop")
            }
        }
        #expect(try bytes(of: path) == [1, 2, 3])
        #expect(directory.contents == ["a"])
    }

    @Test func whatCannotBeWrittenIsKnownBefore() throws {
        let (new, old) = (directory.file("new"), try directory.write([1], "old"))
        for path in [new, old, "/dev/null"] { try AtomicFile.check(path) }
        #expect(directory.contents == ["old"])
        for path in [directory.path, directory.file("missing/file"), old + "/file"] {
            let foretold = errorMessage { try AtomicFile.check(path) }
            let seen = errorMessage { try AtomicFile.write([2], to: path) }
            #expect(foretold == seen)
        }
    }

    @Test func linksAreFollowed() throws {
        let path = try directory.write([1], "a")
        let link = directory.file("link")
        #expect(symlink("a", link) == 0)
        try AtomicFile.write([2], to: link)
        #expect(try bytes(of: path) == [2])
        #expect(directory.contents.sorted() == ["a", "link"])
    }

    @Test func failuresAreExplained() throws {
        func message(_ path: String) -> String {
            errorMessage { try AtomicFile.write([1], to: path) }
        }
        let missing = directory.file("missing")
        #expect(
            message(missing + "/a")
                == "Cannot write \(missing)/a: there is no directory \(missing).")
        let file = try directory.write([1], "a")
        #expect(message(file + "/b") == "Cannot write \(file)/b: \(file) is not a directory.")
        #expect(message(directory.path) == "Cannot write \(directory.path): it is a directory.")
        #expect(message("") == "Cannot write : No such file or directory.")
        #if os(Linux)
            #expect(message("/dev/full") == "Cannot write /dev/full: No space left on device.")
        #endif
    }

    @Test(.enabled(if: getuid() != 0, "root may write anywhere"))
    func unwritableDirectoriesAreExplained() {
        #expect(chmod(directory.path, 0o500) == 0)
        let path = directory.file("a")
        #expect(throws: StrataError("Cannot write \(path): Permission denied.")) {
            try AtomicFile.write([1], to: path)
        }
        chmod(directory.path, 0o700)
    }
}
