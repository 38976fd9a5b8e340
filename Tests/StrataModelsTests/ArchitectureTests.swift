import Foundation
import Strata
import StrataModels
import Testing

@Suite struct ArchitectureTests {
    /// What Keras counts for the same definitions.
    @Test(arguments: [
        ("simple_convnet", 433_890, 6), ("tf_convnet", 197_210, 6), ("lenet5", 61_706, 9),
        ("cifar_cnn", 94_698, 10), ("sequential_cifar_cnn", 94_698, 9),
    ])
    func countsAreThoseOfKeras(name: String, parameters: Int, layers: Int) throws {
        let model = try #require(Architecture.named(name)).makeModel()
        #expect(model.parameterCount == parameters)
        #expect(model.trainableWeights.reduce(0) { $0 + $1.shape.count } == parameters)
        #expect(model.layers.count == layers)
    }

    /// Printed by Keras 3 on a terminal of 100 columns.
    @Test(arguments: ["lenet5", "sequential_cifar_cnn"])
    func summariesAreThoseOfKeras(name: String) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name).txt")
        let expected = try String(contentsOf: path, encoding: .utf8)
        let model = try #require(Architecture.named(name)).makeModel()
        #expect(model.summaryText(terminalWidth: 100) == expected)
    }

    @Test(arguments: Architecture.all.map(\.name))
    func modelsAreWellFormed(name: String) throws {
        let architecture = try #require(Architecture.named(name))
        let model = architecture.makeModel()
        #expect(model.error == nil)
        #expect(model.inputs.map(\.shape.withoutBatch) == [architecture.inputShape])
        #expect(model.outputs.map(\.shape.withoutBatch) == [[architecture.classCount]])
        let recipe = architecture.recipe
        try model.compile(
            optimizer: recipe.makeOptimizer(), loss: recipe.loss, metrics: [.accuracy])
        let x = Tensor(randomUniform: architecture.inputShape.batched(3), seed: 1)
        let before = try model.testOnBatch(x, Tensor([1, 0, 2]))
        for _ in 0..<3 { try model.trainOnBatch(x, Tensor([1, 0, 2])) }
        let after = try model.testOnBatch(x, Tensor([1, 0, 2]))
        #expect(try #require(after["loss"]) < #require(before["loss"]))
    }

    @Test func namesDiffer() {
        let names = Architecture.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Architecture.named("no such thing") == nil)
    }

    @Test func optimizersComeByName() {
        let expected = ["sgd", "sgd", "adam", "rm_sprop", "adagrad"]
        #expect(OptimizerKind.allCases.map { $0.make(learningRate: 0.1).name } == expected)
        #expect((OptimizerKind.momentum.make(learningRate: 0.1) as? SGD)?.momentum == 0.9)
    }
}
