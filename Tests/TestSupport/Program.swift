import Foundation

/// A program of the package, built beside the tests.
package struct Program {
    package let url: URL

    package init(_ name: String) { url = Program.folder.appendingPathComponent(name) }

    /// Where the tests and all programs lie.
    private static let folder: URL = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        let tests = bundle?.bundleURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent()
    }()

    /// What a run gave.
    package struct Outcome {
        package let status: Int32
        package let output: String
        package let errors: String

        /// The lines on the standard error stream.
        package var messages: [String] { errors.split(separator: "\n").map(String.init) }
    }

    /// Starts the program.
    /// - Parameters:
    ///   - directory: where it runs; where the tests do by default.
    ///   - shell: what a shell does with the command, `"$0" "$@"`; nil for no shell.
    package func start(
        _ arguments: [String], in directory: String? = nil, shell: String? = nil
    ) throws -> (process: Process, output: Pipe, errors: Pipe) {
        let process = Process()
        process.executableURL = url
        process.arguments = arguments
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", shell, url.path] + arguments
        }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return (process, output, errors)
    }

    /// Runs the program to its end.
    package func run(
        _ arguments: [String], in directory: String? = nil, shell: String? = nil
    ) throws -> Outcome {
        let (process, output, errors) = try start(arguments, in: directory, shell: shell)
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
            errors: String(decoding: said, as: UTF8.self))
    }
}
