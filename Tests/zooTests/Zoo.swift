import Foundation
import Strata
import StrataDatasets
import Testing

/// What a run of the built command gave.
struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The lines on the standard error stream.
    var messages: [String] { errors.split(separator: "\n").map(String.init) }

    /// The one object that `--json` prints.
    func object() throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
}

/// The built `zoo`, and a directory of its own to work in.
final class Zoo {
    let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("zoo-tests-\(UUID().uuidString)").path

    init() throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The program lies beside the tests.
    static let program: URL = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        let tests = bundle?.bundleURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appendingPathComponent("zoo")
    }()

    var contents: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Starts `zoo` in the directory.
    /// - Parameter shell: what a shell does with the command, `"$0" "$@"`; nil for no shell.
    func start(
        _ arguments: [String], shell: String? = nil
    ) throws -> (process: Process, output: Pipe, errors: Pipe) {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", shell, Self.program.path] + arguments
        }
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return (process, output, errors)
    }

    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    func run(_ arguments: [String], shell: String? = nil) throws -> Outcome {
        let (process, output, errors) = try start(arguments, shell: shell)
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
            errors: String(decoding: said, as: UTF8.self))
    }

    // MARK: - Data

    /// The four files of a small data set.
    func writeImages(train: Int = 64, test: Int = 32) throws {
        try Shapes(trainCount: train, testCount: test).writeFiles(to: directory, prefix: "cifar10")
    }

    func write(_ array: ArrayData, _ name: String) throws { try NPY.write(array, to: path(name)) }

    /// Float samples for lenet5, and labels.
    func writeDigits(count: Int = 48, label: (Int) -> UInt8 = { UInt8($0 % 10) }) throws {
        try write(ArrayData(shape: [count, 28, 28, 1], floats: digits(count)), "x.npy")
        try write(ArrayData(shape: [count], (0..<count).map(label)), "y.npy")
    }

    func digits(_ count: Int) -> [Float] {
        let key = Random.Key(seed: 1, path: "digits")
        return (0..<count * 784).map { Float(key.uniform($0)) }
    }
}
