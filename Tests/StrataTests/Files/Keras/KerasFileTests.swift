import Foundation
import Strata
import TestSupport
import Testing

/// Files of real Keras, and what it computes with them (Fixtures/make_keras_files.py).
struct KerasFileTests {
    struct Case {
        let path: String
        let arrays: [String: ArrayData]

        init(_ name: String) throws {
            path = fixture("keras_files/\(name).keras")
            let read = try NPZ.read(fixture("keras_files/\(name).npz"))
            arrays = Dictionary(uniqueKeysWithValues: read.map { ($0.name, $0.array) })
        }

        /// Some models are for batches of one size.
        var batch: Int { arrays["batch"].map { Int($0.numbers[0]) } ?? 4 }
        func numbers(_ name: String) throws -> [Double] { try #require(arrays[name]).numbers }
        func array(_ name: String) throws -> ArrayData { try #require(arrays[name]) }
    }

    static let names = ["nested", "sequential", "nadam", "options", "operations", "words"]

    @Test(arguments: names)
    func predictsAsKeras(_ name: String) throws {
        let trial = try Case(name)
        let model = try Model.load(from: trial.path)
        let y: Tensor = try model.predict(trial.array("x"), batchSize: trial.batch)
        // Sums of some tens of terms near 1.
        expectClose(
            y.scalars.map(Double.init), try trial.numbers("y"), relative: 2e-5, absolute: 2e-6, name
        )
    }

    /// The optimizer's state counts: without it, the losses are others.
    @Test(arguments: names)
    func trainingGoesOnAsInKeras(_ name: String) throws {
        let trial = try Case(name)
        let model = try Model.load(from: trial.path)
        let history = try model.fit(
            trial.array("x"), trial.array("t"), batchSize: trial.batch, epochs: 2, verbose: .silent,
            shuffle: false)
        expectClose(
            try #require(history["loss"]), try trial.numbers("losses"), relative: 1e-4,
            absolute: 1e-5, "losses")
        for (number, weight) in model.weights.enumerated() {
            expectClose(
                weight.value.scalars.map(Double.init), try trial.numbers("weight\(number)"),
                relative: 1e-3, absolute: 1e-4, "\(weight.name) \(number)")
        }
    }

    /// A file that was read and written says what it said, bit by bit, but for names of modules.
    @Test(arguments: names)
    func aRoundTripKeepsEverything(_ name: String) throws {
        let trial = try Case(name)
        let directory = try TemporaryFolder()
        try Model.load(from: trial.path).save(to: directory.file("copy.keras"))
        let (a, b) = (try contents(trial.path), try contents(directory.file("copy.keras")))
        expectSame(b.configuration, a.configuration, "config")
        let (known, made) = (datasets(a.weights), datasets(b.weights))
        #expect(known.map(\.path) == made.map(\.path))
        for (x, y) in zip(known, made) {
            #expect(x.array.dtype == y.array.dtype && x.array.shape == y.array.shape, "\(x.path)")
            let same = x.array.withUnsafeBytes { x in
                y.array.withUnsafeBytes { x.elementsEqual($0) }
            }
            #expect(same, "\(x.path)")
        }
    }

    @Test func whatKerasCannotSayOfAModelIsRefused() throws {
        let directory = try TemporaryFolder()
        let path = directory.file("model.keras")
        let input = Input(shape: [2])
        let model = Model(inputs: input, outputs: Lambda { $0 * 2 }(input))
        let layer = errorMessage { try model.save(to: path) }
        #expect(layer.contains("lambda (Lambda) cannot be saved"))
        let own = Sequential(inputShape: [2]) { Dense(1) }
        try own.compile(loss: Loss("mine") { abs($0 - $1) })
        let loss = errorMessage { try own.save(to: path) }
        #expect(loss == "The loss mine cannot be saved: it is a custom loss.")
        #expect(directory.contents.isEmpty)
        try own.save(to: path, compiled: false)
        #expect(try Model.load(from: path).compilation == nil)
    }

    /// Arithmetic on a model's tensors is kept as Keras keeps it, constants in their places.
    @Test func arithmeticOnAModelsTensors() throws {
        let directory = try TemporaryFolder()
        let input = Input(shape: [2, 3])
        let x = 2 - input / 255 + Tensor([1, 2, 3])
        let model = Model(inputs: input, outputs: maximum(-x, relu(x) * input) + input)
        #expect(
            model.layers.map(\.description) == [
                "input_layer (InputLayer)", "true_divide (TrueDivide)", "subtract (Subtract)",
                "add (Add)", "relu (Relu)", "negative (Negative)", "multiply (Multiply)",
                "maximum (Maximum)", "add_1 (Add)",
            ])
        try model.save(to: directory.file("a.keras"))
        let text = try contents(directory.file("a.keras")).configuration.description
        #expect(text.contains(#""args": [2.0, {"class_name": "__keras_tensor__""#))
        let back = try Model.load(from: directory.file("a.keras"))
        let numbers: [Float] = (0..<12).map { Float($0 * $0) - 40 }
        let (a, b): (Tensor, Tensor) = (
            try model.predict(ArrayData(shape: [2, 2, 3], floats: numbers)),
            try back.predict(ArrayData(shape: [2, 2, 3], floats: numbers))
        )
        let expected = numbers.enumerated().map { place, number in
            let x = 2 - number / 255 + Float(place % 3 + 1)
            return max(-x, max(x, 0) * number) + number
        }
        #expect(a.scalars == b.scalars)
        expectClose(
            a.scalars.map(Double.init), expected.map(Double.init), relative: 1e-6,
            absolute: 1e-6, "arithmetic")
        // A file would keep the value of a variable, which training changes.
        let weight = Dense(3)
        _ = weight(input)
        #expect((input * weight.bias!.value).error != nil)
        #expect((input.sum(axes: [1])).error != nil)
    }

