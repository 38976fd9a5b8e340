import Foundation
import Strata
import StrataDatasets
import StrataModels

/// Trains every network whose accuracy is stated, by its default recipe on its own data, and compares.
struct LearningCheck {
    /// The folder of MNIST.
    private let mnist: String

    /// Runs differ by this much between seeds, and between machines, whose instructions round differently:
    /// `cifar_cnn` reaches 0.957 to 0.975 with the seeds 0 to 4.
    private static let tolerance = 0.02

    init(mnist: String?) {
        self.mnist = mnist ?? "\(DatasetCache.directory)/\(MNIST.publication.identifier)"
    }

    /// - Throws: ``StrataError`` that names the networks which have not learned.
    func run() throws {
        let stated = Architecture.all.compactMap { architecture in
            architecture.recipe.accuracy.map { (architecture, $0) }
        }
        let digits = try MNIST.publication.load(from: mnist)
        let shapes = Shapes()
        var failed: [String] = []
        for (architecture, expected) in stated {
            let data: any Dataset = expected.dataset == .mnist ? digits : shapes
            let (reached, seconds) = try learn(architecture, data)
            let isReached = reached >= expected.value - Self.tolerance
            if !isReached { failed.append(architecture.name) }
            let name = architecture.name.padding(toLength: 22, withPad: " ", startingAt: 0)
            print(
                name + String(format: "%.4f", reached) + ", stated \(expected), "
                    + duration(seconds) + (isReached ? "" : "  FAILED"))
            fflush(nil)
        }
        guard failed.isEmpty else {
            throw StrataError(
                "\(failed.joined(separator: ", ")) did not reach the stated accuracy.")
        }
    }

    private func learn(
        _ architecture: Architecture, _ data: any Dataset
    ) throws -> (accuracy: Double, seconds: Double) {
        let model = architecture.makeModel()
        let recipe = architecture.recipe
        let start = ProcessInfo.processInfo.systemUptime
        try model.compile(
            optimizer: recipe.makeOptimizer(), loss: recipe.loss, metrics: [.accuracy])
        try model.fit(
            data.train, batchSize: recipe.batchSize,
            epochs: TrainingRun.standardEpochs, verbose: .silent)
        let result = try model.evaluate(
            data.test, batchSize: recipe.batchSize, verbose: .silent)
        return (result["accuracy"] ?? 0, ProcessInfo.processInfo.systemUptime - start)
    }
}
