import Foundation
import Strata
import StrataDatasets
import TestSupport
import Testing

typealias Outcome = Program.Outcome

extension Program.Outcome {
    /// The one object that `--json` prints.
    func object() throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
}

/// The built `zoo`, and a directory of its own to work in.
final class Zoo {
    private let folder: TemporaryFolder
    private let program = Program("zoo")

    init() throws { folder = try TemporaryFolder() }

    var directory: String { folder.path }
    var contents: [String] { folder.contents }
    func path(_ name: String) -> String { folder.file(name) }
    func url(_ name: String) -> URL { URL(fileURLWithPath: path(name)) }

    /// Starts `zoo` in the directory; in a shell, if it is given what to do with `"$0" "$@"`.
    func start(
        _ arguments: [String], shell: String? = nil
    ) throws -> (process: Process, output: Pipe, errors: Pipe) {
        try program.start(arguments, in: directory, shell: shell)
    }

    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    func run(_ arguments: [String], shell: String? = nil) throws -> Outcome {
        try program.run(arguments, in: directory, shell: shell)
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
