import Foundation
import Testing

/// The toolchain that built the tests, and what it built.
struct Toolchain {
    /// The folder of `swiftc` and the tools beside it.
    let tools: URL
    /// The folder of the built modules.
    let build: URL

    /// The toolchain whose `swiftc` is found first in `PATH`, if there is one.
    static let found: Toolchain? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let compiler = path.split(separator: ":").map { URL(fileURLWithPath: "\($0)/swiftc") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        let tests = bundle?.bundleURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return compiler.map {
            Toolchain(
                tools: $0.resolvingSymlinksInPath().deletingLastPathComponent(),
                build: tests.deletingLastPathComponent())
        }
    }()

    /// The modules that users import, and the folders of their sources in the package.
    static let modules = [
        (name: "Strata", folder: "Sources/Strata"),
        (name: "StrataModels", folder: "Models"),
        (name: "StrataDatasets", folder: "Datasets"),
        (name: "StrataPlots", folder: "Sources/StrataPlots"),
    ]

    /// The package's folder.
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What a tool needs to know in order to read the modules.
    private var searchPaths: [String] {
        let headers = Toolchain.package.appendingPathComponent("Sources/CStrata/include")
        let manifests = tools.appendingPathComponent("../lib/swift/pm/ManifestAPI")
        return [
            build.appendingPathComponent("Modules"), build.appendingPathComponent("CStrata.build"),
            headers, manifests,
        ].flatMap { ["-I", $0.standardized.path] }
    }

    /// Runs a tool of the toolchain on the modules.
    /// - Returns: whether it succeeded, and what it wrote to the standard error stream.
    func run(_ tool: String, _ arguments: [String]) throws -> (isSuccess: Bool, errors: String) {
        let process = Process()
        process.executableURL = tools.appendingPathComponent(tool)
        process.arguments = arguments + searchPaths
        process.currentDirectoryURL = Toolchain.package
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus == 0, String(decoding: text, as: UTF8.self))
    }

    /// Calls `body` with a new folder, which is deleted afterwards.
    func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("strata-documentation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
