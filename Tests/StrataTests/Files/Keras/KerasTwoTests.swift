import Foundation
import Strata
import TestSupport
import Testing

/// Models that real Keras 2 wrote, and what it computes with them (Fixtures/make_keras2.py).
struct KerasTwoTests {
    static let files = [
        "nested.keras", "nested.h5", "keys.keras", "keys.h5", "adam.keras", "adam.h5", "decay.h5",
        "momentum.keras", "momentum.h5", "keras2_12.keras",
    ]
    static let trained = files.filter { !$0.hasPrefix("nested") && !$0.hasPrefix("keys") }

    private func read(_ file: String) throws -> (model: Model, arrays: [String: ArrayData]) {
        let path = fixture("keras2/\(file)")
        let name = String(path[..<(try #require(path.lastIndex(of: ".")))])
        let arrays = try NPZ.read(name + ".npz").map { ($0.name, $0.array) }
        return (try Model.load(from: path), Dictionary(uniqueKeysWithValues: arrays))
    }

    private func check(_ model: Model, _ arrays: [String: ArrayData], _ what: String) throws {
        let y: Tensor = try model.predict(try #require(arrays["x"]))
        expectClose(
            y.scalars.map(Double.init), try #require(arrays["y"]).numbers, relative: 2e-5,
            absolute: 2e-6, what)
    }

    @Test(arguments: files)
    func predictsAsKeras2(_ file: String) throws {
        let (model, arrays) = try read(file)
        try check(model, arrays, file)
    }

    /// What is written is a file of Keras 3, which says the same.
    @Test(arguments: files)
    func aCopySaysTheSame(_ file: String) throws {
        let (model, arrays) = try read(file)
        let directory = try TemporaryFolder()
        let path = directory.file("copy.keras")
        try model.save(to: path)
        try check(try Model.load(from: path), arrays, file)
        let archive = try ZIPReader(path: path)
        let config = try archive.contents(of: archive.members[1])
        let text = String(
            decoding: config.storage.bytes[config.offset...].prefix(config.count), as: UTF8.self)
        for former in [
            "alpha\"", "batch_input_shape", "is_legacy_optimizer", "\"decay\"", "\"fn\"",
        ] {
            #expect(!text.contains(former), "\(former)")
        }
    }

    /// The optimizer's state counts: without it, the losses are others.
    @Test(arguments: trained)
    func trainingGoesOnAsInKeras2(_ file: String) throws {
        let (model, arrays) = try read(file)
        let history = try model.fit(
            try #require(arrays["x"]), try #require(arrays["t"]), batchSize: 5, epochs: 2,
            verbose: .silent, shuffle: false)
        expectClose(
            try #require(history["loss"]), try #require(arrays["losses"]).numbers, relative: 1e-4,
            absolute: 1e-5, file)
    }

    @Test func metricsKeepTheirNames() throws {
        let names = try ["momentum.keras", "momentum.h5"].map {
            try read($0).model.compilation?.names
        }
        #expect(names[0] == ["loss", "mae", "root_mean_squared_error"])
        #expect(names[1] == names[0])
    }

    @Test func errorsNameTheVersion() throws {
        let path = fixture("keras2/operation.keras")
        let error = errorMessage { try Model.load(from: path) }
        #expect(
            error.contains(
                "written by Keras 2.21.0: Layer doubled (Functional): The layer class TFOpLambda")
                == true,
            "\(error)")
    }
}