    @Test func ourOwnLayersSurvive() throws {
        let directory = try TemporaryFolder()
        let model = Sequential(inputShape: [6, 6, 3]) {
            Residual(activation: .relu) {
                Conv2D(4, kernelSize: 3, strides: 2, padding: .same)
                BatchNormalization()
            }
            LocalResponseNormalization()
            Flatten()
            Dense(2)
        }
        try model.save(to: directory.file("a.keras"))
        let back = try Model.load(from: directory.file("a.keras"))
        let x = ArrayData(shape: [3, 6, 6, 3], floats: (0..<324).map { sin(Float($0)) })
        let (a, b): (Tensor, Tensor) = (try model.predict(x), try back.predict(x))
        #expect(a.scalars == b.scalars)
    }

    @Test func weightsAloneFitTheSameArchitecture() throws {
        let directory = try TemporaryFolder()
        func make(_ units: Int) -> Model {
            Sequential(inputShape: [5, 5, 1]) {
                Conv2D(2, kernelSize: 3, name: "first")
                Conv2D(2, kernelSize: 3)
                Flatten()
                Dense(units)
            }
        }
        let model = make(3)
        let path = directory.file("model.weights.h5")
        try model.saveWeights(to: path)
        let other = make(3)
        other.seed = 5
        try other.loadWeights(from: path)
        #expect(
            zip(model.weights, other.weights).allSatisfy { $0.value.scalars == $1.value.scalars })
        let root = try HDF5Reader(path: path).root
        #expect(root.group("layers")?.names.sorted() == ["conv2d", "conv2d_1", "dense", "flatten"])
        #expect(try root.group("layers/conv2d/vars")?.strings("name") == ["first"])
        let error = errorMessage { try make(4).loadWeights(from: path) }
        #expect(error.contains("dense/kernel"))
    }
}

/// What is in a model's file.
private func contents(_ path: String) throws -> (configuration: JSON, weights: HDF5Group) {
    let archive = try ZIPReader(path: path)
    #expect(archive.members.map(\.name) == ["metadata.json", "config.json", "model.weights.h5"])
    let configuration = try archive.contents(of: archive.members[1])
    let weights = try archive.contents(of: archive.members[2])
    return (
        try JSON(
            parsing: configuration.storage.bytes[configuration.offset...]
                .prefix(configuration.count)),
        try HDF5Reader(
            weights.storage, offset: weights.offset, count: weights.count, name: path
        ).root
    )
}

private func datasets(_ group: HDF5Group) -> [(path: String, array: ArrayData)] {
    group.names.sorted().flatMap { name -> [(path: String, array: ArrayData)] in
        if let inner = group.group(name) { return datasets(inner) }
        return (try? group.array(name)).flatMap { $0 }.map { [(group.path + "/" + name, $0)] } ?? []
    }
}

/// Every value of the second is in the first.
private func expectSame(_ ours: JSON, _ keras: JSON, _ path: String) {
    // Where Keras keeps its code, and which objects it wrote several times.
    let ignored: Set<String> = ["module", "registered_name", "shared_object_id"]
    switch (ours, keras) {
    case (.object, .object(let members)):
        for member in members where !ignored.contains(member.name) {
            if member.name == "compile_config", member.value == [:] { continue }
            guard let value = ours[member.name] else {
                Issue.record("\(path).\(member.name) is missing")
                continue
            }
            expectSame(value, member.value, path + "." + member.name)
        }
    case (.array(let a), .array(let b)) where a.count == b.count:
        for (index, (x, y)) in zip(a, b).enumerated() { expectSame(x, y, "\(path)[\(index)]") }
    default: #expect(ours == keras, "\(path)")
    }
}
