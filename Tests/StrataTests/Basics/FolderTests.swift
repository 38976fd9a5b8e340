import Foundation
import Strata
import TestSupport
import Testing

@Suite struct FolderTests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    @Test func makesThoseAboveToo() throws {
        let path = directory.file("a/b/c")
        #expect(!Folder.exists(path))
        try Folder.make(path)
        try Folder.make(path + "/")
        #expect(Folder.exists(path))
    }

    @Test func saysWhyItCannot() throws {
        let file = try directory.write([1], "file")
        #expect(!Folder.exists(file))
        #expect(throws: StrataError("Cannot make the folder \(file): File exists.")) {
            try Folder.make(file)
        }
        #expect(throws: StrataError("Cannot make the folder \(file): File exists.")) {
            try Folder.make(file + "/a/b")
        }
    }

    @Test(arguments: [
        ("d", ""), ("d/", ""), ("a/b", "a"), ("a//b/", "a"), ("/a", "/"), ("/", "/"),
        ("/a/b", "/a"),
    ])
    func parents(_ path: String, _ parent: String) {
        #expect(Folder.parent(of: path) == parent)
    }
}
