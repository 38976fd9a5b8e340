import Foundation
import Strata
import Testing

/// Single layers made from Keras's configurations, against what Keras gives (Fixtures/make_layers.py).
struct KerasLayerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let json: JSON
        /// Where its numbers begin.
        let start: Int

        var testDescription: String { (try? json["name"].map { try String(json: $0) }) ?? "?" }
        func shapes(_ name: String) throws -> [Shape] {
            try [[Int]](json: json[name] ?? []).map { Shape($0) }
        }
    }

    static let numbers: [Float] = {
        let array = try? NPY.read(fixture("layers.npy"))
        return array.map { $0.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } } ?? []
    }()

    static let cases: [Case] = {
        guard let data = FileManager.default.contents(atPath: fixture("layers.json")),
            case .array(let all)? = try? JSON(parsing: data)
        else { return [] }
        var start = 0
        return all.map { json in
            let made = Case(json: json, start: start)
            func count(_ name: String) -> Int {
                ((try? made.shapes(name)) ?? []).reduce(0) { $0 + $1.count }
            }
            if json["constraint"] != nil {
                start += 2 * count("weights")
            } else {
                let trainable = (try? [Bool](json: json["trainable"] ?? [])) ?? []
                let weights = (try? made.shapes("weights")) ?? []
                let output = (try? [Int](json: json["output"] ?? [])) ?? []
                start += 2 * count("inputs") + count("weights") + Shape(output).count
                start += zip(weights, trainable).reduce(0) { $0 + ($1.1 ? $1.0.count : 0) }
            }
            return made
        }
    }()

    @Test func theFixtureIsThere() {
        #expect(KerasLayerTests.cases.count > 90)
    }

    @Test(arguments: cases)
    func layer(_ trial: Case) throws {
        var place = trial.start
        func next(_ shape: Shape) -> Tensor {
            defer { place += shape.count }
            return Tensor(
                shape: shape, scalars: Array(KerasLayerTests.numbers[place..<place + shape.count]))
        }
        if let json = trial.json["constraint"] {
            let shape = try trial.shapes("weights")[0]
            let constraint = try Constraint(json: json)
            expectNear(constraint(next(shape)), next(shape), trial.testDescription)
            #expect(try Constraint(json: constraint.json) == constraint)
            return
        }
        let json = try #require(trial.json["layer"])
        let layer = try LayerRegistry.layer(serialized: json)
        let inputs = try trial.shapes("inputs").map(next)
        _ = layer(inputs)
        let weights = try trial.shapes("weights")
        #expect(layer.weights.map(\.shape) == weights)
        try layer.setWeights(weights.map(next))
        let expected = next(Shape(try [Int](json: trial.json["output"] ?? [])))

        let context = Context(isTraining: false)
        let marked = inputs.map {
            Tensor(Node(.operation(Reshaping(shape: $0.shape), [$0]), [$0.type], trace: context))
        }
        let y = context.invoke(layer, marked)[0]
        let penalty = context.losses.reduce(Tensor(0), +)
        context.finish()
        try #require(y.error == nil, "\(y.error?.message ?? "")")
        // Recorded before anything is computed: numbers no longer know where they came from.
        let sources = inputs + layer.trainableWeights.map(\.value)
        let factors = Tensor(
            shape: expected.shape, scalars: (0..<expected.shape.count).map { cos(Float($0)) })
        let gradients = gradient(of: (y * factors).sum(), wrt: sources)
        expectNear(y, expected, "output")
        expectNear(penalty, Tensor(try Float(json: trial.json["penalty"] ?? 0)), "penalty")
        for (position, gradient) in gradients.enumerated() {
            expectNear(gradient, next(sources[position].shape), "gradient \(position)")
        }
        try expectSame(layer.serialized(), json, trial.testDescription)
    }

    /// Within 2e-5 of the largest number, some ten roundings of sums of up to a hundred terms.
    private func expectNear(_ a: Tensor, _ b: Tensor, _ what: String) {
        #expect(a.shape == b.shape, "\(what)")
        guard a.shape == b.shape, let x = try? a.computedScalars() else { return }
        let largest = b.scalars.reduce(1) { max($0, abs($1)) }
        let error = zip(x, b.scalars).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(error <= 2e-5 * largest, "\(what)")
    }

    /// What Keras writes that says nothing here: seeds are the model's, the rest are features that
    /// layers refuse to be made with, or that do not change what they compute.
    private static let ignored: Set<String> = [
        "seed", "input_axes", "output_axes", "quantization_config", "renorm", "renorm_clipping",
        "renorm_momentum", "shared_object_id", "build_config", "gain",
    ]

    /// Every value that Keras writes is written with the same name.
    private func expectSame(_ ours: JSON, _ keras: JSON, _ path: String) {
        switch (ours, keras) {
        case (.object, .object(let members)):
            for member in members where !KerasLayerTests.ignored.contains(member.name) {
                guard let value = ours[member.name] else {
                    Issue.record("\(path): \(member.name) is missing")
                    continue
                }
                expectSame(value, member.value, path + "." + member.name)
            }
        case (.object, "float32"):
            #expect(ours["config"]?["name"] == "float32", "\(path)")
        case (.array(let a), .array(let b)) where a.count == b.count:
            for (x, y) in zip(a, b) { expectSame(x, y, path) }
        default:
            if let a = try? Float(json: ours), let b = try? Float(json: keras), a == b { return }
            #expect(ours == keras, "\(path)")
        }
    }
}
